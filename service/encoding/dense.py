"""Text to dense vectors: static models such as the bundled one by a fast path, any other by sentence-transformers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from service.domain.vectors import Dense
from service.encoding.hub import SETTING, folder_of
from service.encoding.prompts import NONE, Prompts, prompts_of
from service.encoding.sentences import SentencesEncoder
from service.encoding.static import StaticEncoder
from service.errors import ModelUnavailable

STATIC = (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])
OURS = "sentence_transformers."
PROBE = "Vad hjälper unga till arbete?"


class Encoder(Protocol):
    """A model that makes vectors of L2 norm 1 with ``width`` numbers.

    ``fingerprint`` changes when any vector may: it is of the weights, the tokenizer and the prompts. ``tokenizer`` is of
    the tokenizer alone.
    """

    width: int
    fingerprint: str
    tokenizer: str

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width)."""

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,)."""

    def closeness(self, wordings: Sequence[str], texts: Sequence[str]) -> Dense:
        """Return how well each text meets the single words of a question in one of its wordings, from 0 to 1, shape (n,).

        All 0 when the model cannot tell.
        """


def open_encoder(model: str | Path, prompts: Prompts = NONE, kept: Path = Path("data/models")) -> Encoder:
    """Open a model.

    Args:
        model: its folder, or its name on the Hugging Face hub.
        prompts: what stands before every question and passage; where empty, the model's own prompts.
        kept: the folder that models from the hub are kept in.

    Raises:
        ModelUnavailable: problem is "missing", "needs_network" or "not_on_hub" (see :func:`folder_of`), "no_model" (a
            folder of something else), "lacks_file", "own_code" (it would have to run code of its own), "no_vector" (it
            makes no usable vector of a text, for example because it has no pooling) or "damaged".
    """
    folder = folder_of(str(model), kept)
    try:
        return _tried(_opened(folder, prompts_of(folder, prompts)), folder)
    except ModelUnavailable:
        raise
    except FileNotFoundError as error:
        raise _unavailable(folder, "lacks_file", Path(str(error.filename)).name) from error
    except Exception as error:
        # The libraries below raise a dozen kinds of their own; for the reader they all mean that the model is no good.
        problem = "own_code" if "trust_remote_code" in str(error) else "damaged"
        raise _unavailable(folder, problem, _first_line(error)) from error


def _opened(folder: Path, prompts: Prompts) -> Encoder:
    modules = _modules(folder)
    kinds = [str(module["type"]) for module in modules]
    if not all(kind.startswith(OURS) for kind in kinds):
        raise _unavailable(folder, "own_code", ", ".join(kinds))
    if [kind.rsplit(".", 1)[-1] for kind in kinds] in STATIC:
        return StaticEncoder(folder / modules[0]["path"], prompts)
    return SentencesEncoder(folder, prompts)


def _modules(folder: Path) -> list[dict[str, Any]]:
    try:
        modules: list[dict[str, Any]] = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _unavailable(folder, "no_model") from error
    return modules


def _tried(encoder: Encoder, folder: Path) -> Encoder:
    """Return the encoder once it has made a vector: what is wrong with a model shows before anything is built with it."""
    try:
        vectors = encoder.encode_passages([PROBE])
    except (KeyError, ValueError) as error:
        raise _unavailable(folder, "no_vector", str(error)) from error
    if vectors.shape != (1, encoder.width) or not np.isfinite(vectors).all():
        raise _unavailable(folder, "no_vector", f"{vectors.shape}, width {encoder.width}")
    return encoder


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _unavailable(folder: Path, problem: str, detail: str = "") -> ModelUnavailable:
    return ModelUnavailable(setting=SETTING, path=str(folder), problem=problem, detail=detail)
