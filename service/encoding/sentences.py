"""Any other model, by sentence-transformers, which alone takes seconds and 400 MB to import; never from the network."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from service.domain.vectors import Dense
from service.encoding.identity import digest_of
from service.encoding.prompts import Prompts

DESCRIBING = {".json", ".txt", ".model"}
WEIGHTS = {".safetensors", ".bin"}
TOKENIZERS = {"tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model"}


class SentencesEncoder:
    """A model of any architecture, with its pooling.

    Models see at most so many pieces of words (128 to 8192). A text that is longer is halved at a space until every part
    fits, and its vector is the mean of theirs: nothing of it is lost in silence.
    """

    def __init__(self, folder: Path, prompts: Prompts) -> None:
        """Open the model in a folder. Code that comes with a model is never run."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        self._prompts = prompts
        self._longest = self._model.get_max_seq_length()
        self.width = int(self._model.get_embedding_dimension() or 0)
        files = sorted(path for path in folder.rglob("*") if path.suffix in DESCRIBING | WEIGHTS)
        self.tokenizer = digest_of([path for path in files if path.name in TOKENIZERS])
        self.fingerprint = digest_of(files, *prompts)

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width)."""
        return self._encoded(self._prompts.passage, texts, self._model.encode_document)

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,)."""
        vector: Dense = self._encoded(self._prompts.question, [text], self._model.encode_query)[0]
        return vector

    def closeness(self, question: str, texts: Sequence[str]) -> Dense:  # noqa: ARG002  # part of the promise of an encoder
        """Return nothing for every text: such a model gives no vectors of single words here."""
        return np.zeros(len(texts), np.float32)

    def _encoded(self, prompt: str, texts: Sequence[str], encode: Callable[..., Any]) -> Dense:
        if not texts:
            return np.zeros((0, self.width), np.float32)
        parts = [list(self._parts(prompt, text)) for text in texts]
        # The model's own name for the prompt would be looked up otherwise, and the prompt doubled.
        found = encode([part for group in parts for part in group], prompt=prompt, show_progress_bar=False)
        vectors = np.asarray(found, np.float32)
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        starts = np.cumsum([0, *map(len, parts)])[:-1]
        # A sum has the direction of the mean.
        sums = np.add.reduceat(vectors, starts)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        np.divide(sums, norms, out=sums, where=norms > 0)
        return sums

    def _parts(self, prompt: str, text: str) -> Iterator[str]:
        """Yield a text in parts that the model sees whole."""
        words = text.split(" ")
        if not self._longest or len(words) == 1 or self._pieces(f"{prompt}{text}") <= self._longest:
            yield text
            return
        middle = len(words) // 2
        yield from self._parts(prompt, " ".join(words[:middle]))
        yield from self._parts(prompt, " ".join(words[middle:]))

    def _pieces(self, text: str) -> int:
        """Return how many pieces a text is, with those that the model puts around it."""
        return len(self._model.tokenizer(text, verbose=False)["input_ids"])
