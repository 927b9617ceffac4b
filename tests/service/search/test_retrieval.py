"""From a question to an answer, with the bundled model and an index and a library in memory."""

from dataclasses import dataclass, replace

import pytest

from service.domain.documents import Document, Passage
from service.domain.projects import Project
from service.domain.searching import Answer, Filters, Query, Term
from service.encoding.bridge import Bridge
from service.encoding.dense import open_encoder
from service.errors import InvalidQuestion
from service.indexing import points_of
from service.search.question import NO_BRIDGE
from service.search.retrieval import Retriever
from service.settings import BUNDLED_MODEL
from tests.fakes import MemoryIndex, MemoryLibrary, document

ENCODER = open_encoder(BUNDLED_MODEL)
DNR = "23-118-S01"
EVALUATION = document("a", "Slutrapport Verkstan", project=DNR)
REPORT = document("b", "Learning report")
RECORD = document("c", "Nya vägar", project=DNR, kind="projektpost")
TEXTS = {
    "a": [
        "Deltagarna fick praktik i en bilverkstad och flera av dem fick anställning.",
        "Handledarna träffade ungdomarna två gånger i veckan.",
        "Korta väntetider gjorde att färre hoppade av.",
    ],
    "b": [
        "Young people who had dropped out of school were met at home by youth workers.",
        "Budget and staff.",
        "As project 23-118-S01 showed.",
    ],
    "c": ["Projektet prövar nya arbetssätt."],
}
LANGUAGES = {"a": "sv", "b": "en", "c": "sv"}


@dataclass
class World:
    index: MemoryIndex
    library: MemoryLibrary
    bridge: Bridge = NO_BRIDGE

    def ask(self, text: str, **options: object) -> Answer:
        query = replace(Query(text), **options)  # type: ignore[arg-type]
        return Retriever(self.index, ENCODER, self.library, self.bridge).search(query)

    def found(self, text: str, **options: object) -> list[str]:
        return [hit.passage.id for hit in self.ask(text, **options).hits]


def passages_of(one: Document) -> list[Passage]:
    return [
        Passage(f"{one.id}{number}", one.id, number, text, (), number + 1, number + 1, 0, len(text), LANGUAGES[one.id])
        for number, text in enumerate(TEXTS[one.id])
    ]


@pytest.fixture
def world() -> World:
    documents = [EVALUATION, REPORT, RECORD]
    passages = {one.id: passages_of(one) for one in documents}
    library = MemoryLibrary()
    library.held = {one.id: one for one in documents}
    library.kept = {passage.id: passage for group in passages.values() for passage in group}
    library.known = {DNR: Project(DNR, DNR, "Verkstan")}
    library.labels = {("a", 1): "iv"}
    index = MemoryIndex()
    index.upsert(points_of(documents, passages, library.known, ENCODER, {}))
    return World(index, library)


def test_the_passage_that_answers_comes_first_with_all_that_it_belongs_to(world: World) -> None:
    hit = world.ask("Fick de som deltog jobb på en bilverkstad?").hits[0]
    assert (hit.passage.id, hit.document.id, hit.page_label) == ("a0", "a", "iv")
    assert hit.project == world.library.known[DNR]
    assert "bilverkstad" in hit.why.words
    assert any(piece.marked for piece in hit.snippet)


def test_a_swedish_question_finds_an_english_passage(world: World) -> None:
    hit = world.ask("Hur kan man nå ungdomar som har hoppat av skolan?", filters=Filters(language="en")).hits[0]
    assert hit.passage.id == "b0"


def test_a_term_finds_a_passage_that_has_its_other_name(world: World) -> None:
    alone = {hit.passage.id: hit.lexical_score for hit in world.ask("QZX").hits}
    world.bridge = Bridge([(Term("QZX", "sv"), Term("youth worker", "en"))])
    answer = world.ask("QZX")
    bridged = {hit.passage.id: hit.lexical_score for hit in answer.hits}
    assert alone["b0"] == 0
    assert bridged["b0"] == max(bridged.values()) > 0
    assert [term.text for term in answer.interpretation.also] == ["youth worker"]
    assert [hit.why.bridged for hit in answer.hits if hit.passage.id == "b0"] == [("youth workers",)]


@pytest.mark.parametrize("code", ["23-118-S01", "23-118-s01", "23\u2013118\u2013S01", "dnr 23 118 S01"])
def test_a_diary_number_finds_its_record_then_its_documents_then_mentions(world: World, code: str) -> None:
    answer = world.ask(code, per_document=0)
    assert answer.hits[0].document == RECORD
    assert {hit.document.id for hit in answer.hits[:4]} == {"a", "c"}
    assert answer.hits[0].why.codes == (DNR,)
    assert [(hit.passage.id, hit.why.codes) for hit in answer.hits[4:5]] == [("b2", (DNR,))]
    assert [hit.why.codes for hit in answer.hits[5:]] == [(), ()]


def test_passages_with_the_exact_phrase_come_first(world: World) -> None:
    text = "deltagarna praktik bilverkstad anställning ”korta väntetider”"
    assert world.found(text)[0] == "a2"
    assert world.found(text.replace("”", ""))[0] == "a0"
    assert world.ask(text).hits[0].why.phrases == ("korta väntetider",)


def test_a_document_fills_no_more_than_its_share(world: World) -> None:
    assert [name[0] for name in world.found("deltagare", per_document=1)].count("a") == 1
    assert [name[0] for name in world.found("deltagare", per_document=0)].count("a") == 3


@pytest.fixture
def repeating() -> World:
    """Four documents: "a" says a thing twice, "b" and "d" say it too, "c" says something else."""
    said, other = "Korta väntetider gjorde att färre hoppade av.", "Korta väntetider gav inget."
    texts = {"a": [said, said.upper()], "b": [other, said.replace(" ", "\n")], "c": [other], "d": [said]}
    documents = [document(name, "Rapport") for name in texts]
    passages = {
        name: [
            Passage(f"{name}{n}", name, n, text, (), n + 1, n + 1, 0, len(text), "sv") for n, text in enumerate(some)
        ]
        for name, some in texts.items()
    }
    library = MemoryLibrary()
    library.held = {one.id: one for one in documents}
    library.kept = {passage.id: passage for group in passages.values() for passage in group}
    library.labels = {("d", 1): "ix"}
    index = MemoryIndex()
    index.upsert(points_of(documents, passages, {}, ENCODER, {}))
    return World(index, library)


def test_a_text_that_several_documents_hold_comes_once_and_names_the_others(repeating: World) -> None:
    answer = repeating.ask("Varför hoppade färre av?")
    assert answer.total == 2
    first, second = answer.hits
    assert first.passage.id == "a0"
    assert [(repeat.passage.id, repeat.page_label) for repeat in first.repeats] == [("b1", ""), ("d0", "ix")]
    assert [repeat.document for repeat in first.repeats] == [repeating.library.held[name] for name in "bd"]
    assert (second.passage.id, [repeat.passage.id for repeat in second.repeats]) == ("b0", ["c0"])


def test_what_is_repeated_counts_for_no_document_but_the_first(repeating: World) -> None:
    assert [hit.passage.id for hit in repeating.ask("Varför hoppade färre av?", per_document=1).hits] == ["a0", "b0"]
    assert [hit.passage.id for hit in repeating.ask("Varför hoppade färre av?", offset=1).hits] == ["b0"]


def test_inside_one_document_every_passage_counts(repeating: World) -> None:
    answer = repeating.ask("Korta väntetider", filters=Filters(document_id="a"), per_document=1)
    assert {hit.passage.id for hit in answer.hits} == {"a0", "a1"}
    assert all(hit.repeats == () for hit in answer.hits)


def test_a_document_that_has_left_is_not_named(repeating: World) -> None:
    del repeating.library.held["d"]
    hits = repeating.ask("Varför hoppade färre av?").hits
    assert [repeat.document.id for repeat in hits[0].repeats] == ["b"]


def test_pages_of_an_answer_follow_on_each_other(world: World) -> None:
    whole = world.found("ungdomar", limit=5)
    assert whole == [*world.found("ungdomar", limit=2), *world.found("ungdomar", limit=3, offset=2)]
    assert world.ask("ungdomar", limit=1).total == len(world.found("ungdomar", limit=100))
    assert world.found("ungdomar", offset=50) == []


def test_what_has_left_the_library_is_left_out(world: World) -> None:
    del world.library.held["a"]
    assert {name[0] for name in world.found("Deltagarna fick praktik")} == {"b", "c"}


def test_scores_fall_and_lie_between_nought_and_one(world: World) -> None:
    scores = [hit.score for hit in world.ask("praktik för unga").hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_an_empty_library_answers_nothing() -> None:
    assert World(MemoryIndex(), MemoryLibrary()).ask("praktik").hits == ()


@pytest.mark.parametrize(
    ("options", "problem"), [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"offset": -1}, "offset")]
)
def test_impossible_pages_are_refused(world: World, options: dict[str, int], problem: str) -> None:
    with pytest.raises(InvalidQuestion) as raised:
        world.ask("praktik", **options)
    assert raised.value.facts["problem"] == problem
