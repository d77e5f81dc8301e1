"""Saving a rulebook: who may, when, and never with errors in it."""

from __future__ import annotations

from typing import Any

import pytest

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.roles import HOLDERS, Permission, Role
from tests.town import Town, let_the_law_change, make_member
from tests.zoning.rules.lint.conftest import height, written
from zoning.actions.save_rulebook import save_rulebook
from zoning.models import PlanVersion, Rulebook

pytestmark = pytest.mark.django_db

CLEAN = written(height(("[0 m, 8 m)", 9), ("[8 m, inf)", 12)))
GAP = written(height(("[0 m, 2.40 m)", 9), ("[2.44 m, inf)", 12)))
WARNS = written(height(("[1 m, inf)", 9)))


@pytest.fixture
def draft(town: Town) -> PlanVersion:
    return PlanVersion.objects.create(plan=town.version.plan, label="next")


def test_a_rulebook_is_stored_and_replaced_while_its_version_is_a_draft(draft: PlanVersion) -> None:
    saved = save_rulebook(version=draft, text=CLEAN)
    assert (saved.rulebook.slug, saved.rulebook.version) == ("test", draft)
    assert save_rulebook(version=draft, text=WARNS).rulebook.pk == saved.rulebook.pk
    assert Rulebook.objects.get(version=draft).source_text == WARNS


def test_errors_are_refused_with_their_lines_and_nothing_is_stored(draft: PlanVersion) -> None:
    with pytest.raises(BadInput, match=r"line \d+: error: rule-1: No row holds street_width"):
        save_rulebook(version=draft, text=GAP)
    with pytest.raises(BadInput, match=r"line 1: error: version: this field is needed"):
        save_rulebook(version=draft, text="rulebook: town\n")
    assert not Rulebook.objects.filter(version=draft).exists()


def test_warnings_come_back(draft: PlanVersion) -> None:
    codes = [remark.code for remark in save_rulebook(version=draft, text=WARNS).warnings]
    assert "table_ends" in codes
    assert save_rulebook(version=draft, text=WARNS.replace("[1 m", "[0 m")).warnings[0].code == (
        "rules_vanished"
    )


def test_the_version_in_force_before_is_compared(draft: PlanVersion, town: Town) -> None:
    let_the_law_change()
    before = Rulebook.objects.get(version=town.version)
    before.source_text = CLEAN
    before.save()
    tenfold = written(height(("[0 m, 8 m)", 90), ("[8 m, inf)", 120)))
    warnings = save_rulebook(version=draft, text=tenfold).warnings
    assert [remark.code for remark in warnings] == ["tenfold", "tenfold"]


def test_an_earlier_rulebook_that_no_longer_loads_stops_nobody(
    draft: PlanVersion, town: Town
) -> None:
    let_the_law_change()
    Rulebook.objects.filter(version=town.version).update(source_text="rulebook: old\n")
    assert save_rulebook(version=draft, text=CLEAN).warnings == []


def test_legal_force_is_final(town: Town) -> None:
    administrator = make_member(town.municipality, Role.ADMINISTRATOR)
    for actor in (None, administrator):
        with pytest.raises(Conflict, match="legal force"):
            save_rulebook(version=town.version, text=CLEAN, actor=actor)


def test_only_the_system_brings_in_what_is_in_force_already(town: Town) -> None:
    let_the_law_change()
    Rulebook.objects.all().delete()
    administrator = make_member(town.municipality, Role.ADMINISTRATOR)
    with pytest.raises(Conflict):
        save_rulebook(version=town.version, text=CLEAN, actor=administrator)
    assert save_rulebook(version=town.version, text=CLEAN).rulebook.version == town.version


@pytest.mark.parametrize("role", Role)
def test_only_those_who_edit_plans_save(draft: PlanVersion, town: Town, role: Role) -> None:
    arguments: dict[str, Any] = {"version": draft, "text": CLEAN}
    arguments["actor"] = make_member(town.municipality, role)
    if role in HOLDERS[Permission.EDIT_PLANS]:
        assert save_rulebook(**arguments).rulebook.pk
    else:
        with pytest.raises(NotAllowed):
            save_rulebook(**arguments)
