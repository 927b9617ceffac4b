"""Running the site: one process owns the data folder, serves the pages and the API, and takes up waiting work."""

import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn
from starlette.types import ASGIApp

from ingest.worker import Worker
from service.errors import KnowledgeBaseError, SettingInvalid
from service.knowledge_base import KnowledgeBase
from service.settings import Settings
from service.storage.presence import holding, serving
from web.app import create_site

STOP_SECONDS = 20


def run(settings: Settings, announce: Callable[[str], None], warn: Callable[[KnowledgeBaseError], None]) -> None:
    """Serve until the process is told to stop (SIGTERM or SIGINT).

    Args:
        settings: where the data lies and which address to listen on.
        announce: told the address once the site can answer.
        warn: told what keeps it from answering questions; documents can be read all the same, and ``kb reindex`` works.

    Raises:
        InUse: another server, or a long-running command, has the data folder.
        SettingInvalid: the port is taken.
    """
    with ExitStack() as stack:
        stack.enter_context(holding(settings.data, "serve"))
        if not settings.qdrant_url:
            stack.enter_context(holding(settings.data, "index"))
        listener = stack.enter_context(_listening(settings))
        address = f"http://{_reached_at(settings.host)}:{listener.getsockname()[1]}"
        kb = KnowledgeBase(settings)
        stack.callback(kb.close)
        # Documents that came in while it served: the next start is fast again.
        stack.callback(kb.compact)
        # Opened before the first question, so that the first reader waits no longer than the second.
        failures = kb.failures()
        stack.enter_context(serving(settings.data, address))
        worker = Worker(kb, settings)
        stack.callback(worker.stop, STOP_SECONDS)
        worker.start()
        site = create_site(kb, settings)
        # What is there now stays: looking through all of it for rubbish would make some readers wait.
        gc.freeze()
        for error in {str(error): error for error in failures.values()}.values():
            warn(error)
        announce(address)
        _serve(site, listener)


def _serve(site: ASGIApp, listener: socket.socket) -> None:
    config = uvicorn.Config(
        site,
        log_level="warning",
        server_header=False,
        date_header=True,
        # Addresses and questions belong to people: no access log.
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _reached_at(host: str) -> str:
    """Return how this machine itself reaches a server: one that listens on every address answers on its own."""
    if host in {"", "0.0.0.0"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listener:
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(128)
        except OSError as error:
            raise SettingInvalid(setting="KB_PORT", value=settings.port, problem=error.strerror or "taken") from error
        yield listener
