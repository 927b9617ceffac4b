"""The finished model as an ordinary sentence-transformers folder."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from training.bags import Vectors

LARGEST = 127


def write_model(rows: Vectors, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the folder anew: modules.json, tokenizer.json, model.safetensors and the settings beside them.

    sentence-transformers writes everything; then the weights are put in the second form that its StaticEmbedding
    reads: ``embeddings`` in int8 and ``weights``, the float32 factor of each row. A quarter of the size; sentence-transformers
    multiplies, and so computes, in float32.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()], device="cpu")
    model.similarity_fn_name = "cosine"
    model.save(str(partial), create_model_card=False)
    save_file(in_bytes(rows), str(partial / "model.safetensors"))
    tokenizer.save(str(partial / "tokenizer.json"), pretty=False)
    _check(partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def in_bytes(rows: Vectors) -> dict[str, NDArray[Any]]:
    """Round each row to 255 steps of its own: ``embeddings``, int8, times ``weights``, float32, are the rows again, nearly."""
    factors = np.maximum(np.abs(rows).max(axis=1), 1e-12) / LARGEST
    return {
        "embeddings": np.rint(rows / factors[:, None]).astype(np.int8),
        "weights": factors.astype(np.float32),
    }


def read_rows(folder: Path) -> Vectors:
    """Read the rows of a finished model as float32, shape (pieces, dimensions)."""
    weights = load_file(str(folder / "model.safetensors"))
    rows: Vectors = weights["embeddings"].astype(np.float32) * weights["weights"][:, None]
    return rows


def _check(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds != ["StaticEmbedding", "Normalize"]:
        raise ValueError(kinds)
