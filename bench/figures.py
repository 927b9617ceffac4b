"""Figures as a table on the screen and as JSON in ``bench/results``."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``limit`` is the raw limit measured in the same run, ``peer`` what a user would pick instead."""

    measure: str
    value: float
    unit: str
    limit: float | None = None
    peer: str | None = None


def report(name: str, rows: Sequence[Row]) -> None:
    """Print the rows and write ``bench/results/<name>.json``."""
    table = Table(title=name, title_justify="left")
    for heading in ("measure", "value", "unit", "limit", "peer"):
        table.add_column(heading, justify="right" if heading in {"value", "limit"} else "left")
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit:g}"
        table.add_row(row.measure, f"{row.value:g}", row.unit, limit, row.peer or "")
    Console().print(table)
    write_results(name, {"machine": machine(), "rows": [asdict(row) for row in rows]})


def write_results(name: str, values: Mapping[str, object]) -> None:
    """Write ``bench/results/<name>.json``: today's date, then the values."""
    RESULTS.mkdir(exist_ok=True)
    dated = {"date": datetime.now(UTC).date().isoformat(), **values}
    (RESULTS / f"{name}.json").write_text(json.dumps(dated, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def machine() -> str:
    """Return a few words about this machine: processors, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, Python {platform.python_version()}"


def percentile(times: Sequence[float], share: float) -> float:
    """Return a percentile of some times, in milliseconds rounded to two decimals; times are in seconds."""
    ordered = sorted(times)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
