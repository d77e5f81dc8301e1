"""Proposals in JSON: from the API and files, and as applications state them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.utils import translation
from shapely.geometry import box, mapping

from gisapp.crs import to_wgs84
from gisapp.errors import BadInput
from parcels.edges import EdgeKind
from permits.facts import proposal_of
from permits.models import Application
from permits.proposals import ProposalIn, read_proposal
from tests.town import here
from zoning.rules.site import Projection

TOP = here(box(4, 4, 10, 10))
STATED = {
    "open_space_m2": 100,
    "roof_annex_m2": 20.5,
    "building_length_m": 15,
    "building_width_m": 12,
    "height_datum": "kerb",
    "ground_levels_m": {"kerb": -1.25, "mean_grade": 0},
    "basement_depth_m": 0,
    "parapet_m": 1.2,
    "mezzanine_m2": 40,
    "floor_below_m2": 120,
    "roof_m2": 200,
    "smallest_dwelling_m2": 62,
    "trees": 5,
    "access_width_m": 4,
    "uses_by_floor": {"-1": {"parking": 200}, "0": {"retail": 80.5}},
    "projections": [{"edge": "front", "depth_m": 1.2, "clear_height_m": 3, "name": "balcony"}],
    "tiers": [{"above_m": 9, "footprint": mapping(to_wgs84(TOP))}],
}


def from_the_api(stated):
    return ProposalIn.model_validate(json.loads(json.dumps(stated))).proposal()


def from_an_application(stated):
    return proposal_of(Application(declared=json.loads(json.dumps(stated))))


@pytest.fixture(params=[from_the_api, from_an_application])
def read(request):
    return request.param


def test_every_stated_value_reaches_the_engine(read):
    proposal = read(STATED)
    for name in set(STATED) - {"tiers", "projections", "uses_by_floor", "ground_levels_m"}:
        expected = STATED[name]
        if not isinstance(expected, str):
            expected = Decimal(str(expected))
        assert getattr(proposal, name) == expected, name
    assert proposal.ground_levels_m == {"kerb": Decimal("-1.25"), "mean_grade": 0}
    assert proposal.uses_by_floor == {"-1": {"parking": 200}, "0": {"retail": Decimal("80.5")}}
    assert proposal.projections == (
        Projection(EdgeKind.FRONT, Decimal("1.2"), Decimal(3), "balcony"),
    )
    (tier,) = proposal.tiers
    assert tier.above_m == 9
    assert tier.footprint.symmetric_difference(TOP).area < 0.001
    assert proposal.declared == {}


def test_what_is_not_stated_is_not_known(read):
    proposal = read({})
    assert (proposal.projections, proposal.uses_by_floor, proposal.trees) == (None, None, None)
    assert (proposal.tiers, proposal.height_datum) == ((), "mean_grade")
    assert read({"projections": []}).projections == ()


@pytest.mark.parametrize(
    ("stated", "place"),
    [
        ({"parapet_m": -1}, "parapet_m"),
        ({"parapet_m": "high"}, "parapet_m"),
        ({"trees": 2.5}, "trees"),
        ({"tiers": [{"above_m": -1, "footprint": {}}]}, "tiers/0/above_m"),
        ({"tiers": [{"above_m": 1, "footprint": {"type": "Point"}}]}, "tiers/0/footprint"),
        ({"uses_by_floor": {"0": {"retail": -1}}}, "uses_by_floor/0/retail"),
        ({"projections": [{"edge": "sideways", "depth_m": 1}]}, "projections/0/edge"),
        ({"projections": [{"edge": "front"}]}, "projections/0/depth_m"),
        ({"projections": "none"}, "projections"),
        ({"height_datum": "sea"}, "height_datum"),
    ],
)
def test_a_mistake_is_said_where_it_stands(tmp_path, stated, place):
    path = tmp_path / "proposal.json"
    path.write_text(json.dumps(stated), encoding="utf-8")
    for read, root in (
        (lambda: read_proposal(path), "/proposal"),
        (lambda: from_an_application(stated), "/declared"),
    ):
        with translation.override("en"), pytest.raises(BadInput) as caught:
            read()
        assert caught.value.pointer == f"{root}/{place}"


def test_a_floor_has_a_number(tmp_path):
    with pytest.raises(BadInput) as caught:
        from_an_application({"uses_by_floor": {"attic": {"retail": 1}}})
    assert caught.value.pointer.startswith("/declared/uses_by_floor/attic")


def test_a_density_is_stated_to_the_hectare(read):
    stated = {"density": 50}
    proposal = read({"declared": stated} if read is from_the_api else stated)
    assert proposal.declared == {"density": Decimal("0.005")}


def test_only_the_authority_clears():
    with pytest.raises(ValueError, match="cleared"):
        ProposalIn.model_validate({"cleared": ["land_use:office"]})
    cleared = proposal_of(Application(declared={"cleared": ["land_use:office"]})).cleared
    assert cleared == {"land_use:office"}
