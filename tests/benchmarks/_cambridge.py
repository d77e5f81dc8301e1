"""The sites of a real city for benchmarks: Cambridge's parcels, zones and classified edges.

Read straight from the city's open data, without the database; everything in the city's metric CRS.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from parcels.edges import EdgeTable, Streets, Surroundings, classify_edges
from tests.sample_data import SAMPLE_DATA
from zoning.rules.loading import load_rulebook_file
from zoning.rules.measure import polygons
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Edge, Site, ZoneShare

METRIC_SRID = 26986
# Streets, rail and gaps in the parcel layer, which the import leaves out.
NO_LOT = r"ROAD|RR|XL|-MD|-R|^-"
SQUARE_FOOT_M2 = Decimal("0.09290304")
ROOT = Path(__file__).resolve().parents[2]


def available() -> bool:
    """Whether the city's data are on this machine."""
    return (SAMPLE_DATA / "cambridge_ma" / "cambridge_ma.gpkg").exists()


def rulebook() -> Rulebook:
    """The city's rulebook before the amendment of 2025."""
    return load_rulebook_file(ROOT / "data" / "rulebooks" / "cambridge-before-2025.yaml")


class City:
    """The parcels, their edges, and their shares of the zoning districts of 2020."""

    def __init__(self) -> None:
        parcels = _layer("parcels")
        parcels = parcels[~parcels.ml.fillna("-").str.contains(NO_LOT)]
        keep = [geometry.area > 1 for geometry in map(polygons, parcels.geometry)]
        self.parcels = parcels[keep].reset_index(drop=True)
        self.geometries = np.array([polygons(one) for one in self.parcels.geometry])
        self.zones = _layer("zoning_districts_2020")
        self.streets = _layer("streets")

    def classify(self) -> EdgeTable:
        """The edges of all parcels; the streets come without widths, which are measured."""
        names = self.streets.street_name.fillna("") + " " + self.streets.street_type.fillna("")
        streets = Streets(
            centre_lines=self.streets.geometry.values,
            width_m=np.full(len(self.streets), np.nan),
            names=names.str.strip().tolist(),
        )
        return classify_edges(
            self.geometries,
            surroundings=Surroundings(streets=streets),
            addresses=self.parcels.address.fillna("").tolist(),
        )

    def sites(self, edges: EdgeTable) -> list[Site]:
        """Every parcel as the engine sees it."""
        shares = self._shares()
        kept = np.round(edges.street_width_m, 2)
        drawn: list[list[Edge]] = [[] for _ in self.geometries]
        for row in range(len(edges)):
            width = None if np.isnan(kept[row]) else Decimal(str(kept[row]))
            drawn[edges.parcel[row]].append(
                Edge(
                    edges.line[row],
                    edges.kind[row],
                    street_width_m=width,
                    confidence=round(float(edges.confidence[row]), 4),
                    source=edges.source[row].value,
                )
            )
        registered = self.parcels.land_area_sqft.tolist()
        return [
            Site(
                reference=str(self.parcels.ml[index]),
                geometry=geometry,
                zones=shares[index],
                edges=tuple(drawn[index]),
                registered_area_m2=(
                    Decimal(str(registered[index])) * SQUARE_FOOT_M2
                    if registered[index] and registered[index] > 0
                    else None
                ),
            )
            for index, geometry in enumerate(self.geometries)
        ]

    def _shares(self) -> list[tuple[ZoneShare, ...]]:
        tree = shapely.STRtree(self.zones.geometry.values)
        parcel, zone = tree.query(self.geometries, predicate="intersects")
        common = shapely.area(
            shapely.intersection(self.geometries[parcel], self.zones.geometry.values[zone])
        )
        codes = self.zones.zone_type.tolist()
        areas: list[dict[str, float]] = [{} for _ in self.geometries]
        for index, which, area in zip(parcel, zone, common, strict=True):
            if area > 0:
                areas[index][codes[which]] = areas[index].get(codes[which], 0.0) + float(area)
        whole = shapely.area(self.geometries)
        return [
            tuple(ZoneShare(code, area, area / whole[index]) for code, area in sorted(one.items()))
            for index, one in enumerate(areas)
        ]


def _layer(name: str) -> Any:
    """A layer of the city in its metric CRS, geometry made valid."""
    path = SAMPLE_DATA / "cambridge_ma" / "cambridge_ma.gpkg"
    frame = pyogrio.read_dataframe(path, layer=name)
    transformer = Transformer.from_crs(4326, METRIC_SRID, always_xy=True)

    def metric(xy: Any) -> Any:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    frame["geometry"] = shapely.make_valid(shapely.transform(frame.geometry.values, metric))
    return frame
