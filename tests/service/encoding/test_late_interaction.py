"""The comparison of a question with passages, piece by piece."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from service.encoding.dense import open_encoder
from service.encoding.late_interaction import FILE, LateInteraction
from service.encoding.static import StaticEncoder
from service.settings import BUNDLED_MODEL

ROWS = np.array([[127, 0], [0, 127], [76, 102], [-127, 0]], np.int8)
WEIGHTS = np.array([3.0, 1.0, 1.0, 0.0], np.float32)
TABLE = LateInteraction(ROWS, WEIGHTS)


def ids(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.array(numbers, np.intp)


def test_each_piece_of_the_question_takes_its_best_match_by_weight() -> None:
    # The first piece meets itself (1), the second meets the third (cosine 0.8) at best.
    closeness = TABLE.closeness([ids(0, 1)], [ids(0, 2), ids(2), ids(3), ids()])
    assert closeness.tolist() == pytest.approx([(3 + 0.8) / 4, (3 * 0.6 + 0.8) / 4, 0, 0], abs=0.01)


def test_the_wording_that_suits_a_passage_best_counts() -> None:
    closeness = TABLE.closeness([ids(3), ids(0, 1), ids(), ids(1)], [ids(2), ids(0)])
    assert closeness.tolist() == pytest.approx([0.8, 0.75], abs=0.01)


@pytest.mark.parametrize(
    ("question", "passages"), [(ids(), [ids(0)]), (ids(3), [ids(3)]), (ids(0), []), (ids(0), [ids()])]
)
def test_what_weighs_nothing_is_close_to_nothing(question: np.ndarray, passages: list[np.ndarray]) -> None:
    assert TABLE.closeness([question], passages).tolist() == [0.0] * len(passages)


def test_passages_compared_together_are_as_close_as_alone() -> None:
    encoder = open_encoder(BUNDLED_MODEL)
    question = "Hur får unga som hoppat av skolan ett arbete?"
    texts = [
        "Young people who dropped out of school found a job.",
        "Budget och personal.",
        "",
        "Praktik gav jobb åt unga.",
    ]
    together = encoder.closeness([question], texts)
    assert together.tolist() == pytest.approx(
        [float(encoder.closeness([question], [text])[0]) for text in texts], abs=1e-6
    )
    assert together.min() == together[2] == 0
    assert together[0] > together[1]
    assert together[3] > together[1]
    assert encoder.closeness([question], [question])[0] == pytest.approx(1, abs=0.01)


def test_a_model_without_the_table_tells_nothing(tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).symlink_to(BUNDLED_MODEL / name)
    assert StaticEncoder(tmp_path).closeness(["jobb"], ["jobb", "skola"]).tolist() == [0, 0]
    save_file({"rows": ROWS, "weights": WEIGHTS}, tmp_path / FILE)
    assert LateInteraction.open(tmp_path) is not None
