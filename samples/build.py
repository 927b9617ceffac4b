"""Build the sample library: every source text becomes a file of the kind that evaluators really hand in.

`python -m samples.build` empties `samples/library/` and writes it anew from `samples/sources/`. The same sources give
the same bytes.
"""

import datetime as dt
import html
import io
import re
import shutil
import textwrap
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import typst
import yaml
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
LIBRARY = HERE / "library"

SUFFIXES = {"pdf": "pdf", "pdf2": "pdf", "docx": "docx", "html": "html", "txt": "txt", "md": "md"}
LONG = 900
"""Words from which a printed report gets a cover and a table of contents."""

PROJECTS = {
    "23-104-S01": "Steget in",
    "23-118-S01": "Språk på jobbet",
    "23-127-S01": "Hållbar vård",
    "23-131-S01": "Tillbaka i takt",
    "23-142-S01": "Verkstan",
    "23-150-S01": "Digital trygghet",
    "24-203-S01": "Nya nycklar",
    "24-211-S01": "Barnens bord",
    "24-219-S01": "Glesbygdslyftet",
    "24-226-S01": "Inköp för inkludering",
    "2017/00871": "Rätt steg",
    "2018/00342": "Jämna villkor",
}

WORDS = {
    "sv": {
        "contents": "Innehåll",
        "published": "Utgiven",
        "skip": "Hoppa till innehållet",
        "menu": "Huvudmeny",
        "links": "Start|Om oss|Uppdrag|Publikationer|Kontakt",
        "search": "Sök på webbplatsen",
        "cookies": "Vi använder kakor för att webbplatsen ska fungera.",
        "related": "Fler publikationer",
        "related_items": "Årsbok för utvärderare|Frågor och svar om uppföljning|Kalender",
        "footer": "Telefontid vardagar 9–15. Tillgänglighetsredogörelse. Behandling av personuppgifter.",
    },
    "en": {
        "contents": "Contents",
        "published": "Published",
        "skip": "Skip to content",
        "menu": "Main menu",
        "links": "Home|About us|Assignments|Publications|Contact",
        "search": "Search this site",
        "cookies": "We use cookies to make this site work.",
        "related": "More publications",
        "related_items": "Yearbook for evaluators|Questions and answers on follow-up|Events",
        "footer": "Telephone hours 9–15 on weekdays. Accessibility statement. Privacy notice.",
    },
}


@dataclass(frozen=True)
class Source:
    """One source text with what its front matter says about it."""

    path: Path
    title: str
    kind: str
    dnr: str
    year: int
    lang: str
    author: str
    format: str
    body: str

    @property
    def tree(self) -> SyntaxTreeNode:
        """The text as a tree of headings, paragraphs, lists and tables."""
        return SyntaxTreeNode(markdown().parse(self.body))

    @property
    def dnr_line(self) -> str:
        """The line that names the project in every format; empty for general texts."""
        return f"Diarienummer: {self.dnr}" if self.dnr else ""

    @property
    def imprint(self) -> list[str]:
        """The lines under the title: kind of document, diary number, publisher."""
        kind = self.kind[:1].upper() + self.kind[1:]
        lines = [kind, self.dnr_line, self.author, f"{WORDS[self.lang]['published']} {self.year}"]
        return [line for line in lines if line]

    @property
    def date(self) -> dt.datetime:
        """A fixed day of the year of publication, so that a rebuild gives the same bytes."""
        return dt.datetime(self.year, 6, 15, 12, tzinfo=dt.UTC)


def build() -> list[Path]:
    """Write the whole library and return its files."""
    sources = read_sources()
    shutil.rmtree(LIBRARY, ignore_errors=True)
    (LIBRARY / "records").mkdir(parents=True)
    written = [write(source, name) for name, source in library_names(sources).items()]
    return written + list(copy_records()) + list(copy_lists())


def read_sources() -> list[Source]:
    """All source texts, in the order of their file names."""
    return [read_source(path) for path in sorted(SOURCES.glob("*/[0-9][0-9]-*.md"))]


def read_source(path: Path) -> Source:
    """Take a source text apart into front matter and body."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = yaml.safe_load(front)
    return Source(
        path=path,
        title=str(meta["title"]),
        kind=str(meta["type"]),
        dnr=str(meta.get("dnr") or ""),
        year=int(meta["year"]),
        lang=str(meta["lang"]),
        author=str(meta["author"]),
        format=str(meta["format"]),
        body=without_title(body.strip(), str(meta["title"])),
    )


def without_title(body: str, title: str) -> str:
    """The body without a first heading that only repeats the title, which every format prints itself."""
    first, _, rest = body.partition("\n")
    return rest.strip() if first.removeprefix("# ").strip() == title else body


def library_names(sources: list[Source]) -> dict[str, Source]:
    """File name in the library → source; a second document of the same kind in a project gets its year."""
    names: dict[str, Source] = {}
    for source in sources:
        stem = file_stem(source)
        name = f"{stem}.{SUFFIXES[source.format]}"
        if name in names:
            name = f"{stem} {source.year}.{SUFFIXES[source.format]}"
        if name in names:
            raise ValueError(f"two sources would be called {name}")
        names[name] = source
    return names


def file_stem(source: Source) -> str:
    """A name as people give their files: diary number, kind and project, or title, kind and year."""
    if source.dnr:
        return f"{source.dnr.replace('/', '-')} {plain(source.kind)} {plain(PROJECTS[source.dnr])}"
    title = textwrap.shorten(plain(source.title.partition(":")[0]), 50, placeholder="")
    return f"{title} {plain(source.kind)} {source.year}"


def plain(text: str) -> str:
    """Lower-case ASCII words."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", ascii_text))


def write(source: Source, name: str) -> Path:
    """Write one document in the format its front matter asks for."""
    makers = {"pdf": as_pdf, "pdf2": as_pdf, "docx": as_docx, "html": as_html, "txt": as_text, "md": as_markdown}
    target = LIBRARY / name
    target.write_bytes(makers[source.format](source))
    return target


def copy_records() -> Iterator[Path]:
    """Copy the project records, named by diary number."""
    for path in sorted((SOURCES / "records").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found = re.search(r"^(?:Diarienummer|Projektnummer)\s+(\S+)$", text, re.MULTILINE)
        target = LIBRARY / "records" / f"{(found[1] if found else path.stem).replace('/', '-')}.txt"
        target.write_text(text, encoding="utf-8")
        yield target


def copy_lists() -> Iterator[Path]:
    """Copy the lists of operations."""
    for path in sorted(SOURCES.rglob("*.csv")):
        yield Path(shutil.copyfile(path, LIBRARY / path.name))


def markdown() -> MarkdownIt:
    """The Markdown that the sources use: CommonMark and tables."""
    return MarkdownIt("commonmark").enable("table")


def inline_text(node: SyntaxTreeNode) -> str:
    """The text under a node, without its markup."""
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    if node.type in {"text", "code_inline"}:
        return node.content
    between = " " if node.type in {"list_item", "bullet_list", "ordered_list", "blockquote"} else ""
    return between.join(map(inline_text, node.children))


def rows_of(table: SyntaxTreeNode) -> list[list[SyntaxTreeNode]]:
    """The cells of a table row by row, the head first."""
    return [list(row.children) for part in table.children for row in part.children]


def heading_level(node: SyntaxTreeNode) -> int:
    """1 for `#`, 2 for `##` …"""
    return int(node.tag[1:])


# PDF ----------------------------------------------------------------------------------------------------------------

PREAMBLE = r"""
#let given = sys.inputs
#let long = given.long == "yes"
#let twin = given.columns == "2"
#let accent = rgb(given.accent)
#let imprint = given.imprint.split("\n")
#set document(
  title: given.title, author: given.author, keywords: given.keywords.split("\n"),
  date: datetime(year: int(given.year), month: 6, day: 15),
)
#set text(font: "Libertinus Serif", lang: given.lang, size: if twin { 10pt } else { 11pt }, hyphenate: true)
#set smartquote(enabled: false)
#set par(justify: true, leading: 0.68em, spacing: 1.05em)
#set page(
  paper: "a4", columns: if twin { 2 } else { 1 }, margin: if twin { (x: 2cm, y: 2.4cm) } else { (x: 2.8cm, y: 2.8cm) },
  header: context if here().page() > 1 {
    set par(justify: false)
    text(8.5pt, fill: luma(90), given.title)
    v(-0.7em)
    line(length: 100%, stroke: 0.4pt + luma(160))
  },
  footer: context if not long or here().page() > 1 {
    align(right, text(8.5pt, fill: luma(90), counter(page).display("1 (1)", both: true)))
  },
)
#set list(indent: 0.6em, spacing: 0.75em)
#set enum(indent: 0.6em, spacing: 0.75em)
#set heading(numbering: if long and given.numbered == "yes" { "1.1" } else { none })
#show heading: set text(fill: accent, hyphenate: false)
#show heading: set par(justify: false)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set block(above: 1.9em, below: 0.9em)
#show heading.where(level: 2): set block(above: 1.6em, below: 0.8em)
#show heading.where(level: 3): set block(above: 1.3em, below: 0.7em)
#show heading.where(level: 1): it => if given.capitals == "yes" { upper(it) } else { it }
#show heading.where(level: 1): set text(if twin { 13pt } else { 16pt })
#show heading.where(level: 2): set text(if twin { 11pt } else { 12.5pt })
#show heading.where(level: 3): set text(if twin { 10pt } else { 11pt })
#show table: set par(justify: false)
#show table: set text(0.9em, hyphenate: false)
#show table: set block(above: 1.3em, below: 1.5em, breakable: false)
#set table(
  inset: (x: 6pt, y: 5pt),
  stroke: (x, y) => (top: if y < 2 { 0.8pt + accent } else { 0.3pt + luma(190) }, bottom: 0.8pt + accent),
  fill: (x, y) => if y == 0 { accent.lighten(88%) },
)

#let heading-block(size) = [
  #set par(justify: false)
  #set text(hyphenate: false)
  #text(size, weight: "bold", fill: accent, given.title)
  #v(0.4em)
  #for row in imprint [#row \ ]
]
#if long [
  #place(top, dx: -2.8cm, dy: -2.8cm, rect(width: 100% + 5.6cm, height: 5cm, fill: accent))
  #v(32%)
  #heading-block(26pt)
  #v(1fr)
  #lead
  #pagebreak()
  #outline(title: given.contents, depth: 2, indent: auto)
  #pagebreak()
] else if twin {
  place(top + center, scope: "parent", float: true, clearance: 2em, align(left, [
    #heading-block(20pt)
    #line(length: 100%, stroke: 1.2pt + accent)
  ]))
} else [
  #heading-block(20pt)
  #line(length: 100%, stroke: 1.2pt + accent)
  #v(0.8em)
]
"""

LOOKS = (
    {"accent": "#1f4e5f", "numbered": "yes", "capitals": "no"},
    {"accent": "#7a2e2e", "numbered": "no", "capitals": "no"},
    {"accent": "#2f5d3a", "numbered": "yes", "capitals": "no"},
    {"accent": "#43386b", "numbered": "no", "capitals": "yes"},
)
"""House styles: each publisher keeps one of them."""


def as_pdf(source: Source) -> bytes:
    """Typeset a report with bookmarks, running header and page numbers."""
    long = source.format == "pdf" and len(source.body.split()) >= LONG
    inputs = {
        "title": source.title,
        "author": source.author,
        "keywords": "\n".join(filter(None, [source.dnr, source.kind])),
        "year": str(source.year),
        "lang": source.lang,
        "columns": "2" if source.format == "pdf2" else "1",
        "long": "yes" if long else "no",
        "imprint": "\n".join(source.imprint),
        "contents": WORDS[source.lang]["contents"],
        **LOOKS[sum(source.author.encode()) % len(LOOKS)],
    }
    blocks = [typst_block(node) for node in source.tree.children]
    lead = blocks.pop(0) if long and source.tree.children[0].type == "paragraph" else ""
    text = f"#let lead = [{lead}]\n{PREAMBLE}" + "\n\n".join(blocks)
    pdf = typst.compile(text.encode(), format="pdf", sys_inputs=inputs, ignore_system_fonts=True)
    if not isinstance(pdf, bytes):
        raise TypeError(f"{source.path.name}: expected one PDF")
    return pdf


def typst_block(node: SyntaxTreeNode) -> str:
    """A heading, paragraph, list, quotation or table as typst markup."""
    match node.type:
        case "heading":
            return f"#heading(level: {heading_level(node)})[{typst_inline(node)}]"
        case "bullet_list" | "ordered_list":
            items = "".join(f"[{typst_blocks(item)}]" for item in node.children)
            return f"#{'list' if node.type == 'bullet_list' else 'enum'}{items}"
        case "blockquote":
            return f"#quote(block: true)[{typst_blocks(node)}]"
        case "table":
            return typst_table(node)
        case "hr":
            return "#line(length: 100%)"
        case _:
            return typst_inline(node)


def typst_blocks(node: SyntaxTreeNode) -> str:
    """The blocks inside a list item or a quotation."""
    return "\n\n".join(map(typst_block, node.children))


def typst_table(table: SyntaxTreeNode) -> str:
    """A table whose first row is its head."""
    head, *body = rows_of(table)
    cells = "".join(f"[{typst_inline(cell)}]" for row in body for cell in row)
    header = "".join(f"[#strong[{typst_inline(cell)}]]" for cell in head)
    return f"#table(columns: {len(head)}, table.header{header}){cells}"


def typst_inline(node: SyntaxTreeNode) -> str:
    """Running text with its bold and italic parts."""
    if node.type in {"text", "code_inline"}:
        return "".join(map(typst_words, re.split(r"(\d+ %)", node.content)))
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    inner = "".join(map(typst_inline, node.children))
    wrappers = {"strong": f"#strong[{inner}]", "em": f"#emph[{inner}]"}
    return wrappers.get(node.type, inner)


def typst_words(text: str) -> str:
    """A string literal, in which no character has a meaning to typst; a percentage stays on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#box("{escaped}");' if re.fullmatch(r"\d+ %", text) else f'#"{escaped}";'


# Word ---------------------------------------------------------------------------------------------------------------

WORDS_PER_PAGE = 330


def as_docx(source: Source) -> bytes:
    """A Word document with heading styles, properties, a cover and page breaks between chapters."""
    document = docx.Document()
    set_properties(document, source)
    set_language(document, {"sv": "sv-SE", "en": "en-GB"}[source.lang])
    document.sections[0].header.paragraphs[0].text = source.title
    add_page_number(document.sections[0].footer.paragraphs[0])
    document.add_paragraph(source.title, style="Title")
    for line in source.imprint:
        document.add_paragraph(line, style="Subtitle" if line == source.imprint[0] else None)
    add_page_break(document)
    add_body(document, source.tree)
    buffer = io.BytesIO()
    document.save(buffer)
    return with_fixed_times(buffer.getvalue())


def set_properties(document: Document, source: Source) -> None:
    """Title, author, keywords and dates, as Word shows them under Properties."""
    properties = document.core_properties
    properties.title, properties.author, properties.subject = source.title, source.author, source.kind
    properties.keywords, properties.language, properties.comments = source.dnr, source.lang, ""
    properties.last_modified_by = source.author
    properties.created = properties.modified = source.date.replace(tzinfo=None)


def set_language(document: Document, tag: str) -> None:
    """Mark the proofing language on the style that all others build on, and give the text air."""
    style = document.styles["Normal"]
    style.font.size = Pt(11)
    style.paragraph_format.space_after = Pt(7)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    style.element.get_or_add_rPr().append(language)


def add_page_number(paragraph: Paragraph) -> None:
    """A PAGE field, which Word fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  (python-docx has no public call for fields)


def add_body(document: Document, tree: SyntaxTreeNode) -> None:
    """Add all blocks; a chapter begins on a new page once the present page is well filled."""
    words = 0
    for node in tree.children:
        if node.type == "heading" and heading_level(node) == 1 and words > WORDS_PER_PAGE:
            add_page_break(document)
            words = 0
        words += len(inline_text(node).split())
        add_block(document, node)


def add_page_break(document: Document) -> None:
    """Begin a new page."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def add_block(document: Document, node: SyntaxTreeNode) -> None:
    """A heading, list, table or paragraph in the style that bears its name."""
    if node.type == "heading":
        document.add_heading(inline_text(node), heading_level(node))
    elif node.type == "bullet_list":
        for part in (part for item in node.children for part in item.children):
            add_list_part(document, part)
    elif node.type == "ordered_list":
        number = new_numbering(document)
        for item in node.children:
            add_runs(numbered_paragraph(document, number), item)
    elif node.type == "table":
        add_table(document, rows_of(node))
    else:
        add_runs(document.add_paragraph(style="Intense Quote" if node.type == "blockquote" else None), node)


def add_list_part(document: Document, node: SyntaxTreeNode) -> None:
    """A paragraph of a list item with its mark, or the list inside it."""
    if node.type == "paragraph":
        add_runs(document.add_paragraph(style="List Bullet"), node)
    else:
        add_block(document, node)


def new_numbering(document: Document) -> int:
    """A numbering of its own for a list, so that it begins at 1."""
    numbering = document.part.numbering_part.element
    style_number = document.styles["List Number"].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(style_number).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def numbered_paragraph(document: Document, number: int) -> Paragraph:
    """An empty paragraph of the numbered list with that number."""
    paragraph = document.add_paragraph(style="List Number")
    properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001  (no public call for numbering)
    numbering = properties.get_or_add_numPr()
    numbering.get_or_add_ilvl().val = 0
    numbering.get_or_add_numId().val = number
    return paragraph


def add_runs(paragraph: Paragraph, node: SyntaxTreeNode, *, bold: bool = False, italic: bool = False) -> None:
    """Add running text with its bold and italic parts."""
    for child in node.children:
        if child.children:
            add_runs(paragraph, child, bold=bold or child.type == "strong", italic=italic or child.type == "em")
        else:
            run = paragraph.add_run(inline_text(child))
            run.bold, run.italic = bold or None, italic or None


def add_table(document: Document, rows: list[list[SyntaxTreeNode]]) -> None:
    """A table with ruled lines and a bold head."""
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, node in zip(row.cells, cells, strict=True):
            add_runs(cell.paragraphs[0], node, bold=node.type == "th" or cells is rows[0])
    document.add_paragraph()


def with_fixed_times(data: bytes) -> bytes:
    """The same package with the oldest date that a zip file can hold on every part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in package.namelist():
            fixed.writestr(zipfile.ZipInfo(name), package.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# Web page, plain text, Markdown -------------------------------------------------------------------------------------


def as_html(source: Source) -> bytes:
    """A page as a consultancy publishes it: menu, cookie notice and footer around the article."""
    words = {key: html.escape(text) for key, text in WORDS[source.lang].items()}
    title, author = html.escape(source.title), html.escape(source.author)
    article = markdown().render(source.body)
    imprint = "".join(f"<p>{html.escape(line)}</p>\n" for line in source.imprint)
    return f"""<!DOCTYPE html>
<html lang="{source.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {author}</title>
<meta name="author" content="{author}">
<meta name="keywords" content="{html.escape(source.dnr or source.kind)}">
<meta name="date" content="{source.date:%Y-%m-%d}">
<style>body {{ font-family: serif; max-width: 48rem; margin: auto; }} nav li {{ display: inline; }}</style>
</head>
<body>
<a href="#content">{words["skip"]}</a>
<div role="region" aria-label="cookies"><p>{words["cookies"]}</p></div>
<header>
<p>{author}</p>
<nav aria-label="{words["menu"]}">
{html_list(words["links"])}
</nav>
<form role="search"><label>{words["search"]} <input type="search" name="q"></label></form>
</header>
<main id="content">
<article>
<h1>{title}</h1>
{imprint}{deeper_headings(article)}</article>
<aside aria-label="{words["related"]}">
<h2>{words["related"]}</h2>
{html_list(words["related_items"])}
</aside>
</main>
<footer>
<p>© {author} {source.year}. {words["footer"]}</p>
</footer>
<script>document.documentElement.classList.add("js");</script>
</body>
</html>
""".encode()


def html_list(items: str) -> str:
    """A list of links from words between bars."""
    return "<ul>" + "".join(f'<li><a href="#">{item}</a></li>' for item in items.split("|")) + "</ul>"


def deeper_headings(article: str) -> str:
    """One level down for each heading, since the title is the only `h1`."""
    return re.sub(r"(</?h)([1-5])>", lambda found: f"{found[1]}{int(found[2]) + 1}>", article)


def as_text(source: Source) -> bytes:
    """A plain text of the kind that older systems export, 78 characters wide."""
    head = "\n".join(textwrap.wrap(source.title.upper(), 78) + source.imprint)
    return "\n\n".join([head, *map(text_block, source.tree.children), ""]).encode()


def text_block(node: SyntaxTreeNode) -> str:
    """A block as plain lines: underlined headings, dashes for lists, columns for tables."""
    match node.type:
        case "heading":
            text = inline_text(node)
            return f"{text}\n{('=' if heading_level(node) == 1 else '-') * len(text)}"
        case "bullet_list":
            return "\n".join(text_item(item, "- ") for item in node.children)
        case "ordered_list":
            return "\n".join(text_item(item, f"{number}. ") for number, item in enumerate(node.children, 1))
        case "table":
            return text_table([[inline_text(cell) for cell in row] for row in rows_of(node)])
        case _:
            return textwrap.fill(inline_text(node), 78)


def text_item(item: SyntaxTreeNode, mark: str) -> str:
    """One item of a list with a hanging indent."""
    return textwrap.fill(inline_text(item), 78, initial_indent=mark, subsequent_indent=" " * len(mark))


def text_table(rows: list[list[str]]) -> str:
    """A table in columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def as_markdown(source: Source) -> bytes:
    """The source text itself under its title."""
    return "\n\n".join([f"# {source.title}", "  \n".join(source.imprint), source.body, ""]).encode()


if __name__ == "__main__":
    files = build()
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
