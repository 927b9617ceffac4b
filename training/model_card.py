"""The card of the model: README.md in its folder, from the figures of the same run."""

import json
from pathlib import Path

from training.pairs import FAMILY_PASSES, PAGE_PASSES, PROJECT_PASSES
from training.train import Plan

# nDCG@10 × 100 of the two reference models of the data folder's reference.md, in the order of its table.
REFERENCES = {
    "static A": (74.6, 71.2, 67.4, 80.1, 85.7, 59.3, 63.0),
    "static B": (78.1, 76.3, 75.3, 83.3, 86.3, 66.4, 65.8),
    "BM25 over stems": (78.5, 53.5, 35.6, 87.6, 81.7, 84.5, 68.2),
}

Figures = dict[str, float]


def write_card(folder: Path, measured: dict[int, Figures], plan: Plan) -> None:
    """Write README.md into the model's folder.

    Args:
        measured: width of the vectors → figure of each development set, in percent of nDCG@10.
    """
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    text = _TEMPLATE.format(
        pieces=f"{len(vocabulary):,}".replace(",", " "),
        width=max(measured),
        size=f"{size:.1f}",
        figures=figures_table(measured),
        mix=mix_table(),
        plan=plan,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def figures_table(measured: dict[int, Figures]) -> str:
    """Figures of each width beside the references, as a Markdown table with a row for each set."""
    names = list(measured[max(measured)])
    columns = {f"**{width} dimensions**": list(of_width.values()) for width, of_width in measured.items()}
    columns |= {name: list(values) for name, values in REFERENCES.items()}
    rows = [
        f"| {name} | " + " | ".join(f"{column[i]:.1f}" for column in columns.values()) for i, name in enumerate(names)
    ]
    head = f"| set | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}"
    return "\n".join([head, *(f"{row} |" for row in rows)])


def mix_table() -> str:
    """How many times an epoch passes over each kind of pairs, as a Markdown table."""
    passes = {f"translations, {family}": value for family, value in FAMILY_PASSES.items()}
    passes |= {f"government pages, {name}": value for name, value in PAGE_PASSES.items()}
    passes |= {f"SweCRIS projects, {name}": value for name, value in PROJECT_PASSES.items()}
    return "\n".join(
        ["| pairs | passes an epoch |\n|---|---:|", *(f"| {name} | {value:g} |" for name, value in passes.items())]
    )


_TEMPLATE = """\
---
language:
- sv
- en
license: mit
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags:
- sentence-transformers
- sentence-similarity
- feature-extraction
- static-embedding
---

# Kunskapsbanken's bilingual static model

A static embedding model for retrieval in Swedish and English, also across the two: a text is the mean of one row for each
of its word pieces, scaled to length 1. {pieces} pieces × {width} dimensions, {size} MB, no neural network at run time.
The first 256 or 128 dimensions can be used alone (Matryoshka).

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("service/encoding/model")
vectors = model.encode(["stöd till långtidsarbetslösa", "support for the long-term unemployed"])
print(model.similarity(vectors, vectors))
```

`model.safetensors` holds `embeddings` (int8) and `weights` (float32, one factor for each row). This is the second
form that `StaticEmbedding` of sentence-transformers reads; it makes that library compute in float32, so that it agrees with
a plain numpy mean to better than 1e-5. `late_interaction.safetensors` holds a second table, 128 dimensions and a weight for each
piece: Kunskapsbanken compares the best candidates with the question by it, piece by piece (MaxSim); other programs may
pass it over. Questions and passages are encoded alike; there are no prompts, no special tokens and
no longest text. The row of the unknown piece is zero.

## Figures

nDCG@10 × 100 on development sets that were never trained on, dense vectors alone, passages cut at 400 pieces. SweCRIS:
title in one language → abstract in one language (683 projects). Government: title → text (1 200 pages). squad_sv: question →
context (614 contexts). swefaq: question → answer (110). Static A and B and BM25 are references measured on the same sets.

{figures}

A lexical leg beside it is worth a lot, above all for questions within one language: use this model as one half of a hybrid
search.

## How it was made

1. Vocabulary: WordPiece over both languages (NFKC, soft hyphens dropped, lower case; å, ä and ö kept), filled up with whole
   English words of the teacher that the training texts use.
2. Start: the teacher, all-MiniLM-L6-v2, reads the English side of 150 000 translations. A piece gets the mean of the centred
   teacher vectors of the sentences that hold it, in both languages, weighted by its share of the sentence's idf; vectors are
   turned to their principal axes, rows scaled by smooth inverse frequency.
3. Training: {plan.epochs} epochs. Batches of {plan.pairs} pairs of one kind with a symmetric contrastive loss
   (temperature {plan.temperature:g}), and batches of {plan.labelled} translations drawn to the teacher's vectors by the
   same loss and by cosine (weight {plan.cosine:g}), on {plan.widths} dimensions. Adam by row, step size {plan.rate:g}
   with linear decay, texts cut at {plan.longest} pieces, seed {plan.seed}.
4. Weights: rows scaled by smooth inverse frequency once more (a = 0.001), counted on abstracts in both languages. This
   weighting was chosen among eight by its mean on the sets above, so the figures are optimistic by a few tenths.

{mix}

To make it again: `python -m training --data DIR` (`training/README.md`).

## Training texts and their licences

No text is contained in the model; the list says what the rows were learned from. Sources that forbid commercial use
were left out.

| texts | licence |
|---|---|
| government: pages of the Swedish Government up to early 2026 | texts of a public authority |
| swecris: titles and abstracts of Swedish research projects | SweCRIS open data |
| eu_gov: notices and forms of the EU and of Nordic cities | CC BY 4.0, MIT, EUPL, LGPL |
| docs_md: product documentation, largely machine-translated | MIT, CC BY 4.0 |
| web: the Debian website | its own free licences |
| tatoeba: example sentences | CC BY 2.0 FR |
| gettext, ui: texts of free programs | GPL, GFDL, CC BY-SA, BSD; GPL, MPL, BSD |
| dict: FreeDict Swedish–English | GPL |
| ud: Parallel Universal Dependencies | CC BY-SA |
| teacher: all-MiniLM-L6-v2 | Apache-2.0; its own training data is named in its card and includes MS MARCO (terms for research) |

The rows and this card are licensed under MIT. Whoever sees a model as a work derived from its training texts should mind the
copyleft sources (dict, gettext, ui, ud); `python -m training` makes one without them when their passes in
`training/pairs.py` and `training/labelling.py` are set to 0.

## Limits

- A mean of rows knows no word order and no negation: "inte fler deltagare" lies beside "fler deltagare".
- Learned from authority prose, research abstracts and technical text; dialect, speech and poetry are foreign to it.
- English words about society come from few texts; the Swedish side is stronger.
- Other languages fall into pieces and give vectors without meaning.
- Bias of the training texts and of the teacher is passed on. Do not decide about people by it.
"""
