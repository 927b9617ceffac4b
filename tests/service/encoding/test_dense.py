"""Dense vectors: the fast path and sentence-transformers agree; a bad model is named."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from service.encoding import static
from service.encoding.dense import open_encoder
from service.encoding.static import StaticEncoder, _Pieces
from service.errors import ModelUnavailable
from service.settings import BUNDLED_MODEL

TEXTS = [
    "Vad hjälper unga som varken arbetar eller studerar?",
    "People on long-term sick leave returned to work.",
    "Å ä ö é 🙂 22-018-S01",
    "arbetsmarknadspolitiskaåtgärdsprogram " * 40,
]


@pytest.mark.filterwarnings("ignore")  # other people's deprecations, far from here
def test_the_fast_path_agrees_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    slow = SentenceTransformer(str(BUNDLED_MODEL), device="cpu", local_files_only=True)
    fast = open_encoder(BUNDLED_MODEL)
    assert isinstance(fast, StaticEncoder)
    np.testing.assert_allclose(fast.encode_passages(TEXTS), slow.encode(TEXTS), atol=1e-5)


@cache
def _pieces() -> _Pieces:
    return _Pieces(BUNDLED_MODEL / "tokenizer.json")


@given(
    st.lists(
        st.text(st.sampled_from("aÅé \n\t\u00a0\u200b\u0308.-½¨ﬁΣİ\u00ad,:()漢🙂\x1c\x85\u2028[UNK]x"), max_size=40),
        max_size=5,
    )
)
def test_words_remembered_give_what_whole_texts_give(texts: list[str]) -> None:
    """The tokenizer sees each word once; nothing in a text may make that differ from seeing the text."""
    pieces = _pieces()
    assert pieces._by_word
    assert [ids.tolist() for ids in pieces.of(texts)] == pieces._encoded(texts)


def test_the_memory_of_words_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "MOST_WORDS", 3)
    encoder = open_encoder(BUNDLED_MODEL)
    np.testing.assert_array_equal(encoder.encode_passages(TEXTS), open_encoder(BUNDLED_MODEL).encode_passages(TEXTS))
    assert isinstance(encoder, StaticEncoder)
    encoder.encode_question("ett")
    assert len(encoder._pieces._known) == 1


def test_a_tokenizer_that_looks_across_spaces_is_given_whole_texts(small: Path) -> None:
    description = json.loads((small / "tokenizer.json").read_text(encoding="utf-8"))
    description["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    (small / "tokenizer.json").write_text(json.dumps(description), encoding="utf-8")
    encoder = open_encoder(small)
    assert isinstance(encoder, StaticEncoder)
    assert not encoder._pieces._by_word
    assert encoder.encode_passages(TEXTS).shape == (4, 64)


def test_vectors_have_length_one_and_a_text_without_pieces_has_none() -> None:
    vectors = open_encoder(BUNDLED_MODEL).encode_passages([*TEXTS, ""])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 1, 0], atol=1e-5)


def test_a_question_and_the_same_passage_have_the_same_vector() -> None:
    encoder = open_encoder(BUNDLED_MODEL)
    np.testing.assert_array_equal(encoder.encode_question(TEXTS[0]), encoder.encode_passages(TEXTS)[0])


def test_the_two_languages_meet() -> None:
    encoder = open_encoder(BUNDLED_MODEL)
    question = encoder.encode_question("long-term unemployed people")
    near, far = encoder.encode_passages(["långtidsarbetslösa människor", "bredband i glesbygd"])
    assert question @ near > question @ far + 0.2


def test_the_bundled_model_is_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_MODEL.rglob("*") if path.is_file()) <= 30_000_000


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A narrower model of the same kind."""
    for name in ("modules.json", "tokenizer.json", "config_sentence_transformers.json"):
        (tmp_path / name).write_bytes((BUNDLED_MODEL / name).read_bytes())
    stored, factors = static._table(BUNDLED_MODEL / "model.safetensors")
    rows = stored.astype(np.float32) * factors[:, None]
    save_file({"embedding.weight": np.ascontiguousarray(rows[:, :64])}, tmp_path / "model.safetensors")
    return tmp_path


def test_rows_of_eight_bits_with_a_factor_each_mean_the_same(small: Path) -> None:
    before = open_encoder(small).encode_passages(TEXTS)
    rows = load_file(small / "model.safetensors")["embedding.weight"]
    factors = np.abs(rows).max(axis=1) / 127 + 1e-12
    whole = np.round(rows / factors[:, None]).astype(np.int8)
    save_file({"embeddings": whole, "weights": factors.astype(np.float32)}, small / "model.safetensors")
    after = open_encoder(small).encode_passages(TEXTS)
    assert ((before * after).sum(axis=1) > 0.999).all()


def test_another_static_model_works_and_has_another_fingerprint(small: Path) -> None:
    encoder, bundled = open_encoder(small), open_encoder(BUNDLED_MODEL)
    assert encoder.width == 64
    assert encoder.fingerprint != bundled.fingerprint
    assert encoder.encode_passages(TEXTS).shape == (4, 64)


@pytest.mark.parametrize("damage", ["missing", "no modules", "cut weights", "no tokenizer", "nonsense"])
def test_a_model_that_is_no_good_is_named_with_its_setting(damage: str, small: Path) -> None:
    folder = small / "nowhere" if damage == "missing" else small
    if damage == "no modules":
        (small / "modules.json").unlink()
    if damage == "cut weights":
        (small / "model.safetensors").write_bytes((small / "model.safetensors").read_bytes()[:100])
    if damage == "no tokenizer":
        (small / "tokenizer.json").unlink()
    if damage == "nonsense":
        (small / "modules.json").write_text("[1, 2", encoding="utf-8")
    with pytest.raises(ModelUnavailable) as raised:
        open_encoder(folder)
    assert raised.value.facts["setting"] == "KB_MODEL"
    assert raised.value.facts["path"] == str(folder)
