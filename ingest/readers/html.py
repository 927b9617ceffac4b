"""Web pages: the main content as one page of text."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.readers.characters import decode
from ingest.readers.facts import sensible_title, year_of
from ingest.readers.limits import Limits
from ingest.readers.page_builder import PageBuilder
from ingest.readers.reading import Facts, Reading, ReadingFailed
from service.domain.documents import Reason

SKIPPED = frozenset(
    "script style noscript template head form nav aside footer button select input textarea iframe object embed svg"
    " canvas audio video map math dialog".split()
)
BLOCKS = frozenset(
    "address article blockquote body center details dd div dl dt fieldset figcaption figure footer header hr html li"
    " main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
CELLS = frozenset({"td", "th"})
SHORTEST_MAIN = 200
"""A main element with fewer characters is a shell that a script would have filled: the whole body is read."""
LONGEST_NOTICE = 3_000
LONGEST_CELL = 600
FEWEST_MENU_LINKS = 8
LONGEST_MENU_LINK = 30
_DECLARED = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{1,100}?encoding=[\"']([\w.-]{2,40})",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"cookie|kakor|consent|gdpr", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(data: bytes, limits: Limits) -> Reading:
    """Read a web page.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT, DAMAGED, NO_TEXT or TOO_MUCH_TEXT.
    """
    root = _parse(decode_html(data))
    main = _main_content(root)
    builder = PageBuilder(limits)
    _Walker(builder, within_main=main.tag != "body").walk(main)
    builder.end_page()
    if not builder.pages[0].text:
        raise ReadingFailed(Reason.NO_TEXT)
    return Reading(_facts(root, builder), builder.pages)


def decode_html(data: bytes) -> str:
    """Return a web page's characters: by byte-order mark, UTF-8 where it fits, then what the page declares.

    Raises:
        ReadingFailed: UNKNOWN_FORMAT or DAMAGED
    """
    declared = _DECLARED.search(data[:4096])
    try:
        return data.decode("utf-8") if b"\0" not in data else decode(data)
    except UnicodeDecodeError:
        pass
    encoding = (declared[1] or declared[2]).decode("ascii").lower() if declared else ""
    try:
        # Browsers read Latin-1 as Windows-1252; what is not UTF-8 is not UTF-8, whatever the page says.
        if encoding and encoding not in {"utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii", "utf-16"}:
            return data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data)


def _parse(text: str) -> Any:
    from lxml import html

    # An encoding declared inside a text that is already decoded would be an error.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    try:
        root = html.document_fromstring(
            text, parser=html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        )
    except (ValueError, AssertionError, html.etree.LxmlError) as error:
        raise ReadingFailed(Reason.DAMAGED, f"html: {error}") from None
    return root


def _main_content(root: Any) -> Any:
    body = root.find("body")
    body = root if body is None else body
    for element in (*root.iter("main"), *root.xpath("//*[@role='main']"), *_only(root, "article")):
        if len(" ".join(element.itertext())) >= SHORTEST_MAIN:
            return element
    return body


def _only(root: Any, tag: str) -> list[Any]:
    found = list(root.iter(tag))
    return found if len(found) == 1 else []


class _Walker:
    """Walks the tree and hands blocks to the builder."""

    def __init__(self, builder: PageBuilder, *, within_main: bool) -> None:
        self._builder = builder
        self._within_main = within_main
        self._inline: list[str] = []
        self._lists = 0

    def walk(self, element: Any) -> None:
        self._block(element)
        self._flush()

    def _block(self, element: Any) -> None:
        self._inline.append(element.text or "")
        for child in element:
            self._child(child)
            self._inline.append(child.tail or "")

    def _child(self, child: Any) -> None:
        tag = child.tag if isinstance(child.tag, str) else ""
        if not tag or self._is_skipped(child, tag):
            return
        if tag in HEADINGS:
            self._flush()
            self._builder.add(_text_of(child), HEADINGS[tag])
        elif tag == "table":
            self._flush()
            self._table(child)
        elif tag in {"ul", "ol"}:
            self._list(child)
        elif tag == "pre":
            self._flush()
            self._builder.add("".join(child.itertext()))
        elif tag == "br":
            self._inline.append("\n")
        elif tag in BLOCKS:
            self._flush()
            self._block(child)
            self._flush()
        else:
            self._block(child)

    def _flush(self) -> None:
        text = "".join(_collapsed(self._inline))
        self._inline = []
        # Two line breaks in a row are an old way to begin a paragraph.
        for paragraph in re.split(r"\n\s*\n", text):
            self._builder.add(paragraph)

    def _list(self, element: Any) -> None:
        if _is_menu(element):
            return
        if any(
            child.tag in BLOCKS | HEADINGS.keys() for item in element for child in item if child.tag not in {"ul", "ol"}
        ):
            # Cards and menus are marked up as lists too: their parts keep their own shape.
            self._flush()
            self._block(element)
            self._flush()
            return
        self._flush()
        self._builder.add("\n".join(_items(element, ordered=element.tag == "ol")))

    def _table(self, table: Any) -> None:
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        cells = [[cell for cell in row if cell.tag in CELLS] for row in rows]
        if _is_layout(cells):
            self._block(table)
            self._flush()
            return
        caption = table.find("caption")
        lines = [_text_of(caption)] if caption is not None else []
        lines += [" | ".join(_text_of(cell) for cell in row).strip(" |") for row in cells]
        self._builder.add("\n".join(line for line in lines if line))

    def _is_skipped(self, element: Any, tag: str) -> bool:
        if tag == "header":
            return not self._within_main and next(element.iter("h1"), None) is None
        return tag in SKIPPED or _is_hidden(element) or _is_notice(element)


def _collapsed(pieces: list[str]) -> Iterator[str]:
    """Yield text with source line ends as spaces; only a ``br`` (a piece of its own) ends a line."""
    for piece in pieces:
        yield piece if piece == "\n" else " ".join(f"x{piece}x".split())[1:-1]


def _text_of(element: Any) -> str:
    def pieces(node: Any) -> Iterator[str]:
        yield node.text or ""
        for child in node:
            if isinstance(child.tag, str) and child.tag not in SKIPPED and not _is_hidden(child):
                yield " " if child.tag in BLOCKS or child.tag == "br" else ""
                yield from pieces(child)
                yield " " if child.tag in BLOCKS else ""
            yield child.tail or ""

    return " ".join("".join(pieces(element)).split())


def _items(element: Any, *, ordered: bool, indent: str = "") -> Iterator[str]:
    number = 0
    for item in element:
        if item.tag != "li" or _is_hidden(item):
            continue
        number += 1
        nested = [child for child in item if child.tag in {"ul", "ol"}]
        for child in nested:
            child.tag += "-nested"
        text = _text_of_item(item)
        if text:
            yield f"{indent}{f'{number}.' if ordered else '•'} {text}"
        for child in nested:
            child.tag = child.tag.removesuffix("-nested")
            yield from _items(child, ordered=child.tag == "ol", indent=indent)


def _text_of_item(item: Any) -> str:
    own = [item.text or ""]
    for child in item:
        if isinstance(child.tag, str) and not child.tag.endswith("-nested") and child.tag not in SKIPPED:
            own.append(_text_of(child))
        own.append(child.tail or "")
    return " ".join("".join(own).split())


def _is_menu(element: Any) -> bool:
    """Return whether a list is nothing but many short links."""
    links = list(element.iter("a"))
    text = len(" ".join("".join(element.itertext()).split()))
    linked = sum(len(" ".join("".join(link.itertext()).split())) for link in links)
    return (
        len(links) >= FEWEST_MENU_LINKS
        and text < LONGEST_MENU_LINK * len(links)
        and linked >= 0.9 * (text - len(links))
    )


def _is_layout(rows: list[list[Any]]) -> bool:
    """Return whether a table only places things: one column, other tables inside, or cells as long as pages."""
    widest = max((len(row) for row in rows), default=0)
    return widest < 2 or any(
        next(cell.iter("table"), None) is not None or len(_text_of(cell)) > LONGEST_CELL for row in rows for cell in row
    )


def _is_hidden(element: Any) -> bool:
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return hidden or _HIDDEN_STYLE.search(element.get("style") or "") is not None


def _is_notice(element: Any) -> bool:
    name = f"{element.get('id') or ''} {element.get('class') or ''}"
    return _NOTICE.search(name) is not None and len("".join(element.itertext())) <= LONGEST_NOTICE


def _facts(root: Any, builder: PageBuilder) -> Facts:
    headings = builder.pages[0].headings
    highest = next((heading.text for heading in headings if heading.level == 1), "")
    title = sensible_title(highest, root.findtext(".//title"), headings[0].text if headings else "")
    metadata = {name: value for name in ("keywords", "description", "author") if (value := _meta(root, name))}
    if root.get("lang"):
        metadata["language"] = root.get("lang")
    dates = [_meta(root, name) for name in ("article:published_time", "dcterms.issued", "dc.date", "date")]
    return Facts(title, year=year_of(title, dates, builder.pages[0].text), metadata=metadata)


def _meta(root: Any, name: str) -> str:
    found = root.xpath(
        "//meta[translate(@name|@property, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')=$name]/@content",
        name=name,
    )
    return " ".join(found[0].split()) if found else ""
