"""Child processes that can be killed at any moment."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

StartChild = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start_child() -> Iterator[StartChild]:
    """Return a function that starts Python code with arguments in a process of its own; its output is a pipe of text."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", code, *map(str, arguments)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
