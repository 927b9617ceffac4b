"""PDF files: text, layout, facts, and everything that can be wrong with them."""

import io
from collections.abc import Callable, Sequence

import pypdf
import pytest

from ingest.readers.limits import DEFAULT_LIMITS, Limits
from ingest.readers.pdf import read_pdf
from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason

Maker = Callable[..., bytes]
Placed = tuple[float, float, str, float, bool]


def lines(texts: Sequence[str], x: float = 72, y: float = 700, size: float = 11) -> list[Placed]:
    return [(x, y - number * size * 1.2, text, size, False) for number, text in enumerate(texts)]


def text_of(data: bytes) -> str:
    return "\f".join(page.text for page in read_pdf(data, DEFAULT_LIMITS).pages)


def reason_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reason:
    with pytest.raises(ReadingFailed) as failed:
        read_pdf(data, limits)
    return failed.value.reason


def test_wrapped_lines_become_one_paragraph_with_words_put_together(make_pdf: Maker) -> None:
    data = make_pdf(
        lines(
            [
                "Metoden är väl beskriven i den utvärde-",
                "ringen som ESF-",
                "rådet har beställt och som är vård-",
                "och omsorg.",
            ]
        )
    )
    assert text_of(data) == (
        "Metoden är väl beskriven i den utvärderingen som ESF-rådet har beställt och som är vård- och omsorg."
    )


def test_space_between_lines_divides_paragraphs(make_pdf: Maker) -> None:
    first = lines(["Det första stycket fyller nästan hela raden", "och går vidare på en rad till."])
    second = lines(["Det andra stycket kommer efter ett mellanrum", "och slutar här."], y=650)
    assert text_of(make_pdf([*first, *second])).split("\n\n") == [
        "Det första stycket fyller nästan hela raden och går vidare på en rad till.",
        "Det andra stycket kommer efter ett mellanrum och slutar här.",
    ]


def test_headings_by_size_weight_and_number_have_levels_and_offsets(make_pdf: Maker) -> None:
    page: list[Placed] = [
        (72, 760, "Resultat och lärdomar", 20, False),
        *lines(["Brödtexten är satt i elva punkter och den", "fortsätter på nästa rad."], y=730),
        (72, 690, "3.2 Deltagarna", 14, True),
        *lines(["Mer brödtext följer här under rubriken och", "fyller två rader."], y=665),
        (72, 620, "Fet underrubrik", 11, True),
        *lines(["Till sist en mening."], y=605),
    ]
    read = read_pdf(make_pdf(page), DEFAULT_LIMITS).pages[0]
    assert [(heading.level, heading.text) for heading in read.headings] == [
        (1, "Resultat och lärdomar"),
        (2, "3.2 Deltagarna"),
        (3, "Fet underrubrik"),
    ]
    assert all(read.text[h.start :].startswith(h.text) for h in read.headings)


def test_outline_makes_headings_of_lines_that_look_like_text(make_pdf: Maker) -> None:
    pages = [lines(["Bara text."]), [*lines(["Vad vi lärde oss"]), *lines(["Det mesta gick bra."], y=660)]]
    read = read_pdf(make_pdf(*pages, outline=[("Vad vi lärde oss", 1)]), DEFAULT_LIMITS)
    assert [heading.text for page in read.pages for heading in page.headings] == ["Vad vi lärde oss"]


def test_running_heads_and_page_numbers_are_left_out(make_pdf: Maker) -> None:
    words = ("Ett", "Två", "Tre", "Fyra")
    pages = [
        [
            (72, 810, "Slutrapport Nya vägar", 9, False),
            *lines([f"{word} är sidans egen text."]),
            (280, 30, f"{number} (4)", 9, False),
        ]
        for number, word in enumerate(words, 1)
    ]
    assert text_of(make_pdf(*pages)) == "\f".join(f"{word} är sidans egen text." for word in words)


def test_one_page_keeps_its_first_line_but_not_its_page_number(make_pdf: Maker) -> None:
    data = make_pdf([(72, 810, "Slutrapport", 11, False), *lines(["Text."], y=700), (280, 30, "1 (1)", 9, False)])
    assert text_of(data) == "Slutrapport\n\nText."


def test_columns_mixed_row_by_row_are_read_one_after_the_other(make_pdf: Maker) -> None:
    left = [f"Den vänstra spaltens rad nummer {number:02} är lång" for number in range(12)]
    right = [f"Den högra spaltens rad nummer {number:02} är också lång" for number in range(12)]
    rows = zip(lines(left, x=50, size=9), lines(right, x=310, size=9), strict=True)
    text = text_of(make_pdf([line for row in rows for line in row]))
    assert text.index("vänstra spaltens rad nummer 11") < text.index("högra spaltens rad nummer 00")


def test_rotated_page_reads_like_any_other(make_pdf: Maker) -> None:
    # The page is shown turned, so lines that run along it come out level or not; the words must be whole.
    assert "Liggande tabell" in text_of(make_pdf(lines(["Liggande tabell"]), rotate=90))


def test_facts_come_from_the_file(make_pdf: Maker) -> None:
    data = make_pdf(lines(["Text."]), title="Vägar in 2019", label_prefix="A-")
    read = read_pdf(data, DEFAULT_LIMITS)
    assert (read.facts.title, read.facts.year, read.pages[0].label) == ("Vägar in 2019", 2019, "A-1")


def test_title_from_the_cover_when_the_file_has_a_useless_one(make_pdf: Maker) -> None:
    cover: list[Placed] = [(72, 600, "Nya nycklar till arbetslivet", 26, True), *lines(["Slutrapport"], y=560)]
    body = lines(["Rapportens brödtext fyller mer än omslaget gör."])
    read = read_pdf(make_pdf(cover, body, title="Microsoft Word - slutrapport_v3.doc"), DEFAULT_LIMITS)
    assert (read.facts.title, read.facts.year) == ("Nya nycklar till arbetslivet", 2021)


def test_empty_pages_keep_their_numbers(make_pdf: Maker) -> None:
    pages = read_pdf(make_pdf(lines(["Ett."]), [], lines(["Tre."])), DEFAULT_LIMITS).pages
    assert [(page.number, page.text) for page in pages] == [(1, "Ett."), (2, ""), (3, "Tre.")]


def test_pages_without_text_need_ocr(make_pdf: Maker) -> None:
    assert reason_of(make_pdf([], [])) is Reason.NEEDS_OCR


def test_mostly_scanned_file_is_read_and_says_so(make_pdf: Maker) -> None:
    read = read_pdf(make_pdf(lines(["Bara omslaget har text."]), [], []), DEFAULT_LIMITS)
    assert read.facts.metadata["pages_without_text"] == "2"


def test_user_password_is_encrypted_owner_password_is_readable(make_pdf: Maker) -> None:
    data = make_pdf(lines(["Hemlig text."]))
    assert reason_of(encrypted(data, user="lösen")) is Reason.ENCRYPTED
    assert text_of(encrypted(data, user="")) == "Hemlig text."


def encrypted(data: bytes, user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user, owner_password="ägare", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"%PDF-1.7 and nothing more", b"%PDF-1.4\n" + bytes(range(256)) * 20])
def test_garbage_is_damaged(data: bytes) -> None:
    assert reason_of(data) is Reason.DAMAGED


def test_wrong_cross_references_are_repaired(make_pdf: Maker) -> None:
    data = make_pdf(lines(["Texten finns kvar."]))
    assert text_of(data[: data.index(b"startxref")] + b"startxref\n7\n%%EOF") == "Texten finns kvar."


def test_cut_off_file_is_damaged(make_pdf: Maker) -> None:
    data = make_pdf(lines(["Texten är borta."]))
    assert reason_of(data[: len(data) // 2]) is Reason.DAMAGED


def test_second_reader_is_asked_when_the_first_cannot_open_the_file(
    make_pdf: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    def refuse(_: object) -> None:
        raise pypdfium2.PdfiumError("cannot open")

    monkeypatch.setattr(pypdfium2, "PdfDocument", refuse)
    assert text_of(make_pdf(lines(["Läst av den andra."]))) == "Läst av den andra."


def test_limits_hold(make_pdf: Maker) -> None:
    data = make_pdf(*[lines(["Sida med text."])] * 3)
    assert reason_of(data, Limits(max_pages=2)) is Reason.TOO_MANY_PAGES
    assert reason_of(data, Limits(max_text_bytes=30)) is Reason.TOO_MUCH_TEXT
