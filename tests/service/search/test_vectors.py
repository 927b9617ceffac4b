"""A question as vectors: what the bridge adds to words and meaning."""

import numpy as np
import pytest

from service.domain.searching import Crossing, Interpretation, Term
from service.encoding.dense import open_encoder
from service.encoding.terms import encode_question
from service.search.vectors import vectors_of, wordings_of
from service.settings import BUNDLED_MODEL

ENCODER = open_encoder(BUNDLED_MODEL)
NAME = Term("neither in employment nor in education", "en")
SHORT = Interpretation(
    "stöd till UVAS", "sv", crossings=(Crossing("UVAS", Term("UVAS", "sv"), (NAME, Term("NEET", "en"))),)
)
LONG = Interpretation("stöd till UVAS", "sv", crossings=(Crossing("stöd", Term("stöd", "sv"), (NAME,)),))


def test_an_abbreviation_means_what_it_stands_for() -> None:
    alone, named = ENCODER.encode_question(SHORT.text), ENCODER.encode_question(NAME.text)
    dense, _ = vectors_of(SHORT, ENCODER)
    assert dense @ named > alone @ named
    assert dense @ alone > dense @ named
    assert dense.dtype == np.float32
    assert np.linalg.norm(dense) == pytest.approx(1)


def test_other_terms_leave_the_meaning_alone_and_add_their_words() -> None:
    dense, sparse = vectors_of(LONG, ENCODER)
    assert dense.tolist() == ENCODER.encode_question(LONG.text).tolist()
    assert set(encode_question(LONG.text, "sv").ids.tolist()) < set(sparse.ids.tolist())


def test_a_question_without_terms_is_encoded_as_it_stands() -> None:
    plain = Interpretation("stöd till unga", "sv")
    dense, sparse = vectors_of(plain, ENCODER)
    assert dense.tolist() == ENCODER.encode_question(plain.text).tolist()
    assert sparse.ids.tolist() == encode_question(plain.text, "sv").ids.tolist()


def test_passages_are_compared_with_the_question_under_each_name() -> None:
    assert wordings_of(SHORT) == ["stöd till UVAS", "stöd till neither in employment nor in education"]
    assert wordings_of(Interpretation("stöd till unga", "sv")) == ["stöd till unga"]
    texts = ["A programme for those neither in employment nor in education", "Ett stöd till äldre"]
    asked, named = (ENCODER.closeness(wordings, texts) for wordings in (wordings_of(SHORT)[:1], wordings_of(SHORT)))
    assert named[0] > asked[0]
    assert named[1] == asked[1]
