"""Every setting once, with its default and its help. Each is read from an environment variable ``KB_<NAME>``."""

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from service.errors import SettingInvalid

BUNDLED_MODEL = Path(__file__).parent / "encoding" / "model"
BUNDLED_BRIDGE = Path(__file__).parent / "encoding" / "term_bridge.csv"


def _setting(default: object, text: str, *, minimum: int | None = None) -> Any:
    return field(default=default, metadata={"help": text, "minimum": minimum})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Sizes are in bytes, times in seconds."""

    data: Path = _setting(Path("data"), "Folder of everything that is kept: originals, catalogue, index.")
    database_url: str = _setting("", "SQLAlchemy URL of the catalogue; empty means SQLite in the data folder.")
    qdrant_url: str = _setting("", "Address of a Qdrant server; empty means the embedded index.")
    qdrant_api_key: str = _setting("", "Key of the Qdrant server.")
    qdrant_collection: str = _setting("kunskapsbanken", "Name of the collection on the Qdrant server.")
    qdrant_shards: int = _setting(1, "Number of shards of a new collection on the Qdrant server.", minimum=1)
    qdrant_replicas: int = _setting(1, "Number of copies of each shard on the Qdrant server.", minimum=1)
    model: str = _setting(
        str(BUNDLED_MODEL), "Folder of a sentence-transformers model, or its name on the Hugging Face hub (owner/name)."
    )
    query_prompt: str = _setting("", "What the model wants before a question; empty means what the model says itself.")
    passage_prompt: str = _setting("", "What the model wants before a passage; empty means what the model says itself.")
    term_bridge: Path = _setting(BUNDLED_BRIDGE, "CSV file of terms that mean the same, in Swedish and English.")
    host: str = _setting("127.0.0.1", "Address that the site listens on.")
    port: int = _setting(8000, "Port that the site listens on; 0 takes any free one.", minimum=0)
    allowed_hosts: str = _setting(
        "", "Host names answered to besides those of the machine itself, comma-separated; * means all."
    )
    lang: str = _setting("", "Language of the kb command, sv or en; empty means that of the terminal.")
    readers: int = _setting(2, "Number of child processes that read documents.", minimum=1)
    max_file_bytes: int = _setting(50_000_000, "Largest file that is read.", minimum=1)
    max_pages: int = _setting(2_000, "Most pages in one document.", minimum=1)
    max_text_bytes: int = _setting(50_000_000, "Most text from one document.", minimum=1)
    reader_memory: int = _setting(1_000_000_000, "Memory limit of a reading child process.", minimum=100_000_000)
    reader_cpu_seconds: int = _setting(60, "Processor time limit for reading one document.", minimum=1)
    reader_wall_seconds: int = _setting(90, "Clock time limit for reading one document.", minimum=1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from ``KB_*`` variables.

        Raises:
            SettingInvalid: a value has the wrong shape, or a ``KB_*`` variable names no setting.
        """
        given = {
            name.removeprefix("KB_").lower(): value
            for name, value in (os.environ if environment is None else environment).items()
            if name.startswith("KB_") and not name.startswith("KB_TEST_")
        }
        known = {setting.name: setting for setting in fields(cls)}
        for name in given.keys() - known.keys():
            raise SettingInvalid(setting=f"KB_{name.upper()}", value=given[name], problem="unknown")
        return cls(**{name: _parse(known[name], value) for name, value in given.items()})

    @property
    def catalogue_url(self) -> str:
        """The SQLAlchemy URL of the catalogue."""
        return self.database_url or f"sqlite:///{self.data / 'catalogue.sqlite'}"


def _parse(setting: Field[Any], value: str) -> Any:
    kind, minimum = type(setting.default), setting.metadata["minimum"]
    if issubclass(kind, Path):
        return Path(value)
    if kind is not int:
        return value
    name = f"KB_{setting.name.upper()}"
    try:
        number = int(value)
    except ValueError:
        raise SettingInvalid(setting=name, value=value, problem="not_a_number") from None
    if minimum is not None and number < minimum:
        raise SettingInvalid(setting=name, value=value, problem=f"below_{minimum}")
    return number


def described() -> tuple[tuple[str, str, str], ...]:
    """Return (environment variable, default, help) of every setting, in the order declared."""
    return tuple((f"KB_{s.name.upper()}", str(s.default), s.metadata["help"]) for s in fields(Settings))
