"""The making of the bundled model, on texts that are made here."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from service.encoding.dense import open_encoder
from service.encoding.late_interaction import LateInteraction
from training import make
from training.bags import bags_of, encode, unit
from training.corpus import Corpus, Project, without_title
from training.evaluate import ndcg_at_10
from training.initialise import initial_rows, principal_axes, turned
from training.late_interaction import LatePlan, Stage, Table, _neighbourhoods, closeness
from training.make import Making
from training.pairs import Kind, epoch, kinds
from training.row_adam import RowAdam
from training.shipping import read_rows
from training.tokenizer import UNKNOWN, extended, train_tokenizer
from training.train import Plan, same

WORDS = [
    ("work", "arbete"), ("school", "skola"), ("health", "hälsa"), ("young", "ungdom"), ("island", "ö"),
    ("project", "projekt"), ("method", "metod"), ("result", "resultat"), ("support", "stöd"), ("county", "län"),
]  # fmt: skip

LATE = LatePlan(stages=(Stage(20, 1e-2, 0.0), Stage(10, 5e-3, 0.7)), pairs=16, width=8)


def _sentence(draw: random.Random, length: int = 6) -> tuple[str, str]:
    chosen = [draw.choice(WORDS) for _ in range(length)]
    return " ".join(english for english, _ in chosen), " ".join(swedish for _, swedish in chosen)


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _project(draw: random.Random) -> dict[str, str]:
    title, abstract = _sentence(draw), _sentence(draw, 40)
    return {"title_en": title[0], "title_sv": title[1], "abstract_en": abstract[0], "abstract_sv": abstract[1]}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    draw = random.Random(1)
    pairs = [(*_sentence(draw), "eu_gov/forms") for _ in range(40)] + [
        (*_sentence(draw), "web/site") for _ in range(40)
    ]
    pairs.append(("a sentence of the held-out set", "en mening ur den undanhållna mängden", "web/site"))
    pairs.append(("torn apart", "sönder delad", "docs_md/msdocs_powershell"))
    _write(folder / "parallel/train.tsv.gz", ["\t".join(pair) for pair in pairs])
    held_out = {"en": "A sentence of the  held-out set", "sv": "något annat som inte är med"}
    _write(folder / "parallel/dev_flores.jsonl.gz", [json.dumps(held_out)])
    for part, count in (("train", 30), ("dev", 12)):
        _write(folder / f"swecris/{part}.jsonl.gz", [json.dumps(_project(draw)) for _ in range(count)])
        pages = [{"title": _sentence(draw)[1], "text": _sentence(draw, 90)[1]} for _ in range(count)]
        _write(folder / f"government/{part}.jsonl.gz", [json.dumps(page) for page in pages])
    asked = [{"title": "t", "context": _sentence(draw, 20)[1], "questions": ["metod?", "skola?"]} for _ in range(12)]
    _write(folder / "eval/squad_sv_dev.jsonl.gz", [json.dumps(row) for row in asked])
    faq = [{"question": "stöd?", "candidate_answers": ["nej", _sentence(draw)[1]], "label": 1} for _ in range(12)]
    _write(folder / "eval/swefaq_dev.jsonl.gz", [json.dumps(row) for row in faq])
    return folder


def test_held_out_texts_are_never_read_for_training(data: Path) -> None:
    english = [pair.english for pair in Corpus(data).translations]
    assert len(english) == 81
    assert "a sentence of the held-out set" not in english


def test_a_repeated_title_is_cut_from_the_text() -> None:
    assert without_title("Stöd till unga", "Stöd till unga\n\nRegeringen ger") == "Regeringen ger"
    assert without_title("Stöd", "Regeringen ger stöd") == "Regeringen ger stöd"


def test_kinds_are_drawn_as_often_as_their_passes_say() -> None:
    kind = Kind("numbers", 2.5, range(10), lambda number, _rng: (f"a{number}", f"b{number}"))
    drawn = kind.draw(random.Random(3))
    times = [drawn.count((f"a{number}", f"b{number}")) for number in range(10)]
    assert len(drawn) == 25
    assert set(times) == {2, 3}


def test_an_epoch_is_seeded_and_keeps_kinds_apart(data: Path) -> None:
    mix = kinds(Corpus(data))
    assert epoch(mix, 16, 7) == epoch(mix, 16, 7)
    assert epoch(mix, 16, 7) != epoch(mix, 16, 8)
    drawn: dict[str, int] = {}
    for batch in epoch(mix, 16, 7):
        assert 4 <= len(batch.left) == len(batch.right) <= 16
        drawn[batch.kind] = drawn.get(batch.kind, 0) + len(batch.left)
    assert drawn["translation-eu_gov"] == 3 * 40
    assert drawn["translation-web"] == 10
    assert drawn["title-window"] == 60
    assert "translation-docs_md" not in drawn


def test_projects_are_paired_across_languages() -> None:
    project = Project("titel", "title", "svensk " * 30, "english " * 30)
    by_name = {kind.name: kind for kind in kinds(_Fixed(project))}
    left, right = by_name["title-sv-abstract-en"].draw(random.Random(1))[0]
    assert (left, set(right.split())) == ("titel", {"english"})
    left, right = by_name["title-en-abstract-sv"].draw(random.Random(1))[0]
    assert (left, set(right.split())) == ("title", {"svensk"})


class _Fixed(Corpus):
    """A corpus of one project."""

    def __init__(self, project: Project) -> None:
        self.__dict__.update(translations=[], pages=[], projects=[project, project])


def test_the_tokenizer_keeps_swedish_letters_and_knows_no_special_tokens() -> None:
    tokenizer = extended(train_tokenizer(["hälsa å ö ä hälsa hälsa", "Arbete arbete arbete"] * 9, 60), ["unemployed"])
    tokens = tokenizer.encode("HA\u0308LSA ar\u00adbete unemployed", add_special_tokens=True).tokens
    assert tokens == ["hälsa", "arbete", "unemployed"]
    assert tokenizer.token_to_id(UNKNOWN) == 0
    assert tokenizer.encode("日").ids == [0]
    assert len(tokenizer.encode("[UNK]").ids) > 1


def test_encoding_is_the_mean_of_rows() -> None:
    tokenizer = train_tokenizer(["aa bb aa bb"] * 5, 20)
    rows = np.zeros((tokenizer.get_vocab_size(), 2), np.float32)
    rows[tokenizer.token_to_id("aa")] = (3, 0)
    rows[tokenizer.token_to_id("bb")] = (0, 4)
    assert bags_of(tokenizer, ["aa bb aa", "", "aa"], 2).lengths.tolist() == [2, 0, 1]
    assert encode(rows, tokenizer, ["aa bb", "", "bb"]).tolist() == pytest.approx(
        np.array([[0.6, 0.8], [0, 0], [0, 1]])
    )


def test_initial_rows_point_at_the_vectors_of_their_sentences() -> None:
    tokenizer = train_tokenizer(["work arbete school skola garden"] * 5, 200)
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    labelled = bags_of(tokenizer, ["work", "arbete", "school", "skola"])
    around = bags_of(tokenizer, ["garden school", "garden skola", "work", "arbete"])
    rows = initial_rows(labelled, vectors, around, tokenizer.get_vocab_size())
    assert rows.shape == (tokenizer.get_vocab_size(), 2)
    assert rows.dtype == np.float32
    turn = encode(rows, tokenizer, ["work", "arbete", "garden", "skola"])
    assert turn[0] @ turn[1] > 0.99
    assert turn[2] @ turn[3] > 0.9 > turn[0] @ turn[3]


def test_principal_axes_keep_cosines_and_put_the_largest_first() -> None:
    raw = (np.random.default_rng(1).normal(size=(500, 4)) * [1, 5, 2, 0.1]).astype(np.float16)
    axes = principal_axes(raw)
    assert axes.T @ axes == pytest.approx(np.eye(4), abs=1e-5)
    spread = turned(raw, axes).std(axis=0)
    assert list(spread) == sorted(spread, reverse=True)
    assert turned(raw[:0], axes).shape == (0, 4)


def test_ndcg_of_a_case_counted_by_hand() -> None:
    scores = np.array([[0.9, 0.1, 0.2], [0.5, 0.4, 0.6], [0.1, 0.2, 0.3]], np.float32)
    assert ndcg_at_10(scores, np.array([0, 1, 1])).tolist() == pytest.approx([1.0, 0.5, 1 / np.log2(3)])
    far = np.arange(12, dtype=np.float32)[None, :]
    assert ndcg_at_10(far, np.array([2])).tolist() == pytest.approx([1 / np.log2(11)])
    assert ndcg_at_10(far, np.array([1])).tolist() == [0.0]


def test_equal_texts_are_not_pushed_apart() -> None:
    assert same(["a", "b", "a"]).tolist() == [[False, False, True], [False, False, False], [True, False, False]]


def test_rows_without_a_gradient_stay() -> None:
    rows = torch.ones(3, 2)
    adam = RowAdam(rows)
    for touched in ([0, 1], [1], [1]):
        adam.step(torch.ones(3, 2), torch.tensor(touched), rate=0.1)
    # With a steady gradient each of a row's own steps is the rate itself.
    assert rows[:, 0].tolist() == pytest.approx([0.9, 0.7, 1.0], abs=1e-4)


def test_a_model_is_made_and_sentence_transformers_reads_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": {"work": 1, "unseen": 2}}}))
    monkeypatch.setattr(make, "teacher_folder", lambda: tmp_path)
    monkeypatch.setattr(make, "label", _label)
    plan = Plan(epochs=2, pairs=16, labelled=16, widths=(16, 8))
    Making(data, tmp_path / "work", plan, LATE).model(tmp_path / "model")
    figures = make.figures(data, tmp_path / "model")
    assert len(figures) == 7
    assert all(0 < figure <= 100 for figure in figures.values())

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tmp_path / "model"), device="cpu", local_files_only=True)
    texts = ["stöd till unga i arbete", "young people", "", "日", "skola " * 500]
    vectors = model.encode(texts)
    assert vectors.dtype == np.float32
    rows = read_rows(tmp_path / "model")
    tokenizer = Tokenizer.from_file(str(tmp_path / "model/tokenizer.json"))
    assert np.abs(vectors - encode(rows, tokenizer, texts)).max() < 1e-5
    assert not rows[0].any()
    english, swedish = (model.encode([pair[side] for pair in WORDS]) for side in (0, 1))
    assert (english @ swedish.T).argmax(axis=1).tolist() == list(range(len(WORDS)))

    first = (tmp_path / "model/model.safetensors").read_bytes()
    (tmp_path / "work/rows.npy").unlink()
    (tmp_path / "work/state.pt").unlink()
    (tmp_path / "work/late.pt").unlink()
    Making(data, tmp_path / "work", plan, LATE).model(tmp_path / "model")
    assert (tmp_path / "model/model.safetensors").read_bytes() == first

    # The words of a translation find each other in the second table, too.
    table = open_encoder(tmp_path / "model")
    near = np.array([table.closeness(one, [pair[1] for pair in WORDS]) for one, _ in WORDS])
    assert (near.argmax(axis=1) == np.arange(len(WORDS))).mean() > 0.5


def test_the_table_compares_as_the_product_does() -> None:
    rng = np.random.default_rng(1)
    table = Table(unit(rng.normal(size=(20, 8)).astype(np.float32)), rng.uniform(0.1, 2, 20).astype(np.float32))
    questions, passages = (
        torch.tensor([[3, 5, -1], [7, 1, 2]]),
        torch.tensor([[3, 4, 9, -1], [11, -1, -1, -1], [2, 8, 7, 6]]),
    )
    trained = closeness(torch.from_numpy(table.rows), torch.from_numpy(table.weights), questions, passages)
    product = LateInteraction(np.rint(table.rows * 127).astype(np.int8), table.weights)
    held = [[number for number in row if number >= 0] for row in passages.tolist()]
    for row, question in zip(trained, questions.tolist(), strict=True):
        asked = np.array([number for number in question if number >= 0])
        assert row.tolist() == pytest.approx(
            product.closeness(asked, [np.array(ids) for ids in held]).tolist(), abs=0.02
        )


def test_close_batches_hold_neighbours_and_lose_nobody() -> None:
    vectors = unit(np.repeat(np.eye(4, dtype=np.float32), 8, axis=0) + 0.01)
    parts = list(_neighbourhoods(np.random.default_rng(2).permutation(32), vectors, 8, random.Random(3)))
    assert sorted(np.concatenate(parts).tolist()) == list(range(32))
    assert [len(part) for part in parts] == [8, 8, 8, 8]
    # Drawn at random, eight of 32 would hold about 3.6 of the four kinds.
    assert np.mean([len(set(part // 8)) for part in parts]) < 2.5


def _label(texts: list[str], _folder: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float16]]:
    """A teacher of sixteen numbers: the sum of a fixed random vector for each word."""
    means = [sum(np.random.default_rng(len(w) * 31 + ord(w[0])).normal(size=16) for w in t.split()) for t in texts]
    return np.array(means, np.float16).reshape(-1, 16)
