"""Word documents: structure, pages, and packages that must not be opened."""

import io
import zipfile
from collections.abc import Callable

import pytest

from ingest.readers.docx import WORDS_PER_PART, read_docx
from ingest.readers.limits import DEFAULT_LIMITS, Limits
from ingest.readers.reading import Reading, ReadingFailed
from service.domain.documents import Reason

Maker = Callable[..., bytes]
STYLES = (
    '<w:style w:styleId="Rubrik1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Egen"><w:name w:val="Min rubrik"/><w:basedOn w:val="Rubrik1"/></w:style>'
    '<w:style w:styleId="Niva"><w:name w:val="Nivå"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:styleId="Rubrik"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Punkter"><w:name w:val="List Bullet"/></w:style>'
)
RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"
HARD = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def p(text: str, style: str = "", inner: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{inner}<w:r><w:t>{text}</w:t></w:r></w:p>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>"


def read(data: bytes) -> Reading:
    return read_docx(data, DEFAULT_LIMITS)


def reason_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Reason:
    with pytest.raises(ReadingFailed) as failed:
        read_docx(data, limits)
    return failed.value.reason


def test_headings_by_built_in_name_inheritance_and_outline_level(make_docx: Maker) -> None:
    body = p("Nya vägar", "Rubrik") + p("Ett", "Rubrik1") + p("Text.") + p("Två", "Egen") + p("Tre", "Niva")
    (page,) = read(make_docx(body, styles=STYLES)).pages
    assert [(h.level, h.text) for h in page.headings] == [(1, "Nya vägar"), (1, "Ett"), (1, "Två"), (3, "Tre")]
    assert all(page.text[h.start :].startswith(h.text) for h in page.headings)


def test_lists_and_tables_are_readable(make_docx: Maker) -> None:
    body = p("Vi lärde oss:") + p("lyssna", "Punkter") + p("vänta", "Punkter")
    body += f"<w:tbl>{row('År', 'Antal')}{row('2023', '41')}</w:tbl>"
    (page,) = read(make_docx(body, styles=STYLES)).pages
    assert page.text == "Vi lärde oss:\n\n• lyssna\n• vänta\n\nÅr | Antal\n2023 | 41"


def test_level_without_a_list_makes_no_item(make_docx: Maker) -> None:
    # Word's own Subtitle style has this.
    level = "<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/></w:numPr></w:pPr><w:r><w:t>Underrubrik</w:t></w:r></w:p>"
    assert read(make_docx(level)).pages[0].text == "Underrubrik"


def test_table_that_only_places_text_is_read_cell_by_cell(make_docx: Maker) -> None:
    body = f"<w:tbl>{row('Ord ' * 200, 'Sidospalt')}</w:tbl>"
    (page,) = read(make_docx(body)).pages
    assert page.text.endswith("Ord\n\nSidospalt")


def test_pages_are_those_that_word_saw(make_docx: Maker) -> None:
    body = p("Ett.") + HARD + p("Två.", inner=RENDERED) + p("Mer på två.") + p("Tre.", inner=RENDERED)
    reading = read(make_docx(body))
    assert [page.text for page in reading.pages] == ["Ett.", "Två.\n\nMer på två.", "Tre."]
    assert "pages" not in reading.facts.metadata


def test_long_document_without_page_breaks_says_that_its_parts_are_no_pages(make_docx: Maker) -> None:
    reading = read(make_docx("".join(p("ord " * 100) for _ in range(WORDS_PER_PART // 100 + 5))))
    assert len(reading.pages) == 2
    assert reading.facts.metadata["pages"] == "parts"


def test_hard_breaks_between_chapters_are_no_page_numbers(make_docx: Maker) -> None:
    chapter = "".join(p("ord " * 100) for _ in range(WORDS_PER_PART // 100 + 5))
    reading = read(make_docx(chapter + HARD + chapter))
    assert len(reading.pages) == 4
    assert reading.facts.metadata["pages"] == "parts"


def test_deleted_text_is_gone_inserted_text_is_there(make_docx: Maker) -> None:
    body = "<w:p><w:del><w:r><w:delText>bort</w:delText></w:r></w:del><w:ins><w:r><w:t>kvar</w:t></w:r></w:ins></w:p>"
    assert read(make_docx(body)).pages[0].text == "kvar"


def test_text_box_is_read_once(make_docx: Maker) -> None:
    box = f"<w:txbxContent>{p('I rutan.')}</w:txbxContent>"
    body = f"<w:p><w:r><w:t>Utanför.</w:t><w:Alt><w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:Alt></w:r></w:p>"
    assert read(make_docx(body)).pages[0].text == "Utanför.\n\nI rutan."


def test_footnote_stands_after_its_paragraph_and_running_heads_are_left_out(make_docx: Maker) -> None:
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts = {
        "word/footnotes.xml": f'<w:footnotes {namespace}><w:footnote w:id="2">{p("Noten.")}</w:footnote></w:footnotes>'.encode(),
        "word/header1.xml": f"<w:hdr {namespace}>{p('Sidhuvud')}</w:hdr>".encode(),
    }
    body = p("Texten.", inner='<w:r><w:footnoteReference w:id="2"/></w:r>') + p("Nästa.")
    assert read(make_docx(body, parts=parts)).pages[0].text == "Texten.\n\nNoten.\n\nNästa."


def test_strict_namespace_is_read_too(make_docx: Maker) -> None:
    strict = b'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body><w:p><w:r><w:t>Strikt.</w:t></w:r></w:p></w:body></w:document>'
    assert read(make_docx("", parts={"word/document.xml": strict})).pages[0].text == "Strikt."


def test_facts_come_from_the_properties(make_docx: Maker) -> None:
    data = make_docx(
        p("Text."), properties={"title": "Nya vägar", "created": "2022-03-01T00:00:00Z", "keywords": "NEET"}
    )
    facts = read(data).facts
    assert (facts.title, facts.year, facts.metadata["keywords"]) == ("Nya vägar", 2022, "NEET")


def test_empty_document_has_no_text(make_docx: Maker) -> None:
    assert reason_of(make_docx("<w:p/>")) is Reason.NO_TEXT


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a/>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_document_types_are_refused_in_every_part(make_docx: Maker, part: str, declaration: bytes) -> None:
    assert reason_of(make_docx(p("Text."), parts={part: declaration})) is Reason.UNSAFE_ARCHIVE


def test_bombs_are_refused_before_they_are_unpacked(make_docx: Maker) -> None:
    assert reason_of(make_docx(p("Text."), parts={"word/media/a": b"\0" * 5_000_000})) is Reason.UNSAFE_ARCHIVE
    many = {f"word/media/{number}": b"" for number in range(2_001)}
    assert reason_of(make_docx(p("Text."), parts=many)) is Reason.UNSAFE_ARCHIVE


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\..\\..\\x", "C:/x"])
def test_names_that_lead_out_of_the_package_are_refused(make_docx: Maker, name: str) -> None:
    assert reason_of(make_docx(p("Text."), parts={name: b""})) is Reason.UNSAFE_ARCHIVE


def test_encrypted_entry_is_refused(make_docx: Maker) -> None:
    data = bytearray(make_docx(p("Text.")))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert reason_of(bytes(data)) is Reason.UNSAFE_ARCHIVE


def test_size_that_lies_gives_damage_not_a_bomb(make_docx: Maker) -> None:
    data = bytearray(make_docx(p("Text. " * 100)))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        honest = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    forged = bytes(data).replace(honest, (10).to_bytes(4, "little"))
    assert reason_of(forged) is Reason.DAMAGED


@pytest.mark.parametrize("cut", [40, 400])
def test_cut_off_package_is_damaged(make_docx: Maker, cut: int) -> None:
    assert reason_of(make_docx(p("Text."))[:cut]) is Reason.DAMAGED


def test_limits_hold(make_docx: Maker) -> None:
    data = make_docx(p("Ett.") + HARD + p("Två.") + HARD + p("Tre."))
    assert reason_of(data, Limits(max_pages=2)) is Reason.TOO_MANY_PAGES
    assert reason_of(data, Limits(max_text_bytes=5)) is Reason.TOO_MUCH_TEXT
