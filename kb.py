"""The ``kb`` command: one short function per verb. Tables and other sentences are in ``web.terminal``."""

import gc
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

# Before anything imports numpy: the products here are small, and a second thread mostly waits for the first. With other work
# on both cores the comparison word by word took 7 ms of processor time with two threads, 0.9 ms with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from service.errors import KnowledgeBaseError
from service.settings import Settings
from web import terminal
from web.translation import lend_words_to_typer, translator

lend_words_to_typer(terminal.LANGUAGE)
_ = translator(terminal.LANGUAGE).gettext

app = typer.Typer(
    name="kb",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help=_(
        "Kunskapsbanken: ask project reports in Swedish or English; get the passage, the page and the project behind it."
    ),
)

SOME_SET_ASIDE = 3
FAILED = 1
RUBBISH_THRESHOLD = 100_000

Json = Annotated[bool, typer.Option("--json", help=_("Print JSON, as the API answers it."))]


@app.command(
    help=_("Bring documents in. Exit code 0: all are in; 3: some were set aside; 2: wrong use."),
    epilog=_("Examples: `kb ingest reports/` · `kb ingest report.pdf --project 22-018-S01`"),
)
def ingest(
    paths: Annotated[list[Path], typer.Argument(exists=True, help=_("Files or folders."))],
    project: Annotated[str, typer.Option(help=_("Diary number of the project that these files belong to."))] = "",
    retry: Annotated[bool, typer.Option("--retry", help=_("Read files again that were set aside before."))] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help=_("Only if the knowledge base is empty."))] = False,
) -> None:
    """``kb ingest``."""
    from ingest.pipeline import Pipeline
    from ingest.sources import walk
    from service.knowledge_base import KnowledgeBase
    from service.storage.presence import holding, running_server

    # Hundreds of thousands of remembered words are looked through for rubbish again and again: a tenth of the time.
    gc.set_threshold(RUBBISH_THRESHOLD)
    with _explained() as settings, holding(settings.data, "ingest"):
        server = running_server(settings.data)
        kb = KnowledgeBase(settings, owns_index=server is None)
        if if_empty and kb.counts().by_state.get("searchable"):
            return
        with _owning(settings, server is None), terminal.progress(paths) as watcher:
            summary = Pipeline(kb, settings, watcher).ingest(walk(paths), project=project, retry=retry)
            kb.compact()
        if server is not None:
            terminal.wait_for_server(kb)
        terminal.print_summary(summary)
        kb.close()
    if summary.set_aside:
        raise typer.Exit(SOME_SET_ASIDE)


@app.command(
    help=_("Find the passages that answer a question."),
    epilog=_('Examples: `kb search "vad hjälper unga till arbete?"` · `kb search "sick leave" --lang en --json`'),
)
def search(
    question: Annotated[str, typer.Argument(help=_("In your own words, in Swedish or English. Quotes make a phrase."))],
    lang: Annotated[str, typer.Option(help=_("Only passages in this language: sv or en."))] = "",
    project: Annotated[str, typer.Option(help=_("Only passages of this project."))] = "",
    finding: Annotated[
        str, typer.Option(help=_("Only passages that tell this: obstacle, lesson, recommendation …"))
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help=_("Most hits."))] = 5,
    as_json: Json = False,
) -> None:
    """``kb search``."""
    # One answer and out: there will be no rubbish worth looking for.
    gc.disable()
    from service.api.representations import search_json
    from service.domain.searching import Filters, Query
    from service.knowledge_base import KnowledgeBase
    from service.storage.presence import running_server

    with _explained() as settings:
        query = Query(question, Filters(language=lang, project_id=project, finding_type=finding), limit=limit)
        server = running_server(settings.data)
        if server is not None:
            answer = terminal.ask_server(server, query)
        else:
            with _owning(settings, True):
                kb = KnowledgeBase(settings)
                answer = search_json(kb.search(query))
                kb.close()
        print(json.dumps(answer, ensure_ascii=False, indent=2)) if as_json else terminal.print_answer(answer)


@app.command(
    help=_("Show a document, a passage or a project."),
    epilog=_("Examples: `kb show 22-018-S01` · `kb show 3f2a9c0d11e45b67`"),
)
def show(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help=_("A document, a passage, or a project (diary number)."))
    ],
    as_json: Json = False,
) -> None:
    """``kb show``."""
    from service.knowledge_base import KnowledgeBase

    with _explained() as settings:
        kb = KnowledgeBase(settings, owns_index=False)
        terminal.print_thing(kb, identity, as_json=as_json)
        kb.close()


@app.command(
    help=_(
        "Show what is understood of a file: facts, structure, passages, findings and their reasons. Exit code 3: nothing."
    ),
    epilog=_("Example: `kb inspect report.pdf`"),
)
def inspect(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("A file; it is not brought in."))],
) -> None:
    """``kb inspect``."""
    from web.inspection import inspect as inspect_file

    with _explained() as settings:
        understood = inspect_file(path, settings)
    if not understood:
        raise typer.Exit(SOME_SET_ASIDE)


@app.command(
    help=_("Serve the site and the API. Takes up documents that `kb ingest` brings in meanwhile."),
    epilog=_("Example: `KB_PORT=8080 kb serve`"),
)
def serve() -> None:
    """``kb serve``."""
    from web.serving import run

    with _explained() as settings:
        run(settings, terminal.print_address, terminal.print_error)


@app.command(
    help=_("Say what is in the knowledge base, and what was set aside and why."),
    epilog=_("Example: `kb status --json`"),
)
def status(as_json: Json = False) -> None:
    """``kb status``."""
    from service.knowledge_base import KnowledgeBase

    with _explained() as settings:
        kb = KnowledgeBase(settings, owns_index=False)
        terminal.print_status(kb.status(), as_json=as_json)
        kb.close()


@app.command(
    help=_("Build the index anew from the catalogue, for example for another model. Search goes on meanwhile."),
    epilog=_("Example: `KB_MODEL=models/other kb reindex`"),
)
def reindex() -> None:
    """``kb reindex``."""
    from ingest.findings import find
    from ingest.passages import split
    from service.knowledge_base import KnowledgeBase
    from service.storage.presence import holding, running_server

    with _explained() as settings:
        server = running_server(settings.data)
        if server is not None:
            kb = KnowledgeBase(settings, owns_index=False)
            before = kb.generation()
            kb.request_reindex()
            terminal.wait_for_rebuild(kb, server, before)
        else:
            with holding(settings.data, "ingest"), _owning(settings, True), terminal.rebuilding() as progress:
                kb = KnowledgeBase(settings)
                kb.reindex(progress, split, find)
                kb.index_waiting()
                kb.compact()
        kb.close()


@app.command(
    help=_("Remove a document: its text, its passages, its vectors and the file."),
    epilog=_("Example: `kb remove 3f2a9c0d11e45b67`"),
)
def remove(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help=_("A document id, as `kb search` and `kb show` print it."))
    ],
) -> None:
    """``kb remove``."""
    from service.knowledge_base import KnowledgeBase
    from service.storage.presence import running_server

    with _explained() as settings:
        owns_index = running_server(settings.data) is None
        with _owning(settings, owns_index):
            kb = KnowledgeBase(settings, owns_index=owns_index)
            terminal.print_removed(kb.remove(identity))
            kb.close()


@app.command(help=_("List every setting with its default."))
def settings() -> None:
    """``kb settings``."""
    terminal.print_settings()


def main() -> None:
    """Run the command."""
    app()


@contextmanager
def _explained() -> Iterator[Settings]:
    """Hand out the settings, and turn the knowledge base's errors into a sentence and an exit code."""
    try:
        yield Settings.from_environment()
    except KnowledgeBaseError as error:
        terminal.print_error(error)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        terminal.print_interrupted()
        raise typer.Exit(130) from None


@contextmanager
def _owning(settings: Settings, owns_index: bool) -> Iterator[None]:
    """Hold the lock of the embedded index while this process has it open."""
    from service.storage.presence import holding

    if not owns_index or settings.qdrant_url:
        yield
        return
    # Another short command may be at it just now; only a long one is worth a message.
    with holding(settings.data, "index", patience=3.0):
        yield


if __name__ == "__main__":
    main()
