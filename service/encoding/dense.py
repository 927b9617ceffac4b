"""Text to dense vectors: the bundled static model by a fast path, any other sentence-transformers model by that library.

The fast path needs ``tokenizers``, ``safetensors`` and numpy, opens in 30 ms and agrees with sentence-transformers to 1e-5;
importing sentence-transformers alone takes seconds and 400 MB.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.domain.vectors import Dense
from service.errors import ModelUnavailable

SETTING = "KB_MODEL"
BATCH = 128


class Encoder(Protocol):
    """A model that makes vectors of L2 norm 1 with ``width`` numbers. ``fingerprint`` changes when any vector may."""

    width: int
    fingerprint: str

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width)."""

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,)."""


def open_encoder(folder: Path) -> Encoder:
    """Open the model in a folder.

    Raises:
        ModelUnavailable: the folder is missing or damaged, or the model would need the network.
    """
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
        if kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
            return StaticEncoder(folder)
        return TransformersEncoder(folder)
    except FileNotFoundError as error:
        raise ModelUnavailable(
            setting=SETTING, path=str(folder), problem=f"{Path(str(error.filename)).name} is missing"
        ) from error
    except Exception as error:
        # The libraries below raise a dozen kinds of their own; for the reader they all mean that the model is no good.
        raise ModelUnavailable(setting=SETTING, path=str(folder), problem=str(error) or type(error).__name__) from error


class StaticEncoder:
    """Mean of one row for each piece of a word."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        weights, description = folder / "model.safetensors", folder / "tokenizer.json"
        self._rows, self._factors = _table(weights)
        self._tokenizer = Tokenizer.from_file(str(description))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.width = int(self._rows.shape[1])
        self.fingerprint = _fingerprint([weights, description])

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width)."""
        vectors = np.empty((len(texts), self.width), np.float32)
        for start in range(0, len(texts), BATCH):
            part = list(texts[start : start + BATCH])
            vectors[start : start + len(part)] = self._means(part)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,)."""
        vector: Dense = self.encode_passages([text])[0]
        return vector

    def _means(self, texts: list[str]) -> Dense:
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        lengths = np.array([len(encoding.ids) for encoding in found])
        means = np.zeros((len(texts), self.width), np.float32)
        if not lengths.any():
            return means
        ids = np.concatenate([np.array(encoding.ids, np.int64) for encoding in found])
        rows = self._rows[ids].astype(np.float32)
        if self._factors is not None:
            rows *= self._factors[ids, None]
        filled = np.flatnonzero(lengths)
        starts = np.concatenate([[0], np.cumsum(lengths[filled])[:-1]])
        means[filled] = np.add.reduceat(rows, starts, axis=0) / lengths[filled, None]
        return means


class TransformersEncoder:
    """Any other model, by sentence-transformers, never from the network."""

    def __init__(self, folder: Path) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        width = self._model.get_embedding_dimension()
        if not width:
            raise ValueError("the model does not tell the width of its vectors")
        self.width = int(width)
        self.fingerprint = _fingerprint(
            sorted(
                path for path in folder.rglob("*") if path.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"}
            )
        )

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width), with the model's own prompt for documents if it has one."""
        return self._encoded(list(texts), "document", "passage")

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,), with the model's own prompt for queries if it has one."""
        vector: Dense = self._encoded([text], "query")[0]
        return vector

    def _encoded(self, texts: list[str], *prompts: str) -> Dense:
        known = [name for name in prompts if (self._model.prompts or {}).get(name)]
        vectors = self._model.encode(
            texts, prompt_name=known[0] if known else None, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.width)


def _table(path: Path) -> tuple[NDArray[np.generic], NDArray[np.float32] | None]:
    """Return the rows and, where they are whole numbers, the factor of each row."""
    from safetensors import safe_open

    with safe_open(str(path), framework="numpy") as tensors:
        names = set(tensors.keys())
        if "embedding.weight" in names:
            return tensors.get_tensor("embedding.weight"), None
        rows = tensors.get_tensor("embeddings")
        if "mapping" in names:
            rows = rows[tensors.get_tensor("mapping")]
        return rows, tensors.get_tensor("weights").astype(np.float32) if "weights" in names else None


def _fingerprint(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()[:16]
