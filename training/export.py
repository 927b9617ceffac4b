"""Writing the model as an ordinary sentence-transformers folder with rows of eight bits."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer


def quantised(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return rows as whole numbers from -127 to 127, and the factor of each row."""
    factors = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
    return np.round(rows / factors[:, None]).astype(np.int8), factors.astype(np.float32)


def write_model(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> None:
    """Write the folder.

    sentence-transformers reads a static model either from one tensor of floats or, for models made with model2vec, from
    ``embeddings`` of any type and ``weights``, one factor for each row. The second form lets whole numbers be shipped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole, factors = quantised(rows)
    save_file({"embeddings": whole, "weights": factors}, str(folder / "model.safetensors"))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    package = "sentence_transformers.sentence_transformer.modules"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.static_embedding.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")
    settings = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", encoding="utf-8")
