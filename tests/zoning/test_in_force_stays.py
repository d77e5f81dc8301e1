"""The zones and the rulebook of a version with legal force never change, on any path."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError

from tests.town import Town
from zoning.models import PlanVersion, Rulebook, Zone

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Any] = {
    "the text of the rulebook": lambda: Rulebook.objects.update(source_text="rulebook: other\n"),
    "a zone's name": lambda: Zone.objects.update(label="moved"),
    "a zone less": lambda: Zone.objects.first().delete(),  # type: ignore[union-attr]
    "no rulebook": lambda: Rulebook.objects.all().delete(),
}


def at_the_end_of_the_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses_to_change_what_is_in_force(town: Town, change: Any) -> None:
    change()
    with pytest.raises(InternalError, match="never changes"), transaction.atomic():
        at_the_end_of_the_transaction()
    transaction.set_rollback(True)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_draft_is_worked_on(town: Town, change: Any) -> None:
    draft = PlanVersion.objects.create(plan=town.version.plan, label="draft")
    for one in Zone.objects.all():
        Zone.objects.create(version=draft, district=one.district, geometry=one.geometry)
    Rulebook.objects.create(version=draft, slug="draft", source_text="rulebook: draft\n")
    town.version.delete()
    change()
    at_the_end_of_the_transaction()


def test_what_stays_as_it_is_may_be_saved_again(town: Town) -> None:
    town.version.rulebook.save()
    Zone.objects.update(label=Zone.objects.values_list("label", flat=True)[0])
    at_the_end_of_the_transaction()


def test_a_version_that_is_removed_takes_its_parts_with_it(town: Town) -> None:
    town.version.delete()
    at_the_end_of_the_transaction()
    assert not Zone.objects.exists()
