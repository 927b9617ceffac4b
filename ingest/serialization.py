"""A read document as JSON and back. The sender is a process that an evil file may have taken over: nothing is trusted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, NoReturn, TypeVar, get_type_hints

from ingest.readers.reading import Facts, ReadingFailed
from ingest.understanding import ReadDocument
from service.domain.documents import Heading, Page, Passage, Reason
from service.domain.findings import Finding, FindingType, Quantity, Why
from service.domain.projects import Project

T = TypeVar("T")


class Malformed(ValueError):
    """The bytes are not what a reading child sends."""


def encode_document(document: ReadDocument) -> bytes:
    """Return a read document as UTF-8 JSON."""
    value = {
        "facts": _row(document.facts),
        "pages": [
            (*_row(page)[:4], [_row(heading) for heading in page.headings], page.project_id) for page in document.pages
        ],
        "passages": [_row(passage) for passage in document.passages],
        "findings": [_finding_row(finding) for finding in document.findings],
        "projects": [_row(project) for project in document.projects],
        "language": document.language,
        "diary_number": document.diary_number,
    }
    return json.dumps(value, ensure_ascii=False, default=date.isoformat, separators=(",", ":")).encode()


def encode_failure(failure: ReadingFailed) -> bytes:
    """Return a failure as UTF-8 JSON."""
    return json.dumps({"reason": failure.reason, "detail": failure.detail}, ensure_ascii=True).encode()


def decode_answer(data: bytes) -> ReadDocument:
    """Return the document that a child has read.

    Raises:
        ReadingFailed: the child says that the file cannot be read.
        Malformed: the bytes have another shape.
    """
    try:
        value = json.loads(data)
        if "reason" in value:
            raise ReadingFailed(Reason(value["reason"]), _text(value["detail"]))
        return _document(value)
    except ReadingFailed:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Malformed(str(error)) from None


def _row(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in _names(type(value)))


def _finding_row(finding: Finding) -> tuple[Any, ...]:
    values = dict(zip(_names(Finding), _row(finding), strict=True))
    return tuple((values | {"why": _row(finding.why), "numbers": [_row(one) for one in finding.numbers]}).values())


def _names(kind: type) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(field.name for field in fields(kind))
    return _FIELDS[kind]


_FIELDS: dict[type, tuple[str, ...]] = {}


def _document(value: Mapping[str, Any]) -> ReadDocument:
    return ReadDocument(
        facts=_facts(*value["facts"]),
        pages=tuple(_page(*row) for row in value["pages"]),
        passages=tuple(_passage(*row) for row in value["passages"]),
        findings=tuple(map(_finding, value["findings"])),
        projects=tuple(_project(row) for row in value["projects"]),
        language=_text(value["language"]),
        diary_number=_text(value["diary_number"]),
    )


def _facts(title: Any, document_type: Any, year: Any, metadata: Any) -> Facts:
    return Facts(_text(title), _text(document_type), _optional(year, _number), _texts(metadata))


def _page(number: Any, label: Any, text: Any, language: Any, headings: Any, project: Any) -> Page:
    marks = tuple(Heading(_number(start), _number(level), _text(words)) for start, level, words in headings)
    return Page(_number(number), _text(label), _text(text), _text(language), marks, _optional(project, _text))


def _passage(
    id_: Any,
    document: Any,
    ordinal: Any,
    text: Any,
    path: Any,
    first: Any,
    last: Any,
    start: Any,
    end: Any,
    language: Any,
    project: Any,
) -> Passage:
    return Passage(
        _text(id_),
        _text(document),
        _number(ordinal),
        _text(text),
        tuple(map(_text, path)),
        _number(first),
        _number(last),
        _number(start),
        _number(end),
        _text(language),
        _optional(project, _text),
    )


def _finding(row: Any) -> Finding:
    return Finding(**{name: _FINDING_CHECKS[name](value) for name, value in zip(_names(Finding), row, strict=True)})


def _why(row: Any) -> Why:
    heading, cues, model = row
    return Why(_text(heading), tuple(map(_text, cues)), _amount(model))


def _quantity(row: Any) -> Quantity:
    value, unit, whole, quote = row
    return Quantity(_amount(value), _text(unit), _optional(whole, _amount), _text(quote))


def _project(row: Any) -> Project:
    return Project(**{name: _CHECKS[name](value) for name, value in zip(_names(Project), row, strict=True)})


def _text(value: Any) -> str:
    return value if type(value) is str else _refuse(value)


def _number(value: Any) -> int:
    return value if type(value) is int else _refuse(value)


def _amount(value: Any) -> float:
    return float(value) if type(value) in {int, float} else _refuse(value)


def _truth(value: Any) -> bool:
    return value if type(value) is bool else _refuse(value)


def _texts(value: Any) -> dict[str, str]:
    return {_text(name): _text(text) for name, text in value.items()}


def _date(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _optional(value: Any, check: Callable[[Any], T]) -> T | None:
    return None if value is None else check(value)


def _refuse(value: Any) -> NoReturn:
    raise Malformed(f"unexpected {type(value).__name__}")


_CHECK_OF_TYPE: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int | None: lambda value: _optional(value, _number),
    float | None: lambda value: _optional(value, _amount),
    bool | None: lambda value: _optional(value, _truth),
    date | None: lambda value: _optional(value, _date),
    dict[str, str]: _texts,
}
_FINDING_CHECKS: dict[str, Callable[[Any], Any]] = {
    name: {
        str: _text,
        int: _number,
        float: _amount,
        FindingType: lambda value: FindingType(_text(value)),
        Why: _why,
        tuple[str, ...]: lambda value: tuple(map(_text, value)),
        tuple[Quantity, ...]: lambda value: tuple(map(_quantity, value)),
    }[kind]
    for name, kind in get_type_hints(Finding).items()
}
_CHECKS: dict[str, Callable[[Any], Any]] = {
    name: _CHECK_OF_TYPE[kind] for name, kind in get_type_hints(Project).items()
}
