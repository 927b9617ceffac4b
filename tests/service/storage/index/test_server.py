"""The way to a Qdrant server: what is tried again, what is not, and how failures are told."""

import json
import threading
import time
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.errors import IndexUnavailable
from service.settings import Settings
from service.storage.index import server
from service.storage.index.server import PAUSES, ServerIndex


class FakeServer(ThreadingHTTPServer):
    """Answers every count with 3, after the failures in ``failing``; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.failing: list[int] = []
        self.asked: list[str] = []
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def do_GET(self) -> None:
        self._answer(200, {"exists": True})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        time.sleep(self.server.delay)
        status = self.server.failing.pop(0) if self.server.failing else 200
        self._answer(status, {"count": 3})

    def _answer(self, status: int, result: object) -> None:
        body = json.dumps({"result": result, "status": "ok", "time": 0.0}).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    monkeypatch.setattr(server, "PAUSES", (0.01,) * len(PAUSES))
    made = FakeServer()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def index(fake: FakeServer) -> Iterator[ServerIndex]:
    made = ServerIndex.connect(Settings(qdrant_url=fake.url), "kb", 8)
    yield made
    made.close()


@pytest.mark.parametrize("failing", [[503], [429], [500, 502, 504]])
def test_a_passing_failure_is_tried_again(fake: FakeServer, index: ServerIndex, failing: list[int]) -> None:
    fake.failing = list(failing)
    assert index.count() == 3
    assert len(fake.asked) == len(failing) + 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_not_tried_again(fake: FakeServer, index: ServerIndex, status: int) -> None:
    fake.failing = [status]
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    assert raised.value.facts == {"where": fake.url, "problem": f"status {status}"}
    assert len(fake.asked) == 1


def test_a_failure_that_does_not_pass_ends(fake: FakeServer, index: ServerIndex) -> None:
    fake.failing = [503] * 50
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    assert raised.value.facts["problem"] == "status 503"
    assert len(fake.asked) == len(PAUSES) + 1


def test_no_new_try_begins_after_the_deadline(
    fake: FakeServer, index: ServerIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DEADLINE_SECONDS", 0)
    fake.failing = [503]
    with pytest.raises(IndexUnavailable):
        index.count()
    assert len(fake.asked) == 1


def test_a_server_that_does_not_answer_is_given_up(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TIMEOUT_SECONDS", 1)
    monkeypatch.setattr(server, "PAUSES", ())
    index = ServerIndex.connect(Settings(qdrant_url=fake.url), "kb", 8)
    fake.delay = 1.5
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    assert raised.value.facts["problem"] == "ReadTimeout"
    index.close()


def test_secrets_are_not_told(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PAUSES", ())
    url = fake.url.replace("http://", "http://user:hush@")
    with warnings.catch_warnings():
        # The client warns of a key without TLS, which is what is wanted on this machine's loopback.
        warnings.filterwarnings("ignore", "Api key is used with an insecure connection", UserWarning)
        index = ServerIndex.connect(Settings(qdrant_url=url, qdrant_api_key="hush"), "kb", 8)
    fake.failing = [503]
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    assert raised.value.facts["where"] == fake.url
    assert "hush" not in str(raised.value)
    index.close()
