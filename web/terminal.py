"""What the ``kb`` command says: sentences, tables and progress bars, in Swedish or English by the locale."""

import json
import os
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from service.api.representations import SearchJson, document_json, passage_json, project_json
from service.domain.documents import Document, DocumentState, Reason
from service.domain.labels import label
from service.domain.searching import MAX_QUESTION, Query, Status
from service.errors import (
    CatalogueUnavailable,
    IndexMismatch,
    IndexUnavailable,
    InUse,
    InvalidQuestion,
    KnowledgeBaseError,
    ModelUnavailable,
    NotFound,
    SettingInvalid,
)
from service.settings import described
from web.translation import reason_text, terminal_language, translator

if TYPE_CHECKING:
    from urllib.error import HTTPError

    from ingest.pipeline import Summary
    from service.knowledge_base import KnowledgeBase

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
POLL_SECONDS = 0.3
ASK_TIMEOUT_SECONDS = 30
FACETS_OF_ONE = {
    "level": "finding_levels",
    "polarity": "finding_polarities",
    "evidence": "evidence_labels",
    "stage": "innovation_stages",
    "benefit": "benefit_types",
}
FACETS_OF_MANY = {
    "obstacles": "obstacle_codes",
    "target_groups": "target_groups",
    "criteria": "evaluation_criteria",
    "addressees": "addressees",
}
"""Fields of a finding, and the lists in which their codes have names."""
QUESTIONS = (
    "Vad hjälper unga som varken arbetar eller studerar?",
    "What makes people on long-term sick leave return to work?",
)
LANGUAGE = terminal_language(os.environ)
_ = translator(LANGUAGE).gettext
ngettext = translator(LANGUAGE).ngettext


@contextmanager
def progress(paths: Sequence[Path]) -> Iterator[Callable[["Summary"], None]]:
    """Show a bar that moves with every finished file; yields what the pipeline calls."""
    from ingest.sources import walk

    total = sum(1 for _source in walk(paths))
    with _bar(_("Reading")) as bar:
        task = bar.add_task("", total=total)

        def watcher(summary: "Summary") -> None:
            bar.update(task, completed=summary.finished, total=max(total, summary.given))

        yield watcher


@contextmanager
def rebuilding() -> Iterator[Callable[[int, int], None]]:
    """Show a bar for building the index anew."""
    with _bar(_("Building the index")) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def wait_for_server(kb: "KnowledgeBase") -> None:
    """Wait until the running server has made everything searchable."""
    with ERR.status(_("The running server is making the documents searchable …")):
        while kb.in_state(DocumentState.READ, limit=1):
            time.sleep(POLL_SECONDS)


def wait_for_rebuild(kb: "KnowledgeBase", address: str, before: str) -> None:
    """Wait until the running server has built its index anew.

    Args:
        kb: the knowledge base, which belongs to the server.
        address: where the server is.
        before: the index that was there before.

    Raises:
        IndexUnavailable: the server could not.
    """
    with ERR.status(_("The running server is building its index anew; search goes on meanwhile …")):
        while kb.reindex_requested():
            time.sleep(POLL_SECONDS)
    if kb.generation() == before:
        raise IndexUnavailable(where=address, problem="rebuild_failed")


def ask_server(address: str, query: Query) -> SearchJson:
    """Put a question to the server that owns the index.

    Raises:
        InvalidQuestion, IndexUnavailable
    """
    # Imported when there is a server to ask: without one a cold search is spared the client.
    import urllib.error
    import urllib.request

    asked = {"q": query.text, "lang": query.filters.language, "project": query.filters.project_id, "limit": query.limit}
    asked |= {"finding_type": query.filters.finding_type}
    url = f"{address}/api/v1/search?{urllib.parse.urlencode(asked)}"
    try:
        with urllib.request.urlopen(url, timeout=ASK_TIMEOUT_SECONDS) as response:  # noqa: S310 - our own loopback address
            answer: SearchJson = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        if error.code in {400, 422}:
            raise InvalidQuestion(problem="too_long" if len(query.text) > MAX_QUESTION else "empty") from error
        raise _of_server(address, error) from error
    except (OSError, ValueError) as error:
        raise IndexUnavailable(where=address, problem=type(error).__name__) from error


def print_summary(summary: "Summary") -> None:
    """Print what became of the files, and each one that was set aside with its reason."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", justify="right")
    table.add_column()
    for number, text in (
        (summary.added, _("files came in")),
        (summary.known, _("were here already")),
        (len(summary.set_aside), _("were set aside")),
        (summary.pages, _("pages")),
        (summary.passages, _("passages")),
    ):
        table.add_row(str(number), text)
    OUT.print(table)
    _print_set_aside([(name, reason) for name, reason, _detail in summary.set_aside])


def print_answer(answer: SearchJson) -> None:
    """Print hits, best first."""
    if not answer["data"]:
        OUT.print(_("Nothing was found. Try other words, or fewer."))
        return
    if answer["meta"]["nothing_close"]:
        OUT.print(_("Nothing here comes close to the question. These passages are only the nearest in meaning.") + "\n")
    _print_also(answer)
    for number, hit in enumerate(answer["data"], start=1):
        document, project = hit["document"], hit["project"]
        facts = [
            f"{project['dnr']} {project['title']}" if project else "",
            str(document["year"] or ""),
            document["type"],
            hit["language"],
            ", ".join(label("finding_types", finding["type"], LANGUAGE) for finding in hit["findings"]),
            _("p. {page}").format(page=hit["page_label"] or hit["page_from"]),
        ]
        OUT.print(f"[bold]{number}. {escape(document['title'])}[/bold]")
        OUT.print(f"   [dim]{escape(' · '.join(fact for fact in facts if fact))}[/dim]")
        snippet = "".join(
            f"[bold yellow]{escape(piece['text'])}[/]" if piece["marked"] else escape(piece["text"])
            for piece in hit["snippet"]
        )
        OUT.print(f"   {' '.join(snippet.split())}")
        if hit["repeats"]:
            titles = ", ".join(repeat["document"]["title"] for repeat in hit["repeats"])
            also = _("the same text stands in: {titles}").format(titles=titles)
            OUT.print(f"   [dim]{escape(also)}[/dim]")
        why = _("No word in common with the question.") if answer["meta"]["nothing_close"] else _why(hit["why"])
        OUT.print(f"   [dim]{escape(why)} · kb show {hit['id']}[/dim]\n")


def _print_also(answer: SearchJson) -> None:
    """Print what the term bridge added to the question, if anything."""
    crossings = answer["meta"]["interpretation"]["crossings"]
    terms = dict.fromkeys(term["text"] for crossing in crossings for term in crossing["terms"])
    if terms:
        sentence = _("Also searched for: {terms}").format(terms=", ".join(terms))
        OUT.print(f"[dim]{escape(sentence)}[/dim]\n")


def print_thing(kb: "KnowledgeBase", identity: str, *, as_json: bool) -> None:
    """Print a document, passage or project, whichever has the id. Raises NotFound."""
    shown = _thing(kb, identity)
    if as_json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for key, value in shown.items():
        if key == "pages":
            for page in value:
                OUT.print(f"\n[bold]{_('p. {page}').format(page=page['label'] or page['number'])}[/bold]\n")
                OUT.print(escape(page["text"]))
        elif key == "findings":
            print_findings(value)
        elif isinstance(value, dict):
            OUT.print(f"[bold]{escape(key)}[/bold]")
            for name, text in value.items():
                OUT.print(f"  {escape(str(name))}: {escape(str(text))}")
        elif isinstance(value, list):
            OUT.print(f"[bold]{escape(key)}[/bold]")
            for item in value:
                OUT.print(f"  {escape(item['id'] + '  ' + item['title'] if isinstance(item, dict) else str(item))}")
        elif value not in (None, ""):
            OUT.print(f"[bold]{escape(key)}[/bold]: {escape(str(value))}")


def print_findings(findings: Sequence[Any]) -> None:
    """Print what a passage or a document tells, with the reasons."""
    for finding in findings:
        for line in finding_lines(finding):
            OUT.print(line)


def finding_lines(finding: Any) -> Iterator[str]:
    """Yield a finding in lines with markup: what it is and its core sentence, what else it says, what spoke for it."""
    place = _("p. {page}").format(page=finding["page"]) + " " if "page" in finding else ""
    name = label("finding_types", finding["type"], LANGUAGE)
    yield f"[bold]{escape(name)}[/bold] {place}{escape(' '.join(finding['sentence'].split()))}"
    if facets := _facets(finding):
        yield f"   {escape(' · '.join(facets))}"
    yield f"   [dim]{escape(' · '.join(_reasons(finding)))}[/dim]"


def _facets(finding: Any) -> list[str]:
    """Return what a finding says besides its type, in words."""
    ones = [(code_list, finding[field]) for field, code_list in FACETS_OF_ONE.items() if finding[field]]
    many = [(code_list, code) for field, code_list in FACETS_OF_MANY.items() for code in finding[field]]
    figures = [f"{one['quote']}" + (f" (n = {one['of']:g})" if one["of"] else "") for one in finding["numbers"]]
    return [*(label(code_list, code, LANGUAGE) for code_list, code in (*ones, *many)), *figures]


def _reasons(finding: Any) -> list[str]:
    """Return what spoke for a finding, in words: confidence, heading, cues, classifier."""
    why = finding["why"]
    said = [_("sure to {share} %").format(share=round(100 * finding["confidence"]))]
    if why["heading"]:
        said.append(_("heading: {words}").format(words=why["heading"]))
    if why["cues"]:
        said.append(_("words: {words}").format(words=", ".join(why["cues"])))
    if why["model"]:
        said.append(_("classifier: {share} %").format(share=round(100 * why["model"])))
    return said


def print_status(status: Status, *, as_json: bool) -> None:
    """Print counts, and every document that was set aside with its reason."""
    if as_json:
        print(json.dumps(_status_values(status), ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", justify="right")
    table.add_column()
    for number, text in (
        (status.by_state.get("searchable", 0), _("searchable documents")),
        (status.by_state.get("received", 0) + status.by_state.get("read", 0), _("documents on their way in")),
        (status.by_state.get("set_aside", 0), _("documents set aside")),
        (status.projects, _("projects")),
        (status.passages, _("passages")),
        (round(status.originals_bytes / 1e6, 1), _("MB of originals")),
    ):
        table.add_row(str(number), text)
    OUT.print(table)
    _print_set_aside([(f"{one.file_name} ({one.id})", one.reason) for one in status.set_aside if one.reason])


def print_removed(document: Document) -> None:
    """Say what was removed."""
    OUT.print(_("Removed: {title}").format(title=escape(document.display_title)))


def print_settings() -> None:
    """Print every setting with its default and help."""
    table = Table(box=None, pad_edge=False)
    for title in (_("variable"), _("default"), _("meaning")):
        table.add_column(title)
    for name, default, text in described():
        table.add_row(name, escape(default), escape(_(text)))
    OUT.print(table)


def print_address(address: str) -> None:
    """Say where the site is, and two questions to try."""
    OUT.print(_("Kunskapsbanken is at {address}").format(address=f"[bold]{address}[/bold]"))
    OUT.print(_("Try asking:"))
    for question in QUESTIONS:
        OUT.print(f"  “{question}”\n  {address}/search?{urllib.parse.urlencode({'q': question})}")


def print_interrupted() -> None:
    """Say that nothing is lost."""
    ERR.print(_("Interrupted. Nothing is lost: the same command goes on where this one stopped."))


def print_error(error: KnowledgeBaseError) -> None:
    """Print an error as a sentence with what to do."""
    # Texts inside f-strings are not gathered for translation.
    word = _("Error")
    ERR.print(f"[bold red]{word}:[/] {escape(_sentence(error))}")


def _sentence(error: KnowledgeBaseError) -> str:
    facts: dict[str, Any] = error.facts
    match error:
        case NotFound():
            return _("There is nothing with the id {id}.").format(id=facts.get("id"))
        case InvalidQuestion() if facts.get("problem") == "too_long":
            return _("The question is too long: at most 500 characters.")
        case InvalidQuestion():
            return _("The question is empty.")
        case InUse():
            return _(
                "Another process (number {pid}) is at work in {path}: it is loading documents or serving. "
                "Wait until it is done, or start “kb serve” once and ask it."
            ).format(pid=facts.get("pid") or "?", path=facts.get("path"))
        case IndexMismatch():
            return _different(str(facts.get("problem")))
        case IndexUnavailable() if facts.get("problem") == "rebuild_failed":
            return _(
                "The running server could not build the index anew; its own messages say why. The old index is as it was."
            )
        case IndexUnavailable():
            return _("The index at {where} cannot be used: {problem}. “kb reindex” builds it anew.").format(**facts)
        case ModelUnavailable():
            return " ".join(
                [_("The model that {setting} names ({path}) cannot be used:").format(**facts), _no_model(facts)]
            )
        case CatalogueUnavailable() if str(facts.get("problem", "")).startswith("newer"):
            return _("The catalogue at {where} was written by a newer version of this program.").format(**facts)
        case CatalogueUnavailable():
            return _("The catalogue at {where} cannot be used: {problem}.").format(**facts)
        case SettingInvalid() if facts.get("problem") == "unknown":
            return _("There is no setting {setting}. “kb settings” lists them.").format(**facts)
        case SettingInvalid():
            return _("The setting {setting} cannot be {value}: {problem}.").format(**facts)
        case _unknown:
            return str(error)


def _different(problem: str) -> str:
    match problem:
        case "another_terms":
            return _(
                "The index was built with another way of counting words. Run “kb reindex”; until then nothing is mixed."
            )
        case "another_splitter":
            return _(
                "The index was built with another way of cutting passages. Run “kb reindex”; until then nothing is mixed."
            )
        case _other:
            return _("The index was built with another model. Run “kb reindex”; until then nothing is mixed.")


def _no_model(facts: dict[str, Any]) -> str:
    match facts.get("problem"):
        case "missing":
            return _("there is no such folder.")
        case "no_model":
            return _("the folder holds no sentence-transformers model (modules.json is missing).")
        case "lacks_file":
            return _("{detail} is missing in its folder.").format(**facts)
        case "needs_network":
            return _(
                "there is no such folder, and the Hugging Face hub cannot be reached to fetch it ({detail})."
            ).format(**facts)
        case "not_on_hub":
            return _("there is no such folder, and no open model of that name on the Hugging Face hub.")
        case "own_code":
            return _("it would run program code of its own, which is never done here. Choose a model without.")
        case "no_vector":
            return _("it makes no vector of a text; perhaps its pooling is missing ({detail}).").format(**facts)
        case "of_server":
            return _("the running server says so; its own messages say why.")
        case _other:
            return _("it is damaged ({detail}).").format(**facts)


def _of_server(address: str, error: "HTTPError") -> KnowledgeBaseError:
    """Return the error that the server tells of in its problem document."""
    try:
        kind = str(json.load(error)["type"]).rpartition(":")[2]
    except (OSError, ValueError, KeyError, TypeError):
        kind = ""
    match kind:
        case "index-mismatch":
            return IndexMismatch(where=address, problem="another_model")
        case "model-unavailable":
            return ModelUnavailable(setting="KB_MODEL", path=address, problem="of_server")
        case _other:
            return IndexUnavailable(where=address, problem=f"HTTP {error.code}")


def _thing(kb: "KnowledgeBase", identity: str) -> dict[str, Any]:
    try:
        document = kb.document(identity)
        return dict(document_json(document, kb.pages(identity), None, kb.told(identity)))
    except NotFound:
        pass
    try:
        return dict(passage_json(kb.passage(identity)))
    except NotFound:
        project = kb.project(identity)
        return dict(project_json(project, list(kb.documents_of(project.id))))


def _why(why: Any) -> str:
    if why["meaning_only"]:
        return _("same meaning in other words")
    shared = [*why["codes"], *(f"“{phrase}”" for phrase in why["phrases"]), *why["words"]]
    reasons = [_("shares: {words}").format(words=", ".join(shared))] if shared else []
    if why["bridged"]:
        reasons.append(_("by another name: {words}").format(words=", ".join(why["bridged"])))
    return " · ".join(reasons)


def _status_values(status: Status) -> dict[str, Any]:
    return {
        "documents": status.documents,
        "projects": status.projects,
        "passages": status.passages,
        "by_state": status.by_state,
        "by_reason": status.by_reason,
        "model": status.model,
        "originals_bytes": status.originals_bytes,
        "set_aside": [
            {
                "id": document.id,
                "file_name": document.file_name,
                "reason": document.reason.value if document.reason else None,
                "detail": document.detail,
            }
            for document in status.set_aside
        ],
    }


def _print_set_aside(files: Sequence[tuple[str, Reason]]) -> None:
    """Print files under what is the matter with them and what to do; names stay whole, so that they can be copied."""
    if not files:
        return
    OUT.print("\n" + _("Set aside"), style="bold")
    for reason, group in groupby(sorted(files, key=lambda file: (file[1].value, file[0])), key=lambda file: file[1]):
        OUT.print("  " + escape(" ".join(reason_text(reason, LANGUAGE))))
        for name, _reason in group:
            OUT.print(f"    {escape(name)}")


def _bar(title: str) -> Progress:
    return Progress(
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=ERR,
        transient=True,
    )
