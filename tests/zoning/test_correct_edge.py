"""A planner's correction of an edge: locked, kept by the classifier, and given back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from shapely.geometry import box

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.geometry import from_shapely, multipolygon
from gisapp.models import Membership
from gisapp.roles import Role
from parcels.actions.correct_edge import correct_edge
from parcels.models import ParcelEdge
from tests.town import here, make_town
from zoning.actions.classify_edges import classify_edges
from zoning.actions.release_edge import release_edge
from zoning.models import Overlay

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)


@pytest.fixture
def town():
    town = make_town()
    classify_edges(municipality=town.municipality, on=DAY)
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
    classify_edges(municipality=town.municipality, on=DAY)
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
    release_edge(edge=side, actor=None, on=DAY)
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
    answer = client.post(
        page, {"seen": side.stamp, "kind": "rear", "street_width_m": ""}, follow=True
    )
    assert "corrected and locked" in answer.content.decode()
    assert 'aria-label="corrected and locked: planner&#x27;s correction"' in answer.content.decode()
    side.refresh_from_db()
    assert (side.kind, side.locked) == ("rear", True)
    client.post(page, {"seen": side.stamp, "release": "1"})
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_the_page_says_what_is_wrong_and_changes_nothing(client, town, side):
    client.force_login(member(town, Role.PLANNER))
    page = f"/en/parcels/125/7/edges/{side.position}/"
    answer = client.post(
        page, {"seen": side.stamp, "kind": "rear", "street_width_m": "wide"}, follow=True
    )
    assert "not a width" in answer.content.decode()
    side.refresh_from_db()
    assert not side.locked


def test_the_page_offers_and_allows_it_to_nobody_else(client, town, side):
    page = f"/en/parcels/125/7/edges/{side.position}/"
    assert page not in client.get("/en/parcels/125/7/").content.decode()
    assert client.post(page, {"kind": "rear"}).status_code == 302
    client.force_login(member(town, Role.REVIEWER))
    assert client.post(page, {"seen": side.stamp, "kind": "rear"}).status_code == 403
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
    seen = side.stamp
    correct_edge(edge=side, actor=None, kind="party_wall")
    for form in ({"seen": seen, "kind": "rear"}, {"seen": seen, "release": "1"}, {"kind": "rear"}):
        answer = client.post(page, form, follow=True)
        assert "changed meanwhile" in answer.content.decode()
    side.refresh_from_db()
    assert (side.kind, side.locked) == ("party_wall", True)
    ParcelEdge.objects.filter(pk=side.pk).delete()
    with pytest.raises(Conflict):
        correct_edge(edge=side, actor=None, kind="rear")
    assert not ParcelEdge.objects.filter(locked=True).exists()


def test_an_edge_that_is_not_locked_can_not_be_given_back(town, side):
    before = set(town.parcel.edges.values_list("pk", flat=True))
    with pytest.raises(Conflict, match="not locked"):
        release_edge(edge=side, actor=None, on=DAY)
    assert set(town.parcel.edges.values_list("pk", flat=True)) == before


def test_an_edge_given_back_still_faces_the_open_land_that_the_overlays_tell(town):
    Overlay.objects.create(
        municipality=town.municipality,
        kind="open_space",
        name="Park",
        geometry=from_shapely(here(box(-40, 30, 40, 60))),
    )
    classify_edges(municipality=town.municipality, on=DAY)
    park = town.parcel.edges.get(kind="open_space")
    corrected = correct_edge(edge=park, actor=None, kind="rear")
    release_edge(edge=corrected, actor=None, on=DAY)
    assert town.parcel.edges.filter(kind="open_space").count() == 1


def test_an_edge_given_back_by_hand_is_shown_where_it_takes_another_lock_with_it(town, client):
    """A second lock of the parcel whose edge is gone must not vanish unseen."""
    north = max(town.parcel.edges.all(), key=lambda edge: edge.geometry.centroid.y)
    side = town.parcel.edges.get(kind="interior_side")
    locked = [correct_edge(edge=one, actor=None, kind="party_wall") for one in (north, side)]
    town.parcel.geometry = multipolygon(here(box(0, 0, 20, 25)))
    town.parcel.save()
    run = release_edge(edge=locked[1], actor=None, on=DAY)
    assert [edge.pk for edge in run.counts.released] == [north.pk]
    page = client.get("/en/data/").content.decode()
    assert "locked as “party wall” (planner&#x27;s correction), no longer lies" in page
