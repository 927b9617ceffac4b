"""Any other model, by sentence-transformers, which alone takes seconds and 400 MB to import; never from the network."""

import os
import threading
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
BATCH = 16
"""Texts that are encoded in one turn: a question waits for no more than these. Tokenizers do not bear two threads at once."""


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
        self._turn = threading.Lock()
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

    def closeness(self, wordings: Sequence[str], texts: Sequence[str]) -> Dense:  # noqa: ARG002  # part of the promise of an encoder
        """Return nothing for every text: such a model gives no vectors of single words here."""
        return np.zeros(len(texts), np.float32)

    def _encoded(self, prompt: str, texts: Sequence[str], encode: Callable[..., Any]) -> Dense:
        vectors = np.zeros((len(texts), self.width), np.float32)
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            with self._turn:
                vectors[start : start + BATCH] = self._sums(prompt, batch, encode)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def _sums(self, prompt: str, texts: Sequence[str], encode: Callable[..., Any]) -> Dense:
        """Return the sum of the vectors of each text's parts: it has the direction of their mean."""
        parts = [list(self._parts(prompt, text)) for text in texts]
        found = encode(
            [part for group in parts for part in group],
            # Left out, it would be looked up by name, also where an empty one is wanted.
            prompt=prompt,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        starts = np.cumsum([0, *map(len, parts)])[:-1]
        sums: Dense = np.add.reduceat(np.asarray(found, np.float32), starts)
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
