"""A real Chromium, and the accessibility checker axe. Where they are missing the tests say how to get them."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

AXE = Path(__file__).parent.parent / ".cache" / "axe-core" / "package"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str:
    """Return the path of Chromium, or skip; fail where ``KB_TEST_REQUIRE_BROWSER`` says that it must be there."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    return path or _missing("Chromium is missing: apt-get install chromium")


def axe() -> tuple[str, str]:
    """Return axe's program and its Swedish texts, or skip or fail likewise."""
    program, texts = AXE / "axe.min.js", AXE / "locales" / "sv.json"
    if not program.is_file():
        _missing("axe is missing: `make test` fetches it where npm is installed (apt-get install npm)")
    return program.read_text(encoding="utf-8"), texts.read_text(encoding="utf-8")


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine; yields its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def _missing(text: str) -> str:
    if os.environ.get("KB_TEST_REQUIRE_BROWSER"):
        pytest.fail(text)
    pytest.skip(text)
