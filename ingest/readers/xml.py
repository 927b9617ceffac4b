"""XML parts of office packages, without document types, entities and network."""

from collections.abc import Iterator
from typing import Any

from ingest.readers.reading import ReadingFailed
from service.domain.documents import Reason


def parse_xml(data: bytes) -> Any:
    """Return the root element.

    Raises:
        ReadingFailed: DAMAGED, or UNSAFE_ARCHIVE when there is a document type declaration: no office program writes one.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!DOCTYPE" in data[:4096]:
            raise ReadingFailed(Reason.UNSAFE_ARCHIVE, "document type declaration") from None
        raise ReadingFailed(Reason.DAMAGED, f"xml: {error}") from None
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise ReadingFailed(Reason.UNSAFE_ARCHIVE, "document type declaration")
    return root


def children(element: Any) -> Iterator[Any]:
    """Yield the child elements."""
    return (child for child in element if isinstance(child.tag, str))


def local(element: Any) -> str:
    """Return an element's name without its namespace: transitional and strict files differ only there."""
    tag: str = element.tag
    return tag.rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """Return an attribute by its name without namespace, or ""."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""
