"""Where the index stands: which generation is current, what it was built with, and the notes left for its owner.

Embedded, a generation is a folder::

    index/CURRENT            name of the current generation
    index/<generation>/      one Qdrant Edge folder, with built.json beside its data
    index/removals/<id>      a document whose points must go
    index/rebuild            somebody asked for a rebuild, with these settings

On a Qdrant server a generation is a collection ``<name>-<generation>``; CURRENT and built.json stay in the data folder.
A collection alias would be a second truth beside them, and backups of a Qdrant server do not hold aliases.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from service.errors import IndexMismatch, IndexUnavailable
from service.settings import Settings
from service.storage.index.interface import VectorIndex


@dataclass(frozen=True, slots=True)
class Built:
    """What an index is built with. Vectors of two models in one index would be silent nonsense.

    ``model`` is of its weights, tokenizer and prompts, ``tokenizer`` of the tokenizer alone, ``terms`` and ``splitter`` are
    versions. ``name`` is what the setting said, for people: a model may be moved or renamed.
    """

    model: str
    width: int
    terms: str
    tokenizer: str = ""
    splitter: str = ""
    name: str = field(default="", compare=False)


class IndexShelf:
    """The generations of the index in one data folder.

    Only the process that owns the index calls open, begin, swap and clear_away.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.data / "index"

    def open(self, wanted: Built) -> VectorIndex:
        """Open the current generation, or make the first one.

        Raises:
            IndexMismatch: it was built with another model, other terms or another splitter.
            IndexUnavailable, InUse
        """
        current = self.current()
        if current is None:
            fresh = self.begin(wanted)
            self.swap()
            return fresh
        _refuse_mismatch(str(self._folder), self._read_built(current), wanted)
        return self._open_generation(current, wanted.width)

    def begin(self, built: Built) -> VectorIndex:
        """Start an empty generation beside the current one, clearing away what a killed rebuild left."""
        self.clear_away()
        self._begun = datetime.now(UTC).strftime("g%Y%m%d%H%M%S%f")
        folder = self._folder / self._begun
        folder.mkdir(parents=True)
        _write(folder / "built.json", json.dumps(asdict(built)))
        return self._open_generation(self._begun, built.width)

    def swap(self) -> None:
        """Make the generation that was begun the current one. The old one still answers who has it open."""
        _write(self._folder / "CURRENT", self._begun)

    def clear_away(self) -> None:
        """Delete every generation but the current one. Nobody may have them open any more."""
        current = self.current()
        for generation in self._generations():
            if generation != current:
                self._destroy(generation)

    def note_removal(self, document_id: str) -> None:
        """Leave a note that the points of a document must go."""
        notes = self._folder / "removals"
        notes.mkdir(parents=True, exist_ok=True)
        (notes / document_id).touch()

    def noted_removals(self) -> list[str]:
        """Return the documents whose points must go."""
        with suppress(FileNotFoundError):
            return sorted(note.name for note in (self._folder / "removals").iterdir())
        return []

    def forget_removals(self, document_ids: Iterable[str]) -> None:
        """Their points are gone."""
        for document_id in document_ids:
            (self._folder / "removals" / document_id).unlink(missing_ok=True)

    def request_rebuild(self, choice: Mapping[str, str]) -> None:
        """Leave a note that the index must be built anew, with the settings that say how."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._folder / "rebuild", json.dumps(dict(choice)))

    def rebuild_requested(self) -> dict[str, str] | None:
        """Return the settings of such a note; None when there is none."""
        with suppress(FileNotFoundError):
            choice: dict[str, str] = json.loads((self._folder / "rebuild").read_text(encoding="utf-8") or "{}")
            return choice
        return None

    def rebuild_finished(self) -> None:
        """Take the note away."""
        (self._folder / "rebuild").unlink(missing_ok=True)

    def current(self) -> str | None:
        """Return the name of the current generation; None before the first."""
        with suppress(FileNotFoundError):
            return (self._folder / "CURRENT").read_text(encoding="utf-8").strip()
        return None

    def _generations(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return [entry.name for entry in self._folder.iterdir() if entry.is_dir() and entry.name.startswith("g")]

    def _read_built(self, generation: str) -> Built:
        try:
            values = json.loads((self._folder / generation / "built.json").read_text(encoding="utf-8"))
            return Built(**values)
        except (OSError, ValueError, TypeError):
            raise IndexUnavailable(where=str(self._folder / generation), problem="damaged") from None

    def _open_generation(self, generation: str, width: int) -> VectorIndex:
        if self._settings.qdrant_url:
            from service.storage.index.server import ServerIndex

            return ServerIndex.connect(self._settings, f"{self._settings.qdrant_collection}-{generation}", width)
        from service.storage.index.embedded import EmbeddedIndex

        return EmbeddedIndex.open(self._folder / generation / "points", width)

    def _destroy(self, generation: str) -> None:
        if self._settings.qdrant_url:
            from service.storage.index.server import ServerIndex

            ServerIndex.drop(self._settings, f"{self._settings.qdrant_collection}-{generation}")
        shutil.rmtree(self._folder / generation, ignore_errors=True)


def _refuse_mismatch(where: str, built: Built, wanted: Built) -> None:
    if built == wanted:
        return
    compared = [part.name for part in fields(Built) if part.compare]
    other = [name for name in compared if getattr(built, name) != getattr(wanted, name)]
    raise IndexMismatch(
        where=where,
        problem=f"another_{other[0]}",
        built_with=", ".join(str(getattr(built, name)) for name in other),
        wanted=", ".join(str(getattr(wanted, name)) for name in other),
    )


def _write(path: Path, text: str) -> None:
    """Write a small file so that after a crash the old one or the new one is there, whole."""
    fresh = path.with_name(f"{path.name}.tmp")
    with fresh.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
