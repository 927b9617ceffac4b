"""Reading in child processes: files, bombs and programs that misbehave."""

import errno
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.reader_process import ENVIRONMENT
from ingest.sandbox import WAITING_PER_READER, Failure, Outcome, ReaderPool, ReadRequest
from ingest.understanding import ReadDocument
from service.domain.documents import Reason
from service.settings import Settings

Maker = Callable[..., bytes]
SETTINGS = replace(Settings(), readers=2, reader_cpu_seconds=20, reader_wall_seconds=30)
ROOT = Path(__file__).parents[2]
TEXT = "Projektet visar att mentorer behöver tid. " * 5


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[[str, bytes], ReadRequest]:
    def made(name: str, data: bytes) -> ReadRequest:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        path.write_bytes(data)
        return ReadRequest(f"{len(list(tmp_path.iterdir())):016x}", name, path)

    return made


def outcomes(
    requests: Sequence[ReadRequest], settings: Settings = SETTINGS, program: str | None = None
) -> dict[str, Outcome]:
    command = [sys.executable, "-I", "-c", program] if program else None
    with ReaderPool(settings, command) as pool:
        return {request.file_name: outcome for request, outcome in pool.read_all(requests)}


def reason_of(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Failure)
    return outcome.reason


def test_good_files_are_read_and_bad_ones_set_aside_with_their_reason(
    request_for: Callable[[str, bytes], ReadRequest], make_pdf: Maker
) -> None:
    data = make_pdf([(72, 700 - 14 * n, f"Rad {n} om handledning av deltagare.", 11, False) for n in range(9)])
    ended = outcomes(
        [
            request_for("23-142-S01 rapport.pdf", data),
            request_for("trasig.pdf", data[:300]),
            request_for("tom.docx", b""),
            request_for("text.txt", TEXT.encode()),
        ]
    )
    assert reason_of(ended["trasig.pdf"]) is Reason.DAMAGED
    assert reason_of(ended["tom.docx"]) is Reason.EMPTY
    report, text = ended["23-142-S01 rapport.pdf"], ended["text.txt"]
    assert isinstance(report, ReadDocument)
    assert isinstance(text, ReadDocument)
    assert report.diary_number == "23-142-S01"
    assert report.passages[0].document_id == f"{1:016x}"
    assert (text.language, text.pages[0].language) == ("sv", "sv")
    assert text.passages[0].text.startswith("Projektet visar")


def test_children_are_kept_and_requests_pulled_as_they_are_needed(
    request_for: Callable[[str, bytes], ReadRequest],
) -> None:
    pulled: list[int] = []

    def endless() -> Iterator[ReadRequest]:
        for number in itertools.count():
            pulled.append(number)
            yield request_for(f"{number}.txt", TEXT.encode())

    with ReaderPool(SETTINGS) as pool:
        answers = pool.read_all(endless())
        for _ in range(5):
            assert isinstance(next(answers)[1], ReadDocument)
        assert len(pulled) <= 5 + WAITING_PER_READER * SETTINGS.readers
        assert len(pool._idle) + len(pool._busy) <= SETTINGS.readers


def test_child_serves_many_documents_and_is_renewed(
    request_for: Callable[[str, bytes], ReadRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sandbox.DOCUMENTS_PER_PROCESS", 3)
    served: list[list[int]] = []
    with ReaderPool(replace(SETTINGS, readers=1)) as pool:
        for number in range(7):
            list(pool.read_all([request_for(f"{number}.txt", TEXT.encode())]))
            served.append([process.answered for process in pool._idle])
    assert served == [[1], [2], [], [1], [2], [], [1]]


def test_child_that_died_while_waiting_costs_no_document(request_for: Callable[[str, bytes], ReadRequest]) -> None:
    with ReaderPool(replace(SETTINGS, readers=1)) as pool:
        for name in ("a.txt", "b.txt"):
            ((_, outcome),) = list(pool.read_all([request_for(name, TEXT.encode())]))
            assert isinstance(outcome, ReadDocument)
            for process in pool._idle:
                process.kill()
                while process.is_alive():
                    time.sleep(0.01)


def test_bomb_that_eats_memory_ends_and_the_others_go_on(
    request_for: Callable[[str, bytes], ReadRequest], make_pdf_of_content: Maker
) -> None:
    bomb = make_pdf_of_content(b"0 0 m 1 1 l S\n" * 3_000_000)
    assert len(bomb) < 200_000
    requests = [request_for("bomb.pdf", bomb), *(request_for(f"{n}.txt", TEXT.encode()) for n in range(6))]
    ended = outcomes(requests, replace(SETTINGS, reader_memory=300_000_000))
    assert reason_of(ended.pop("bomb.pdf")) is Reason.OUT_OF_MEMORY
    assert all(isinstance(outcome, ReadDocument) for outcome in ended.values())


def test_bomb_that_eats_time_ends(request_for: Callable[[str, bytes], ReadRequest], make_pdf_of_content: Maker) -> None:
    bomb = make_pdf_of_content(b"BT /F1 12 Tf 72 700 Td (Hej) Tj ET\n" * 60_000, pages=1_500)
    ended = outcomes([request_for("bomb.pdf", bomb)], replace(SETTINGS, reader_cpu_seconds=2))
    assert reason_of(ended["bomb.pdf"]) is Reason.OUT_OF_TIME


def test_file_larger_than_allowed_is_not_even_sent(request_for: Callable[[str, bytes], ReadRequest]) -> None:
    ended = outcomes([request_for("stor.txt", b"x" * 2_000)], replace(SETTINGS, max_file_bytes=1_000))
    assert ended["stor.txt"] == Failure(Reason.TOO_LARGE, "2000 > 1000")


def test_file_that_has_vanished_is_unreadable(tmp_path: Path) -> None:
    ended = outcomes([ReadRequest("0" * 16, "borta.txt", tmp_path / "borta")])
    assert reason_of(ended["borta.txt"]) is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import time; time.sleep(60)", Reason.OUT_OF_TIME),
        ("import sys; sys.stdin.readline(); raise SystemExit(3)", Reason.READER_CRASHED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Reason.READER_CRASHED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Reason.OUT_OF_MEMORY),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", Reason.OUT_OF_TIME),
        ("import os\nwhile True: os.write(1, b'\\0' * 100_000)", Reason.TOO_MUCH_TEXT),
        ("import os; os.write(1, (10**12).to_bytes(8, 'big')); input()", Reason.TOO_MUCH_TEXT),
        ("import os; os.write(1, (3).to_bytes(8, 'big') + b'{[!'); input()", Reason.READER_CRASHED),
        ("import os; os.close(1); os.read(0, 1); import time; time.sleep(60)", Reason.READER_CRASHED),
    ],
)
def test_program_that_misbehaves_costs_one_document(
    request_for: Callable[[str, bytes], ReadRequest], program: str, reason: Reason
) -> None:
    started = time.monotonic()
    settings = replace(SETTINGS, readers=1, reader_wall_seconds=2, max_text_bytes=1_000)
    ended = outcomes([request_for("a.txt", b"x" * 500_000), request_for("b.txt", b"x")], settings, program)
    assert {reason_of(outcome) for outcome in ended.values()} == {reason}
    assert time.monotonic() - started < 2 * (settings.reader_wall_seconds + 2)


def test_everything_that_a_child_started_dies_with_it(
    request_for: Callable[[str, bytes], ReadRequest], tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    program = f"import os, time\nif os.fork() == 0: open({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    outcomes([request_for("a.txt", b"x")], replace(SETTINGS, reader_wall_seconds=1), program)
    grandchild = int(note.read_text())
    deadline = time.monotonic() + 5
    while is_running(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(grandchild)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_leaving_ends_children_at_once(request_for: Callable[[str, bytes], ReadRequest]) -> None:
    started = time.monotonic()
    with ReaderPool(SETTINGS, [sys.executable, "-I", "-c", "import time; time.sleep(60)"]) as pool:
        answers = pool.read_all(request_for(f"{n}.txt", b"x") for n in range(2))
        pool._threads.submit(lambda: None)
        assert answers is not None
    assert time.monotonic() - started < 5
    assert not pool._busy


def test_answer_about_another_document_is_not_believed(request_for: Callable[[str, bytes], ReadRequest]) -> None:
    answer = (
        '{"facts":["","",null,{}],"pages":[],"findings":[],"projects":[],"language":"sv","diary_number":"",'
        '"passages":[["id","someone-elses",0,"x",[],1,1,0,1,"sv",null]]}'
    )
    program = f"import os; a = {answer.encode()!r}; os.write(1, len(a).to_bytes(8, 'big') + a); os.read(0, 99); input()"
    ended = outcomes([request_for("a.txt", b"x")], SETTINGS, program)
    assert ended["a.txt"] == Failure(Reason.READER_CRASHED, "passages of another document")


def test_child_sees_no_environment_and_no_secrets(
    request_for: Callable[[str, bytes], ReadRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_QDRANT_API_KEY", "hemlig")
    program = (
        "import os, json; a = json.dumps({'reason': 'damaged', 'detail': ' '.join(os.environ)}).encode()\n"
        "os.write(1, len(a).to_bytes(8, 'big') + a); input()"
    )
    ended = outcomes([request_for("a.txt", b"x")], SETTINGS, program)
    detail = ended["a.txt"]
    assert isinstance(detail, Failure)
    assert set(detail.detail.split()) <= {*ENVIRONMENT, "LC_CTYPE"}


def test_limited_child_can_neither_fork_nor_write_files(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "from ingest.reader_child import _limit\n"
        "file = open(NOTE, 'wb', buffering=0)\n"
        # The kernel does not hold root to its number of processes.
        "os.geteuid() == 0 and os.setuid(65534)\n"
        "_limit({'memory': 1_000_000_000})\n"
        "for attempt in (os.fork, lambda: file.write(b'x')):\n"
        "    try: attempt()\n"
        "    except OSError as error: print(error.errno)\n"
    ).replace("NOTE", repr(str(tmp_path / "note")))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout.split() == [str(errno.EAGAIN), str(errno.EFBIG)]
