"""``python -m bench.government --data DIR --into FOLDER``: the government texts as one Markdown file each."""

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

PER_FOLDER = 1_000


def texts(data: Path, part: str = "train") -> Iterator[tuple[str, str, str]]:
    """Yield (name, title, text) of the government documents below a data folder."""
    with gzip.open(data / "government" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield f"{number:05d}", row["title"], row["text"]


def write_files(data: Path, into: Path, most: int = 0) -> int:
    """Write the documents as Markdown files; return how many."""
    count = 0
    for name, title, text in texts(data):
        if most and count >= most:
            break
        folder = into / f"{count // PER_FOLDER:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
        count += 1
    return count


def main() -> None:
    """Write them all."""
    parser = argparse.ArgumentParser(prog="python -m bench.government", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--most", type=int, default=0, help="at most this many; 0 means all")
    arguments = parser.parse_args()
    print(write_files(arguments.data, arguments.into, arguments.most), "files")


if __name__ == "__main__":
    main()
