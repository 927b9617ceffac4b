"""Who is reading an index, so that it is closed behind the last one and under nobody."""

import threading
from types import TracebackType


class Readers:
    """Counts who reads. ``with readers:`` around the reading; nobody may come in once somebody waits for all to be gone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._present = 0

    def __enter__(self) -> None:
        with self._changed:
            self._present += 1

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._present -= 1
            self._changed.notify_all()

    def wait_until_gone(self) -> None:
        """Return when nobody reads any more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._present)
