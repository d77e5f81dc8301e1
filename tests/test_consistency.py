"""The project checks itself: codes have words, kinds have documentation, tables are sound."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from parcels.edges import EdgeKind, EdgeSource
from parcels.models import ParcelEdge
from permits import room, wording
from permits.actions import evaluate_application
from permits.city.judging import NoVerdict
from permits.workflow import STEPS, TRANSITIONS, Status
from zoning.rules import catalogue
from zoning.rules.capacity import COVERAGE, FLOOR_AREA_RATIO, SETBACK
from zoning.rules.document import LEVELS, Rule
from zoning.rules.findings import OUTCOME_ORDER, Outcome, Reason
from zoning.rules.limits import ROUNDINGS
from zoning.rules.quantities import UNITS
from zoning.rules.remedies import REMEDIES
from zoning.rules.variables import FROM_RASTERS, VARIABLES
from zoning.workflow import VERSION_TRANSITIONS, VersionStatus

ROOT = Path(__file__).resolve().parents[1]
APPS = ("gisapp", "parcels", "zoning", "permits", "tiles")
ENGINE = ROOT / "zoning" / "rules"


def sources(*folders: Path) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def first_words(function: str) -> set[str]:
    """Every text that the engine passes as first argument to a function, also by a choice."""
    return {
        found.value
        for _, tree in sources(ENGINE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function and node.args
        for found in texts_of(node.args[0])
        if isinstance(found.value, str)
    }


def texts_of(node: ast.expr) -> list[ast.Constant]:
    """The constants that an argument may be; none where it is computed."""
    if isinstance(node, ast.IfExp):
        return [*texts_of(node.body), *texts_of(node.orelse)]
    return [node] if isinstance(node, ast.Constant) else []


# --- words for codes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (wording.KINDS, catalogue.KINDS),
        (wording.OUTCOMES, Outcome),
        (wording.REASONS, Reason),
        (wording.EDGES, EdgeKind),
        (wording.UNITS, UNITS),
        (wording.LEVELS, LEVELS),
        (wording.ROUNDINGS, ROUNDINGS),
        (wording.STEPS, first_words("Step")),
        (wording.NO_VERDICTS, NoVerdict),
        (wording.SITE_PROBLEMS, first_words("SiteError")),
    ],
    ids=[
        "kinds",
        "outcomes",
        "reasons",
        "edges",
        "units",
        "levels",
        "roundings",
        "steps",
        "no verdicts",
        "site problems",
    ],
)
def test_every_code_of_the_engine_has_words_and_no_word_lacks_its_code(
    words: Iterable[str], codes: Iterable[str]
) -> None:
    assert set(words) == {str(code) for code in codes}


def test_every_way_to_combine_has_words() -> None:
    combine = Rule.model_json_schema()["properties"]["combine"]["enum"]
    assert set(wording.COMBINATIONS) == set(combine) - {"replace"}


def test_every_variable_and_every_input_has_words() -> None:
    assert set(VARIABLES) | first_words("Input") <= set(wording.INPUTS)


def test_every_change_that_is_proposed_has_words() -> None:
    variables = {
        node.value
        for name, tree in sources(ENGINE)
        if name.name == "remedies.py"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_to", "_share")
        for node in call.args[:1]
        if isinstance(node, ast.Constant)
    }
    assert variables
    assert variables <= set(wording.INPUTS)
    assert set(room.TERMS) == {FLOOR_AREA_RATIO, COVERAGE, SETBACK}
    assert set(REMEDIES) <= set(catalogue.KINDS)


def test_every_source_of_an_input_has_words() -> None:
    texts = {
        node.value
        for path in (ENGINE / "case.py", ENGINE / "provided.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {"registered_area", "surveyed_area", "parcel_polygon", "overlay", "street_plan"}
    named |= {"zoning_plan", "parcel_edges", "application", "drawing"}
    assert named <= texts, "the engine names its sources otherwise now"
    named |= set(FROM_RASTERS.values())
    assert named | set(EdgeSource) | set(ParcelEdge.Source.values) | {""} == set(wording.SOURCES)


def test_every_refusal_of_a_site_has_a_sentence() -> None:
    text = Path(evaluate_application.__file__).read_text(encoding="utf-8")
    codes = first_words("SiteError")
    assert codes
    assert {code for code in codes if f'"{code}"' not in text} == set()


def test_every_step_can_be_said_with_the_facts_it_carries() -> None:
    """A placeholder without a fact would fail only when somebody reads that trace."""
    for path, tree in sources(ENGINE):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Step"):
                continue
            what, *rest = node.args
            if not isinstance(what, ast.Constant) or not rest or not isinstance(rest[0], ast.Dict):
                continue
            keys = {key.value for key in rest[0].keys if isinstance(key, ast.Constant)}
            spread = any(key is None for key in rest[0].keys)
            needed = set(re.findall(r"%\((\w+)\)s", str(wording.STEPS[what.value])))
            assert spread or needed <= keys, f"{path.name}: {what.value}"


def test_the_models_know_the_same_edges_as_the_classifier() -> None:
    assert set(ParcelEdge.Kind.values) == set(EdgeKind)


def test_the_models_can_hold_every_source_of_the_classifier() -> None:
    assert set(EdgeSource) <= set(ParcelEdge.Source.values)


def test_every_outcome_has_its_place_in_the_order() -> None:
    assert sorted(OUTCOME_ORDER) == sorted(Outcome)


# --- the catalogue ----------------------------------------------------------------------------


def test_every_file_of_the_catalogue_is_a_registered_kind() -> None:
    names = {
        module.name for module in pkgutil.iter_modules(catalogue.__path__) if module.name != "base"
    }
    assert names == set(catalogue.KINDS)
    for name in names:
        module = importlib.import_module(f"zoning.rules.catalogue.{name}")
        assert module.KIND is catalogue.KINDS[name]
        assert "ndecided" in module.__doc__, f"{name} does not say when it is undecided"


def test_every_kind_has_its_tests() -> None:
    for name in catalogue.KINDS:
        assert (ROOT / "tests/zoning/rules/catalogue" / f"test_{name}.py").exists()


# --- migrations -------------------------------------------------------------------------------


def test_migrations_are_named_for_what_they_do() -> None:
    names = [path.stem for app in APPS for path in (ROOT / app).glob("migrations/0*.py")]
    assert names
    assert [name for name in names if "_auto_" in name or name.endswith("_initial")] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    ours = [app.label for app in apps.get_app_configs() if app.label in APPS]
    call_command("makemigrations", *ours, check=True, dry_run=True, verbosity=0)


# --- one place for coordinate systems ---------------------------------------------------------

_SRID = re.compile(r"(?i)epsg\W{0,3}\d{4,6}|srid\s*[=:]\s*\d{4,6}|\b(?:4326|3857|900913)\b")


def test_only_one_module_names_epsg_codes() -> None:
    """City profiles name their own; code takes them from there or from gisapp.crs."""
    named = {
        path.relative_to(ROOT).as_posix()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if _SRID.search(path.read_text(encoding="utf-8"))
    }
    assert named <= {"gisapp/crs.py"}


# --- workflows --------------------------------------------------------------------------------


def reachable(start: str, moves: Iterable[tuple[str, str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for source, target in moves:
            if source == here and target not in found:
                found.add(target)
                waiting.append(target)
    return found


@pytest.mark.parametrize(
    ("start", "moves", "states"),
    [
        (Status.DRAFT, TRANSITIONS, Status.values),
        (VersionStatus.DRAFT, VERSION_TRANSITIONS, VersionStatus.values),
    ],
    ids=["applications", "plan versions"],
)
def test_every_state_can_be_reached_from_a_draft(start, moves, states) -> None:
    assert reachable(start, moves) == set(states)
    assert {state for move in moves for state in move} <= set(states)
    assert all(source != target for source, target in moves)


def test_every_action_has_one_meaning() -> None:
    actions = [step.action for step in STEPS]
    assert len(actions) == len(set(actions))
    moves = [(source, step.target) for step in STEPS for source in step.sources]
    assert len(moves) == len(set(moves)), "two actions lead from one state to the same other"


def test_nothing_private_is_in_the_public_register() -> None:
    public = set(Status.public())
    before = {"draft", "submitted", "under_validation", "incomplete", "returned", "withdrawn"}
    assert public == set(Status.values) - before
    # Once public, a file never becomes private again, but for a withdrawal.
    left = {target for source, target in TRANSITIONS if source in public and target not in public}
    assert left <= {"withdrawn"}


def test_plan_versions_are_public_from_display_on() -> None:
    public = set(VersionStatus.public())
    assert set(VersionStatus.legal()) < public
    assert {"draft", "internal_review"}.isdisjoint(public)
    changing = {source for source, _ in VERSION_TRANSITIONS}
    assert {"superseded", "repealed"}.isdisjoint(changing), "the end of a plan is final"


def test_every_environment_variable_is_documented() -> None:
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "gisapp/settings.py").read_text()))
    documented = (ROOT / "docs/reference/settings.md").read_text()
    assert {"SECRET_KEY", "DATABASE_URL"} <= read
    assert {name for name in read if f"`{name}`" not in documented} == set()


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith("http")
    ]
    assert links
    broken = [
        f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()
    ]
    assert broken == []
