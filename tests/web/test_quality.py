"""The page about how well search works shows the file of figures, all of it."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from bench.figures import RESULTS
from tests.web.conftest import Ask, Tree, found, links, words

FIGURES = json.loads(files("web").joinpath("quality.json").read_text(encoding="utf-8"))
MEASURES = ("ndcg@10", "recall@10", "mrr")
WAYS = ("dense", "lexical", "fused")


def rows(table: Tree) -> dict[str, list[str]]:
    """Return the cells of each row by the name of its set."""
    named = {str(row.get("data-set")): row for row in found(table, "tr") if row.get("data-set")}
    return {name: [words(cell) for cell in found(row, "td")] for name, row in named.items()}


@pytest.mark.parametrize(("prefix", "point"), [("", ","), ("/en", ".")])
def test_every_set_stands_there_with_every_figure(ask: Ask, prefix: str, point: str) -> None:
    root = ask(f"{prefix}/om/kvalitet")
    tables = found(root, "table")
    assert len(tables) == len(MEASURES)
    for table, measure in zip(tables, MEASURES, strict=True):
        assert rows(table) == {
            name: [f"{ways[way][measure]:.1f}".replace(".", point) for way in WAYS]
            for name, ways in FIGURES["sets"].items()
        }


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_set_has_words_for_what_it_is(ask: Ask, prefix: str) -> None:
    root = ask(f"{prefix}/om/kvalitet")
    heads = [words(found(row, "th")[0]) for row in found(found(root, "table")[0], "tr")[1:]]
    assert len(set(heads)) == len(FIGURES["sets"])
    assert not set(heads) & FIGURES["sets"].keys()
    assert all(words(told) for told in found(root, "dd"))
    assert FIGURES["model"] in words(root)
    assert FIGURES["date"][:4] in words(root)


def test_the_best_figure_of_each_row_stands_out(ask: Ask) -> None:
    for row in found(found(ask("/om/kvalitet"), "table")[0], "tr")[1:]:
        values = {float(words(cell).replace(",", ".")): cell for cell in found(row, "td")}
        assert [value for value, cell in values.items() if found(cell, "strong")] == [max(values)]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_about_the_knowledge_base_leads_there(ask: Ask, prefix: str) -> None:
    assert f"{prefix}/om/kvalitet" in links(ask(f"{prefix}/om"))


def test_the_benchmark_writes_the_file_that_the_page_shows() -> None:
    assert (RESULTS / "quality.json").resolve() == Path(str(files("web"))) / "quality.json"


def test_an_installed_product_carries_the_figures(tmp_path: Path) -> None:
    source = Path(str(files("web"))).parent
    command = [sys.executable, "-c", "from setuptools import setup; setup()", "-q", "build_py", "-d", str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    assert json.loads((tmp_path / "web" / "quality.json").read_text(encoding="utf-8")) == FIGURES
