"""Passages: nothing lost, nothing twice, every offset true."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import MOST, split
from service.domain.documents import Heading, Page, Passage, passage_id

DOCUMENT = "0123456789abcdef"


def page(*blocks: str | tuple[int, str], number: int = 1, language: str = "sv", project_id: str | None = None) -> Page:
    """Return a page of paragraphs and headings, these as (level, text)."""
    text, headings = "", []
    for block in blocks:
        if text:
            text += "\n\n"
        if isinstance(block, tuple):
            headings.append(Heading(len(text), block[0], block[1]))
        text += block if isinstance(block, str) else block[1]
    return Page(number, str(number), text, language, tuple(headings), project_id)


def sentence(words: int, first: str = "Deltagarna") -> str:
    """Return a sentence of so many words."""
    return " ".join([first, *(["arbetar"] * (words - 1))]) + "."


def paragraph(sentences: int, words: int = 10) -> str:
    """Return a paragraph of so many sentences of so many words."""
    return " ".join(sentence(words, f"Stycke{number}") for number in range(sentences))


def size(passage: Passage) -> int:
    """Return the number of words."""
    return len(passage.text.split())


words = st.one_of(
    st.text(alphabet=st.sampled_from("aåbcdeéAÖ1-"), min_size=1, max_size=9),
    st.sampled_from("t.ex. (n = 212). ”citat” 🙂 43 procent fungerade.".split()),
)
lines = st.lists(words, min_size=1, max_size=50).map(" ".join)
paragraphs = st.builds(
    lambda parts, end: end.join(parts), st.lists(lines, min_size=1, max_size=4), st.sampled_from(["\n", ". ", " "])
)
headings = st.tuples(st.integers(1, 3), st.lists(words, min_size=1, max_size=4).map(" ".join))
monsters = st.one_of(st.integers(181, 400).map(lambda n: "ord " * n), st.integers(1000, 3000).map(lambda n: "x" * n))
blocks = st.lists(st.one_of(paragraphs, headings, paragraphs, monsters), max_size=6)


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """Return pages of paragraphs and headings, in one or two languages, of one document or of a list of operations."""
    several = draw(st.booleans())
    return [
        page(
            *draw(blocks),
            number=number,
            language=draw(st.sampled_from(["sv", "sv", "en"])),
            project_id=f"p{number // 2}" if several else None,
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]


def covered(pages: Sequence[Page], passage: Passage) -> list[tuple[int, int]]:
    """Return page index and place of every character of a passage, white space left out."""
    first, last = passage.page_from - 1, passage.page_to - 1
    found = []
    for index in range(first, last + 1):
        start = passage.start if index == first else 0
        end = passage.end if index == last else len(pages[index].text)
        found += [(index, place) for place in range(start, end) if not pages[index].text[place].isspace()]
    return found


@settings(max_examples=60, deadline=None)
@given(documents())
def test_passages_cover_all_text_in_order_and_once(pages: list[Page]) -> None:
    places = [place for passage in split(DOCUMENT, pages) for place in covered(pages, passage)]
    assert places == sorted(set(places))
    in_headings = {
        (index, place)
        for index, one in enumerate(pages)
        for heading in one.headings
        for place in range(heading.start, heading.start + len(heading.text))
    }
    everything = {(i, n) for i, one in enumerate(pages) for n, letter in enumerate(one.text) if not letter.isspace()}
    assert everything - set(places) <= in_headings


@settings(max_examples=60, deadline=None)
@given(documents())
def test_every_heading_is_in_a_path_or_in_a_text(pages: list[Page]) -> None:
    passages = split(DOCUMENT, pages)
    in_paths = {heading for passage in passages for heading in passage.heading_path}
    places = {place for passage in passages for place in covered(pages, passage)}
    for index, one in enumerate(pages):
        for heading in one.headings:
            # A heading that is repeated with nothing between stands once.
            again = any(" ".join(heading.text.split()) in " ".join(passage.text.split()) for passage in passages)
            assert heading.text in in_paths or (index, heading.start) in places or again


@settings(max_examples=60, deadline=None)
@given(documents())
def test_text_is_what_stands_between_the_offsets(pages: list[Page]) -> None:
    for passage in split(DOCUMENT, pages):
        first, last = pages[passage.page_from - 1], pages[passage.page_to - 1]
        if first is last:
            between = first.text[passage.start : passage.end]
        else:
            between = f"{first.text[passage.start :]} {last.text[: passage.end]}"
        assert passage.text.split() == between.split()


@settings(max_examples=60, deadline=None)
@given(documents())
def test_a_passage_keeps_every_limit(pages: list[Page]) -> None:
    for ordinal, passage in enumerate(split(DOCUMENT, pages)):
        assert 1 <= size(passage) <= MOST
        assert 0 <= passage.page_to - passage.page_from <= 1
        for one in pages[passage.page_from - 1 : passage.page_to]:
            assert (one.language, one.project_id) == (passage.language, passage.project_id)
        assert (passage.ordinal, passage.id) == (ordinal, passage_id(DOCUMENT, "1", ordinal))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_splitting_again_gives_the_same(pages: list[Page]) -> None:
    assert split(DOCUMENT, pages) == split(DOCUMENT, list(pages))


def test_nothing_comes_of_nothing() -> None:
    assert split(DOCUMENT, []) == ()
    assert split(DOCUMENT, [page(), page(number=2)]) == ()


def test_another_document_gets_other_ids() -> None:
    assert split("a" * 16, [page("Samma text.")])[0].id != split("b" * 16, [page("Samma text.")])[0].id


def test_the_path_goes_from_outer_to_inner() -> None:
    passages = split(
        DOCUMENT,
        [page((1, "Resultat"), paragraph(9), (2, "Mål"), paragraph(9)), page((1, "Lärdomar"), paragraph(9), number=2)],
    )
    assert [passage.heading_path for passage in passages] == [("Resultat",), ("Resultat", "Mål"), ("Lärdomar",)]
    assert [passage.text for passage in passages] == [paragraph(9)] * 3


def test_the_path_goes_on_over_the_page() -> None:
    passages = split(DOCUMENT, [page((1, "Resultat"), paragraph(9)), page(paragraph(20), number=2)])
    assert {passage.heading_path for passage in passages} == {("Resultat",)}


def test_the_path_starts_anew_with_every_operation() -> None:
    passages = split(
        DOCUMENT,
        [page((1, "Steget"), paragraph(9), project_id="a"), page(paragraph(9), number=2, project_id="b")],
    )
    assert [(passage.project_id, passage.heading_path) for passage in passages] == [("a", ("Steget",)), ("b", ())]


def test_a_long_section_is_cut_evenly_at_the_ends_of_sentences() -> None:
    passages = split(DOCUMENT, [page(paragraph(40))])
    assert all(80 <= size(passage) <= 180 for passage in passages)
    assert max(map(size, passages)) - min(map(size, passages)) <= 20
    assert all(passage.text.endswith(".") for passage in passages)


def test_a_long_section_is_cut_between_paragraphs_where_that_is_possible() -> None:
    passages = split(DOCUMENT, [page(*[paragraph(9)] * 4)])
    assert [passage.text for passage in passages] == [paragraph(9)] * 4


def test_a_short_end_is_not_left_alone() -> None:
    passages = split(DOCUMENT, [page(paragraph(12), paragraph(3))])
    assert [size(passage) for passage in passages] == [150]


def test_a_sentence_longer_than_a_passage_is_cut_between_words() -> None:
    passages = split(DOCUMENT, [page(sentence(400))])
    assert [size(passage) for passage in passages] == [150, 150, 100]


def test_text_without_spaces_is_cut_too() -> None:
    passages = split(DOCUMENT, [page("x" * 10_000)])
    assert len(passages) > 3
    assert max(len(passage.text) for passage in passages) < 3_000


def test_abbreviations_and_initials_do_not_end_sentences() -> None:
    start = "Vi mötte t.ex. Arbetsförmedlingen, bl.a. Malmö, med ca. 30 personer och J. Berg"
    passages = split(DOCUMENT, [page(f"{start} {sentence(120, 'samt')} {sentence(100)}")])
    assert [passage.text for passage in passages] == [f"{start} {sentence(120, 'samt')}", sentence(100)]


def test_a_quotation_mark_stays_with_the_sentence_that_it_closes() -> None:
    quoted, other = f"”{paragraph(10)}”", paragraph(10)
    passages = split(DOCUMENT, [page(f"{quoted} {other}")])
    assert [passage.text for passage in passages] == [quoted, other]


def test_a_sentence_over_the_page_is_kept_whole() -> None:
    before, after = f"{paragraph(9)} Samordnaren blev", "avgörande för deltagarna."
    (passage,) = split(DOCUMENT, [page(before), page(after, number=2)])
    assert "Samordnaren blev avgörande" in passage.text
    assert (passage.page_from, passage.page_to, passage.end) == (1, 2, len(after))


def test_a_tiny_section_joins_the_sibling_that_follows_and_its_heading_stands_in_the_text() -> None:
    (passage,) = split(DOCUMENT, [page((1, "Fakta"), (2, "Mål"), sentence(10), (2, "Syfte"), paragraph(10))])
    assert passage.heading_path == ("Fakta", "Syfte")
    assert passage.text == f"Mål\n\n{sentence(10)}\n\nSyfte\n\n{paragraph(10)}"


def test_a_tiny_last_section_joins_the_one_before() -> None:
    (passage,) = split(DOCUMENT, [page((1, "Resultat"), paragraph(9), (1, "Kontakt"), sentence(5))])
    assert passage.heading_path == ("Resultat",)
    assert passage.text == f"{paragraph(9)}\n\nKontakt\n\n{sentence(5)}"


def test_a_tiny_section_does_not_join_another_chapters_subsection() -> None:
    passages = split(DOCUMENT, [page((1, "A"), (2, "a"), paragraph(9), (1, "B"), sentence(9), (2, "b"), paragraph(18))])
    assert [passage.heading_path for passage in passages][:2] == [("A", "a"), ("B",)]


def test_sections_of_forty_words_stand_alone() -> None:
    passages = split(DOCUMENT, [page((1, "Mål"), paragraph(4), (1, "Syfte"), paragraph(4))])
    assert [passage.heading_path for passage in passages] == [("Mål",), ("Syfte",)]


def test_headings_without_text_become_text() -> None:
    (passage,) = split(DOCUMENT, [page((1, "Framsida"), (1, "Slutrapport"))])
    assert passage.text == "Framsida\n\nSlutrapport"
    assert passage.heading_path == ()


def test_a_heading_over_two_lines_is_recognised() -> None:
    text = "Måluppfyllelse\noch effekter\n\n" + paragraph(9)
    (passage,) = split(DOCUMENT, [Page(1, "", text, "sv", (Heading(0, 1, "Måluppfyllelse och effekter"),))])
    assert passage.text == paragraph(9)


def test_a_list_keeps_its_lines_and_its_introduction() -> None:
    items = "\n".join(f"• {sentence(12)}" for _ in range(5))
    passages = split(DOCUMENT, [page(paragraph(7), f"{sentence(12)[:-1]}:", items, paragraph(9))])
    listing = next(passage for passage in passages if "•" in passage.text)
    assert f"arbetar:\n\n{items}" in listing.text


def test_languages_do_not_mix() -> None:
    passages = split(DOCUMENT, [page(sentence(20)), page(sentence(20, "Participants"), number=2, language="en")])
    assert [passage.language for passage in passages] == ["sv", "en"]


def test_a_table_of_contents_makes_no_passage() -> None:
    contents = "Innehåll\n" + "\n".join(f"{number} Kapitel om resultat ........ {number * 3}" for number in range(1, 7))
    passages = split(DOCUMENT, [page(contents), page((1, "Resultat"), paragraph(9), number=2)])
    assert [passage.text for passage in passages] == [paragraph(9)]


def test_text_around_a_table_of_contents_is_kept() -> None:
    contents = "\n".join(f"Kapitel om resultat ........ {number}" for number in range(3, 9))
    text = f"{paragraph(9)}\n\nInnehåll\n{contents}\n\n{paragraph(10)}"
    passages = split(DOCUMENT, [Page(1, "", text, "sv", (Heading(text.index("Innehåll"), 1, "Innehåll"),))])
    assert [passage.text for passage in passages] == [paragraph(9), paragraph(10)]
