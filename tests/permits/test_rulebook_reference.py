"""The reference of the rulebook format is made from the engine, and is up to date."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from parcels.edges import EdgeKind
from permits.management.commands import write_rulebook_reference as command
from permits.rulebook_reference import TEMPLATE, reference
from zoning.rules.catalogue import KINDS
from zoning.rules.document import Document, Rule
from zoning.rules.expressions import FUNCTIONS
from zoning.rules.findings import Outcome, Reason
from zoning.rules.quantities import UNITS
from zoning.rules.variables import VARIABLES


def test_what_is_committed_is_what_the_engine_says() -> None:
    stale = [path.name for path, text in command.pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run bin/manage write_rulebook_reference"


def in_the_table(heading: str) -> set[str]:
    """The codes in the first column of the table under a heading."""
    section = re.split(rf"\n## {heading}\n", reference())[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("The file", {field.alias or name for name, field in Document.model_fields.items()}),
        ("A rule", {field.alias or name for name, field in Rule.model_fields.items()}),
        ("Kinds", set(KINDS)),
        ("Units", set(UNITS)),
        ("Variables", {*VARIABLES, "<use>_floor_area"}),
        ("Functions", {*FUNCTIONS, "if"}),
        ("Classes of edges", set(EdgeKind)),
        ("Outcomes", set(Outcome)),
        ("Reasons", set(Reason) - {""}),
    ],
)
def test_every_table_has_what_there_is(heading: str, codes: set[str]) -> None:
    assert in_the_table(heading) == codes


def test_kinds_say_what_they_take() -> None:
    page = reference()
    assert "| a length | `min`, `max`, `exact` |" in page, "setbacks"
    assert re.search(r"`coverage` \| Site coverage: .* \| a plain number \| `min`, `max` \|", page)
    assert re.search(r"`land_use` \| .* \| – \| – \|", page)


def test_every_function_is_explained() -> None:
    section = TEMPLATE.read_text("utf-8").split("## Functions")[1].split("\n## ")[0]
    assert [name for name in FUNCTIONS if f"`{name}" not in section] == []


def test_links_within_the_page_lead_to_headings() -> None:
    page = reference()
    headings = {
        head.lower().replace(" ", "-") for head in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    }
    targets = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert targets
    assert targets <= headings


def test_a_stale_file_is_told_and_then_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rulebook.md"
    path.write_text("old")
    monkeypatch.setattr(command, "pages", lambda: {path: "new"})
    err, out = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("write_rulebook_reference", check=True, stderr=err)
    assert ended.value.code == 1
    assert "rulebook.md is out of date" in err.getvalue()
    call_command("write_rulebook_reference", stdout=out)
    assert path.read_text() == "new"
    with pytest.raises(SystemExit) as ended:
        call_command("write_rulebook_reference", check=True)
    assert ended.value.code == 0
