"""When an answer says of itself that it is hardly one."""

from dataclasses import replace

import pytest

from service.domain.documents import Passage
from service.domain.searching import FAR, Answer, Filters, Hit, Interpretation, Query, Why
from tests.fakes import document

BY_MEANING = Hit(
    passage=Passage("p", "d", 0, "text", (), 1, 1, 0, 4, "sv"),
    document=document("d"),
    project=None,
    score=1.0,
    dense_score=FAR - 0.01,
    lexical_score=3.0,
    why=Why(),
    snippet=(),
)
BY_WORDS = replace(BY_MEANING, why=Why(words=("arbete",)))
NEAR = replace(BY_MEANING, dense_score=FAR)


@pytest.mark.parametrize(
    ("hits", "meaning_only", "nothing_close"),
    [
        ((), False, False),
        ((BY_MEANING, BY_MEANING), True, True),
        ((BY_MEANING, NEAR), True, False),
        ((BY_MEANING, BY_WORDS), False, False),
    ],
)
def test_nothing_is_close_when_no_word_is_shared_and_no_meaning_is_near(
    hits: tuple[Hit, ...], meaning_only: bool, nothing_close: bool
) -> None:
    answer = Answer(Query("?"), Interpretation("?", "und"), hits, len(hits))
    assert (answer.meaning_only, answer.nothing_close) == (meaning_only, nothing_close)


@pytest.mark.parametrize("filters", [Filters(project_id="22-018-S01"), Filters(document_id="d")])
def test_of_the_few_passages_of_a_project_or_a_document_it_is_not_said(filters: Filters) -> None:
    answer = Answer(Query("?", filters), Interpretation("?", "und"), (BY_MEANING,), 1)
    assert (answer.meaning_only, answer.nothing_close) == (True, False)
