"""The static model by a fast path: it needs ``tokenizers``, ``safetensors`` and numpy, opens in 30 ms, and agrees with
sentence-transformers to 1e-5.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.vectors import Dense
from service.encoding.identity import digest_of
from service.encoding.late_interaction import LateInteraction
from service.encoding.prompts import NONE, Prompts, after

BATCH = 128
MANY = 100
"""Texts from which on it pays to widen the whole table of bytes at once (30 ms, 55 MB): row by row numpy takes 0.1 ms a text,
and where so many come together, more will follow."""
NUMBERS = {"F32": "<f4", "F16": "<f2", "I8": "i1"}
"""Kinds of numbers in safetensors files, as numpy names them."""
MARKS = ".,:()"
MOST_WORDS = 100_000
"""Words whose pieces are remembered: about 25 MB."""


class StaticEncoder:
    """Mean of one row for each piece of a word."""

    def __init__(self, folder: Path, prompts: Prompts = NONE) -> None:
        """Open the model whose weights and tokenizer lie in a folder."""
        weights, description = folder / "model.safetensors", folder / "tokenizer.json"
        self._rows, self._factors = _table(weights)
        self._pieces = _Pieces(description)
        self._late = LateInteraction.open(folder)
        self._prompts = prompts
        self.width = int(self._rows.shape[1])
        self.tokenizer = digest_of([description])
        self.fingerprint = digest_of([weights, description], *prompts)

    def encode_passages(self, texts: Sequence[str]) -> Dense:
        """Return the vectors of passages, shape (n, width)."""
        return self._encoded(after(self._prompts.passage, texts))

    def encode_question(self, text: str) -> Dense:
        """Return the vector of a question, shape (width,)."""
        vector: Dense = self._encoded(after(self._prompts.question, [text]))[0]
        return vector

    def _encoded(self, texts: Sequence[str]) -> Dense:
        if len(texts) > MANY:
            self._rows = self._rows.astype(np.float32, copy=False)
        vectors = np.zeros((len(texts), self.width), np.float32)
        for start in range(0, len(texts), BATCH):
            for number, ids in enumerate(self._pieces.of(texts[start : start + BATCH]), start):
                # A sum has the direction of the mean. One text at a time stays in the processor's cache: ten times as fast.
                np.dot(self._factors[ids], self._rows[ids].astype(np.float32, copy=False), out=vectors[number])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors

    def closeness(self, wordings: Sequence[str], texts: Sequence[str]) -> Dense:
        """Return how well each text meets the single words of a question in one of its wordings, from 0 to 1, shape (n,)."""
        if self._late is None:
            return np.zeros(len(texts), np.float32)
        pieces = list(self._pieces.of([*wordings, *texts]))
        return self._late.closeness(pieces[: len(wordings)], pieces[len(wordings) :])


class _Pieces:
    """Texts to ids of pieces of words, by the model's own tokenizer, which sees each word once.

    Between spaces a BERT tokenizer treats every word alone, so what it made of a word holds wherever the word stands.
    That doubles the speed of the whole encoder. Other tokenizers are given whole texts.
    """

    def __init__(self, description: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(description))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._by_word = _treats_words_alone(self._tokenizer)
        self._known: dict[str, list[int]] = {}

    def of(self, texts: Sequence[str]) -> Iterator[NDArray[np.intp]]:
        """Yield the ids of each text, without special tokens."""
        if not self._by_word:
            yield from (np.array(ids, np.intp) for ids in self._encoded(list(texts)))
            return
        texts_in_words = [_spaced(text).split(" ") for text in texts]
        known = self._with(texts_in_words)
        for words in texts_in_words:
            yield np.array(list(chain.from_iterable(map(known.__getitem__, words))), np.intp)

    def _with(self, texts: Sequence[Sequence[str]]) -> dict[str, list[int]]:
        """Return what is known of words, all of these among them."""
        words = set().union(*texts)
        known = self._known
        if len(known) > MOST_WORDS:
            # A fresh dictionary: another thread may still be reading the old one.
            known = self._known = {}
        missing = [word for word in words if word not in known]
        known.update(zip(missing, self._encoded(missing), strict=True))
        return known

    def _encoded(self, texts: list[str]) -> list[list[int]]:
        return [one.ids for one in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


def _spaced(text: str) -> str:
    """Set marks apart, as the tokenizer does in any case: a word before a comma is then known from elsewhere."""
    for mark in MARKS:
        text = text.replace(mark, f" {mark} ")
    return text.replace("\n", " ")


def _treats_words_alone(tokenizer: Any) -> bool:
    """Return whether a tokenizer splits at every space before anything else and changes or drops letters one by one."""
    normalizer, splitter = _described(tokenizer.normalizer), _described(tokenizer.pre_tokenizer)
    special = (token.content for token in tokenizer.get_added_tokens_decoder().values())
    return (
        all(map(_goes_letter_by_letter, normalizer.get("normalizers", [normalizer])))
        and splitter.get("type") == "BertPreTokenizer"
        and not any(set(f" {MARKS}") & set(token) for token in special)
    )


def _described(part: Any) -> dict[str, Any]:
    return dict(json.loads(part.__getstate__())) if part is not None else {}


def _goes_letter_by_letter(step: dict[str, Any]) -> bool:
    if step.get("type") != "Replace":
        return step.get("type") in {None, "NFC", "NFKC", "Lowercase"}
    pattern = str(*step["pattern"].values())
    return step["content"] == "" and len(pattern) == 1 and pattern == re.escape(pattern)


def _table(path: Path) -> tuple[NDArray[np.generic], NDArray[np.float32]]:
    """Return the rows, shape (pieces, width), mapped into memory where they can be, and the factor of each row."""
    from safetensors import safe_open

    with safe_open(str(path), framework="numpy") as tensors:
        names = set(tensors.keys())
        key = "embedding.weight" if "embedding.weight" in names else "embeddings"
        rows = _mapped(path, key) if "mapping" not in names else tensors.get_tensor(key)[tensors.get_tensor("mapping")]
        factors = tensors.get_tensor("weights") if "weights" in names else np.ones(len(rows))
        return rows, factors.astype(np.float32)


def _mapped(path: Path, key: str) -> NDArray[np.generic]:
    """Map a tensor of a safetensors file: eight bytes of length, a header in JSON, then the numbers."""
    with path.open("rb") as handle:
        length = int.from_bytes(handle.read(8), "little")
        tensor = json.loads(handle.read(length))[key]
    kind, start = NUMBERS[tensor["dtype"]], 8 + length + tensor["data_offsets"][0]
    # A plain view: choosing rows of a memmap itself is several times slower.
    return np.asarray(np.memmap(path, kind, "r", start, tuple(tensor["shape"])))
