"""``python -m training.compound_parts --data DIR``: the words that may be parts of a Swedish compound.

A part must stand alone often in real text and be known to the dictionary. That keeps out the endings and prefixes that
make the classic false splits: sam-verkan, för-ändring, del-tagare.
"""

import argparse
import re
from collections import Counter
from pathlib import Path

from service.encoding.lemmas import lemma
from training.corpus import read_json_lines

OFTEN = 30
SHORTEST = 4
WORD = re.compile(r"[^\W\d_]+")
NEVER = frozenset(
    "över under inom utan efter innan mellan samma hela andra många detta dessa denna vilka vilken också alla några varje själv "
    "mycket redan bara ännu aldrig alltid genom enligt emot bland längs samt eller medan eftersom därför bort fram hand "
    "uppe nere inte även sedan nära ganska ligga tagare ning else till fort samman åter före förut förhand inne mitt ling "
    "ringa gode drive reda live".split()
)


def main() -> None:
    """Count, choose and write."""
    parser = argparse.ArgumentParser(prog="python -m training.compound_parts", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with government/")
    parser.add_argument("--out", type=Path, default=Path("service/encoding/compound_parts.txt"))
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    for row in read_json_lines(arguments.data / "government" / "train.jsonl.gz"):
        counts.update(WORD.findall(f"{row['title']} {row['text']}".lower()))
    lemmas: Counter[str] = Counter()
    for word, count in counts.items():
        base = lemma(word, "sv")
        if base is not None:
            lemmas[base] += count
    parts = sorted(
        word for word, count in lemmas.items() if count >= OFTEN and len(word) >= SHORTEST and word not in NEVER
    )
    arguments.out.write_text("\n".join(parts) + "\n", encoding="utf-8")
    print(len(parts), "parts")


if __name__ == "__main__":
    main()
