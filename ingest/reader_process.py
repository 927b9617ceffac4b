"""One child process that reads documents, seen from the parent."""

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.reader_child import LENGTH_BYTES
from service.domain.documents import Reason
from service.settings import Settings

BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from ingest.reader_child import main; main()"
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    # The child may start no thread, and its memory is counted by address space, of which every waiting thread takes some.
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
CHUNK = 1 << 20
PATIENCE_SECONDS = 1.0
"""How long a child that has closed its output may take to end by itself."""
_MEMORY_SIGNALS = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP, signal.SIGILL, signal.SIGBUS})


class TooSlow(Exception):
    """The clock time limit has passed."""


class AnswerTooLarge(Exception):
    """The answer is larger than allowed."""


class Died(Exception):
    """The child ended before it answered."""


class ReaderProcess:
    """A child in a process group of its own. Not for several threads at once, except for :meth:`kill`."""

    def __init__(self, settings: Settings, answer_limit: int, command: Sequence[str] | None = None) -> None:
        self.answered = 0
        self._settings = settings
        self._answer_limit = answer_limit
        child_input, self._input = os.pipe()
        self._output, child_output = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            command or _command(settings),
            stdin=child_input,
            stdout=child_output,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        os.close(child_input)
        os.close(child_output)
        os.set_blocking(self._input, False)

    def ask(self, document_id: str, file_name: str, data: bytes) -> bytes:
        """Send a file and return the child's answer.

        Raises:
            TooSlow, AnswerTooLarge, Died: the child is of no more use; call :meth:`end`.
        """
        header = json.dumps({"document_id": document_id, "file_name": file_name, "size": len(data)})
        answer = self._exchange(header.encode() + b"\n", data, time.monotonic() + self._settings.reader_wall_seconds)
        self.answered += 1
        return answer

    def is_alive(self) -> bool:
        """Return whether the child is still there."""
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None

    def peak_memory(self) -> int:
        """Return the most memory the child has held so far, in bytes; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
        return int(peak.split()[1]) * 1024

    def kill(self) -> None:
        """Kill the child and everything it started."""
        if self._process.returncode is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def end(self) -> tuple[Reason, str]:
        """End the child, if it has not ended by itself, and return how it ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        os.close(self._input)
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        was_alive = self.is_alive()
        self.kill()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self._output)
        if was_alive:
            return Reason.READER_CRASHED, "closed its output and went on"
        return _cause(self._process.returncode, usage.ru_maxrss * 1024, self._settings)

    def _exchange(self, header: bytes, data: bytes, deadline: float) -> bytes:
        outgoing = [memoryview(header), memoryview(data)]
        incoming = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._input, selectors.EVENT_WRITE)
            selector.register(self._output, selectors.EVENT_READ)
            while not self._is_complete(incoming):
                ready = selector.select(max(deadline - time.monotonic(), 0))
                if not ready:
                    raise TooSlow
                for key, _ in ready:
                    if key.fd == self._output:
                        incoming += self._received()
                    elif not self._sent(outgoing):
                        selector.unregister(self._input)
        return bytes(incoming[LENGTH_BYTES:])

    def _is_complete(self, incoming: bytearray) -> bool:
        if len(incoming) < LENGTH_BYTES:
            return False
        length = int.from_bytes(incoming[:LENGTH_BYTES], "big")
        if length > self._answer_limit or len(incoming) > LENGTH_BYTES + length:
            raise AnswerTooLarge(f"{max(length, len(incoming))} bytes")
        return len(incoming) == LENGTH_BYTES + length

    def _received(self) -> bytes:
        chunk = os.read(self._output, CHUNK)
        if not chunk:
            raise Died
        return chunk

    def _sent(self, outgoing: list[memoryview]) -> bool:
        """Write what fits in the pipe; return False when nothing is left, or nobody reads any more."""
        try:
            written = os.write(self._input, outgoing[0][:CHUNK])
        except BrokenPipeError:
            # The end of the child's output, which comes next, tells the rest.
            return False
        outgoing[0] = outgoing[0][written:]
        while outgoing and not outgoing[0]:
            outgoing.pop(0)
        return bool(outgoing)


def _command(settings: Settings) -> list[str]:
    limits = {
        "memory": settings.reader_memory,
        "cpu_seconds": settings.reader_cpu_seconds,
        "max_pages": settings.max_pages,
        "max_text_bytes": settings.max_text_bytes,
    }
    root = str(Path(__file__).resolve().parent.parent)
    return [sys.executable, "-I", "-B", "-c", BOOT, root, json.dumps(limits)]


def _much(number: int, settings: Settings) -> int:
    """Return the peak from which a death by this signal is put down to memory."""
    half = settings.reader_memory // 2
    # A child inherits the peak of the process that started it. An abort tells of memory by itself, a bad address does not.
    return half if number == signal.SIGABRT else max(half, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _cause(code: int, peak: int, settings: Settings) -> tuple[Reason, str]:
    if code == -signal.SIGXCPU:
        return Reason.OUT_OF_TIME, f"{settings.reader_cpu_seconds} s of processor time"
    name = signal.Signals(-code).name if code < 0 else f"exit {code}"
    # Native libraries abort when an allocation fails; the kernel kills when the machine has no memory left.
    if code == -signal.SIGKILL or (-code in _MEMORY_SIGNALS and peak > _much(-code, settings)):
        return Reason.OUT_OF_MEMORY, f"{name} at {peak} bytes"
    return Reason.READER_CRASHED, name
