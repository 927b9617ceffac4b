"""Running ``kb`` as a user does, and watching what it costs."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KB = (sys.executable, "-m", "kb")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a finished process cost: seconds on the clock, most memory in megabytes, exit code."""

    seconds: float
    megabytes: float
    code: int


def environment(data: Path) -> dict[str, str]:
    """Return an environment in which ``kb`` uses this data folder and any free port."""
    return os.environ | {"KB_DATA": str(data), "KB_PORT": "0"}


def cost_of(data: Path, *arguments: str) -> Cost:
    """Run ``kb`` to its end; return what it cost."""
    began = time.monotonic()
    process = subprocess.Popen([*KB, *arguments], env=environment(data), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.monotonic() - began, usage.ru_maxrss / 1024, process.returncode)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, seconds until it was ready, and its process."""

    address: str
    seconds: float
    pid: int

    @property
    def megabytes(self) -> float:
        """Memory in use now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Run ``kb serve`` until the block ends."""
    began = time.monotonic()
    process = subprocess.Popen([*KB, "serve"], env=environment(data), stdout=subprocess.DEVNULL)
    try:
        address = _ready_address(data, process)
        yield Server(address, time.monotonic() - began, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _ready_address(data: Path, process: "subprocess.Popen[bytes]") -> str:
    note = data / "server.json"
    while process.poll() is None:
        try:
            found = json.loads(note.read_text(encoding="utf-8"))
            if found["pid"] == process.pid:
                with urllib.request.urlopen(f"{found['address']}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return str(found["address"])
        except (OSError, ValueError):
            pass
        time.sleep(0.02)
    raise SystemExit(f"kb serve ended with code {process.returncode}")
