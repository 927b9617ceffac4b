"""``python -m bench.government --data DIR --into FOLDER``: the government texts as one Markdown file each."""

import argparse
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

PER_FOLDER = 1_000


def texts(data: Path, part: str = "train") -> Iterator[tuple[str, str, str]]:
    """Yield (name, title, text) of the government documents below a data folder."""
    with gzip.open(data / "government" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield f"{number:05d}", row["title"], row["text"]


def write_files(data: Path, into: Path, most: int = 0, per_file: int = 1) -> int:
    """Write the documents as Markdown files, ``per_file`` of them as the chapters of one; return the number of files."""
    found = islice(texts(data), most or None)
    count = 0
    while chapters := list(islice(found, per_file)):
        folder = into / f"{count // PER_FOLDER:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{chapters[0][0]}.md").write_text(_markdown(chapters), encoding="utf-8")
        count += 1
    return count


def _markdown(chapters: list[tuple[str, str, str]]) -> str:
    (name, title, text), *more = chapters
    if not more:
        return f"# {title}\n\n{text}\n"
    return f"# {name}\n\n" + "".join(f"## {title}\n\n{text}\n\n" for _, title, text in chapters)


def main() -> None:
    """Write them all."""
    parser = argparse.ArgumentParser(prog="python -m bench.government", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--most", type=int, default=0, help="at most this many; 0 means all")
    parser.add_argument("--per-file", type=int, default=1, help="documents that become the chapters of one file")
    arguments = parser.parse_args()
    print(write_files(arguments.data, arguments.into, arguments.most, arguments.per_file), "files")


if __name__ == "__main__":
    main()
