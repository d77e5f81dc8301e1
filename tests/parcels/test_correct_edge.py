"""A planner's correction of an edge: locked, kept by the classifier, and given back."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.models import Membership
from gisapp.roles import Role
from parcels.actions.classify_edges import classify_edges
from parcels.actions.correct_edge import correct_edge, release_edge
from parcels.models import ParcelEdge
from tests.town import make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = make_town()
    classify_edges(municipality=town.municipality)
    return town


@pytest.fixture
def side(town):
    """The first interior side of parcel 125/7."""
    return town.parcel.edges.filter(kind="interior_side").order_by("position").first()


def member(town, role):
    user = User.objects.create_user(username=role)
    Membership.objects.create(user=user, municipality=town.municipality, role=role)
    return user


def test_a_planner_corrects_an_edge_and_the_classifier_keeps_it(town, side):
    planner = member(town, Role.PLANNER)
    correct_edge(edge=side, actor=planner, kind="secondary_street", street_width_m=Decimal("8.50"))
    classify_edges(municipality=town.municipality)
    kept = ParcelEdge.objects.get(pk=side.pk)
    assert (kept.kind, kept.source, kept.confidence, kept.locked) == (
        "secondary_street",
        "planner",
        1.0,
        True,
    )
    assert kept.street_width_m == Decimal("8.50")


def test_given_back_it_is_what_the_classifier_says(town, side):
    correct_edge(edge=side, actor=None, kind="rear")
    release_edge(edge=side, actor=None)
    kinds = sorted(town.parcel.edges.values_list("kind", flat=True))
    assert "interior_side" in kinds
    assert not town.parcel.edges.filter(locked=True).exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPLICANT])
def test_others_may_not(town, side, role):
    with pytest.raises(NotAllowed):
        correct_edge(edge=side, actor=member(town, role), kind="rear")
    assert not ParcelEdge.objects.filter(locked=True).exists()


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"kind": "unknown"}, "/kind"),
        ({"kind": "street"}, "/kind"),
        ({"kind": "front", "street_width_m": Decimal(0)}, "/street_width_m"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_changes(side, facts, pointer):
    with pytest.raises(BadInput) as caught:
        correct_edge(edge=side, actor=None, **facts)
    assert caught.value.pointer == pointer
    side.refresh_from_db()
    assert not side.locked


def test_from_the_command_line(town, side):
    out = StringIO()
    number = str(side.position + 1)
    call_command(
        "correct_edge", "--parcel", "125/7", "--edge", number, "--kind", "rear", stdout=out
    )
    assert "125/7" in out.getvalue()
    side.refresh_from_db()
    assert (side.kind, side.locked) == ("rear", True)
    call_command("correct_edge", "--parcel", "125/7", "--edge", number, "--release", stdout=out)
    assert not ParcelEdge.objects.filter(locked=True).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--parcel", "125/7", "--edge", "99", "--kind", "rear"],
        ["--parcel", "9/9", "--edge", "1", "--kind", "rear"],
        ["--parcel", "125/7", "--edge", "1", "--kind", "nonsense"],
        ["--parcel", "125/7", "--edge", "1", "--kind", "rear", "--street-width", "wide"],
    ],
)
def test_the_command_says_what_is_wrong(town, arguments):
    with pytest.raises(CommandError) as caught:
        call_command("correct_edge", *arguments)
    assert caught.value.returncode == 3


def test_a_planner_corrects_it_on_the_parcels_page(client, town, side):
    client.force_login(member(town, Role.PLANNER))
    page = f"/en/parcels/125/7/edges/{side.position}/"
    assert page in client.get("/en/parcels/125/7/").content.decode()
    answer = client.post(page, {"edge": side.pk, "kind": "rear", "street_width_m": ""}, follow=True)
    assert "corrected and locked" in answer.content.decode()
    side.refresh_from_db()
    assert (side.kind, side.locked) == ("rear", True)
    client.post(page, {"edge": side.pk, "release": "1"})
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_the_page_says_what_is_wrong_and_changes_nothing(client, town, side):
    client.force_login(member(town, Role.PLANNER))
    page = f"/en/parcels/125/7/edges/{side.position}/"
    answer = client.post(
        page, {"edge": side.pk, "kind": "rear", "street_width_m": "wide"}, follow=True
    )
    assert "not a width" in answer.content.decode()
    side.refresh_from_db()
    assert not side.locked


def test_the_page_offers_and_allows_it_to_nobody_else(client, town, side):
    page = f"/en/parcels/125/7/edges/{side.position}/"
    assert page not in client.get("/en/parcels/125/7/").content.decode()
    assert client.post(page, {"kind": "rear"}).status_code == 302
    client.force_login(member(town, Role.REVIEWER))
    assert client.post(page, {"edge": side.pk, "kind": "rear"}).status_code == 403
    side.refresh_from_db()
    assert not side.locked


def test_an_edge_off_the_streets_has_no_street(town):
    front = town.parcel.edges.get(kind="front")
    assert front.street_width_m is not None
    corrected = correct_edge(edge=front, actor=None, kind="interior_side")
    assert (corrected.street, corrected.street_width_m) == (None, None)


def test_an_edge_that_has_changed_meanwhile_is_left_alone(client, town, side):
    client.force_login(member(town, Role.PLANNER))
    page = f"/en/parcels/125/7/edges/{side.position}/"
    answer = client.post(page, {"edge": side.pk + 1000, "kind": "rear"}, follow=True)
    assert "changed meanwhile" in answer.content.decode()
    ParcelEdge.objects.filter(pk=side.pk).delete()
    with pytest.raises(Conflict):
        correct_edge(edge=side, actor=None, kind="rear")
    assert not ParcelEdge.objects.filter(locked=True).exists()
