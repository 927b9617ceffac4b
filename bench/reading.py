"""``python -m bench.reading --pdf FOLDER``: reading PDF files, beside the two libraries alone on the same files."""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.figures import Row, report
from ingest.sandbox import Failure, ReaderPool, ReadRequest
from service.settings import Settings


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("--pdf", type=Path, required=True, help="folder of PDF files")
    files = sorted(parser.parse_args().pdf.rglob("*.pdf"))
    fast, fast_pages = _timed(lambda: sum(_pypdfium2(path) for path in files))
    slow, slow_pages = _timed(lambda: sum(_pypdf(path) for path in files))
    rows = [
        Row("pypdfium2 alone, one process", round(fast_pages / fast), "pages/s"),
        Row("pypdf alone, one process", round(slow_pages / slow), "pages/s"),
    ]
    for children in (1, 2):
        seconds, pages = _timed(lambda n=children: _whole(files, n))  # type: ignore[misc]
        limit = round(children * fast_pages / fast)
        rows.append(Row(f"whole reading, {children} child processes", round(pages / seconds), "pages/s", limit))
    report("reading", rows)


def _whole(files: Sequence[Path], children: int) -> int:
    with tempfile.TemporaryDirectory() as folder, ReaderPool(Settings(data=Path(folder), readers=children)) as pool:
        requests = (ReadRequest(f"{number:016x}", path.name, path) for number, path in enumerate(files))
        return sum(len(read.pages) for _, read in pool.read_all(requests) if not isinstance(read, Failure))


def _pypdfium2(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for page in document:
        page.get_textpage().get_text_range()
    return len(document)


def _pypdf(path: Path) -> int:
    import pypdf

    pages = pypdf.PdfReader(path).pages
    for page in pages:
        page.extract_text()
    return len(pages)


def _timed(call: Callable[[], int]) -> tuple[float, int]:
    began = time.monotonic()
    result = call()
    return time.monotonic() - began, result


if __name__ == "__main__":
    main()
