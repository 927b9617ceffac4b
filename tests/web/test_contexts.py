"""A page shows what its context declares: nothing more, nothing less."""

from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from web import contexts
from web.rendering import environment

TEMPLATES = {
    "start.html": contexts.StartPage,
    "search.html": contexts.SearchPage,
    "document.html": contexts.DocumentPage,
    "project.html": contexts.ProjectPage,
    "about.html": contexts.AboutPage,
    "quality.html": contexts.QualityPage,
    "error.html": contexts.ErrorPage,
}
PARTS = {"base.html", "ask.html"}


def used(name: str) -> set[str]:
    """Return the variables of a template and of the parts that it is built from."""
    made = environment("sv")
    assert made.loader is not None
    source, _, _ = made.loader.get_source(made, name)
    tree = made.parse(source)
    found = set(meta.find_undeclared_variables(tree)) - set(made.globals)
    for reference in meta.find_referenced_templates(tree):
        assert reference is not None
        found |= used(reference)
    return found


@pytest.mark.parametrize(("template", "context"), TEMPLATES.items())
def test_declared_is_used_and_used_is_declared(template: str, context: type) -> None:
    assert used(template) == {field.name for field in fields(context)}


def test_every_template_has_a_context() -> None:
    folder = Path(contexts.__file__).parent / "templates"
    assert {path.name for path in folder.iterdir()} == TEMPLATES.keys() | PARTS


def test_nothing_switches_escaping_off() -> None:
    made = environment("sv")
    for name in {*TEMPLATES, *PARTS}:
        assert made.loader is not None
        tree = made.parse(made.loader.get_source(made, name)[0])
        assert "safe" not in {found.name for found in tree.find_all(nodes.Filter)}
