"""Edges of the real parcels of Cambridge: shares that a person checked on drawings.

The streets of this city come without widths, so each is measured across the gap it runs in.
"""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from parcels.edges import CONFIDENCE_LIMIT, EdgeKind, Streets, Surroundings, classify_edges
from tests.sample_data import sample

# Streets, rail and gaps in the parcel layer, which the import leaves out.
NO_LOT = r"ROAD|RR|XL|-MD|-R|^-"


def read(layer):
    """A layer of the city in its metric CRS, geometry made valid."""
    path = sample("cambridge_ma", "cambridge_ma.gpkg")
    frame = pyogrio.read_dataframe(path, layer=layer)
    transformer = Transformer.from_crs(4326, 26986, always_xy=True)

    def metric(xy):
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    frame["geometry"] = shapely.make_valid(shapely.transform(frame.geometry.values, metric))
    return frame


@pytest.fixture(scope="module")
def classified():
    parcels, streets = read("parcels"), read("streets")
    parcels = parcels[~parcels.ml.fillna("-").str.contains(NO_LOT)]
    parcels = parcels[parcels.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    names = (streets.street_name.fillna("") + " " + streets.street_type.fillna("")).str.strip()
    table = classify_edges(
        parcels.geometry.values,
        surroundings=Surroundings(
            streets=Streets(
                centre_lines=streets.geometry.values,
                width_m=np.full(len(streets), np.nan),
                names=names.tolist(),
            )
        ),
        addresses=parcels.address.fillna("").tolist(),
    )
    return parcels.reset_index(drop=True), names.tolist(), table


def test_the_edges_of_every_parcel_make_up_its_boundary(classified):
    parcels, _, table = classified
    length = np.bincount(table.parcel, shapely.length(table.line), len(parcels))
    boundary = shapely.length(parcels.geometry.values)
    # Slivers thinner than 5 mm have no edges; the layer has two.
    assert np.count_nonzero(np.abs(length - boundary) > 0.01) <= 2


def test_most_parcels_have_one_front_that_may_decide(classified):
    parcels, _, table = classified
    sure = (table.kind == EdgeKind.FRONT) & (table.confidence >= CONFIDENCE_LIMIT)
    share = len(np.unique(table.parcel[sure])) / len(parcels)
    # About 4 % are land behind other parcels, as the drawings show.
    assert 0.90 < share < 0.97


def test_most_lots_are_four_sided(classified):
    parcels, _, table = classified
    assert np.median(np.bincount(table.parcel, minlength=len(parcels))) == 4


def test_the_front_faces_the_street_of_the_address_where_the_parcel_touches_it(classified):
    parcels, names, table = classified
    agree, differ = 0, []
    for parcel in range(len(parcels)):
        address = " ".join(str(parcels.address[parcel]).upper().split()[1:])
        faced = [
            (names[e.street].upper(), e.kind) for e in table.of_parcel(parcel) if e.street >= 0
        ]
        if address not in {name for name, _ in faced}:
            continue
        fronts = {name for name, kind in faced if kind == EdgeKind.FRONT}
        agree += address in fronts
        if address not in fronts:
            differ.append(address)
    assert agree > 9000
    # One touches its address street with 1.4 m.
    assert len(differ) <= 1


def test_the_measured_widths_are_those_of_city_streets(classified):
    _, _, table = classified
    width = table.street_width_m[table.kind == EdgeKind.FRONT]
    low, middle, high = np.nanpercentile(width, [5, 50, 95])
    assert 5 < low < middle < high < 45
    assert 10 < middle < 16
