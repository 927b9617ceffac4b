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


def write_model(rows: Vectors, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the folder anew: modules.json, tokenizer.json, model.safetensors and the settings beside them.

    sentence-transformers writes everything; then the weights are put in the second form that its StaticEmbedding
    reads: ``embeddings`` in float16 and ``weights``, one float32 factor for each row, all 1. Stored as one float16
    tensor, sentence-transformers would also compute in float16 and be wrong in the fourth digit; in this form it
    multiplies, and so computes, in float32.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()], device="cpu")
    model.similarity_fn_name = "cosine"
    model.save(str(partial), create_model_card=False)
    weights: dict[str, NDArray[Any]] = {
        "embeddings": rows.astype(np.float16),
        "weights": np.ones(len(rows), np.float32),
    }
    save_file(weights, str(partial / "model.safetensors"))
    tokenizer.save(str(partial / "tokenizer.json"), pretty=False)
    _check(partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


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
