"""Rows of the published table of appeal applications, as readings. No database, no geometry."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from permits.appeals.dimensions import DIMENSIONS, Dimension
from permits.appeals.parser import read
from permits.appeals.readings import Form, Quantity, Reading

# Four yards may well share a number; a fifth dimension with the same one is another quantity.
PLACEHOLDER_REPEATS = 5
FILE_NAME = "zoning_appeal_applications.csv"


@dataclass(frozen=True)
class Statement:
    """What one application says about one dimension.

    `requested` is already what is meant: "no change" has become the existing value. Values are in
    the canonical unit of the dimension (see `Quantity`).
    """

    dimension: Dimension
    existing: Reading
    requested: Reading
    ordinance: Reading
    requested_as_existing: bool = False


@dataclass(frozen=True)
class Appeal:
    """One application. Lengths in feet, areas in square feet, as on the form; WGS84 degrees."""

    number: str
    date: date
    address: str
    lon: float | None
    lat: float | None
    map_lot: str
    stated_zone: str
    stated_zone_text: str
    statements: Mapping[str, Statement]
    lot_area_ft2: Decimal | None
    lot_depth_ft: Decimal | None
    building_length_ft: Decimal | None
    building_width_ft: Decimal | None
    dwelling_units: Decimal | None

    @property
    def is_placeholder(self) -> bool:
        """Whether one number stands in for most limits of different things: a form not filled in.

        No ordinance asks the same number of square feet, feet, spaces and ratio.
        """
        stated = Counter(
            one.ordinance.single
            for one in self.statements.values()
            if one.ordinance.single and one.dimension.quantity is not Quantity.SHARE
        )
        return bool(stated) and stated.most_common(1)[0][1] >= PLACEHOLDER_REPEATS


def read_appeals(path: Path) -> Iterator[Appeal]:
    """Read the table at `path`, in file order.

    Raises `FileNotFoundError` where it is missing, and `KeyError` naming the first column that a
    table of another shape lacks.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield appeal_from_row(row)


def appeal_from_row(row: Mapping[str, str]) -> Appeal:
    """One row of the table as an `Appeal`; free text is read here and nowhere else."""
    return Appeal(
        number=row["application_number"],
        date=datetime.strptime(row["application_date"], "%m/%d/%Y").date(),
        address=row["address"],
        lon=_float(row["lon"]),
        lat=_float(row["lat"]),
        map_lot=row["ml_nearest"],
        stated_zone=row["zone_code"],
        stated_zone_text=row["zoning_district"],
        statements={d.key: _statement(row, d) for d in DIMENSIONS},
        lot_area_ft2=_meant(row, "requested_lot_area", "exisiting_lot_area", Quantity.AREA),
        lot_depth_ft=_meant(
            row, "requested_size_of_lot_depth", "existing_size_of_lot_depth", Quantity.LENGTH
        ),
        building_length_ft=_meant(
            row,
            "requested_size_of_building_length",
            "existing_size_of_building_length",
            Quantity.LENGTH,
        ),
        building_width_ft=_meant(
            row,
            "requested_size_of_building_width",
            "existing_size_of_building_width",
            Quantity.LENGTH,
        ),
        dwelling_units=_dwellings(row),
    )


def _statement(row: Mapping[str, str], dimension: Dimension) -> Statement:
    existing = read(row[dimension.existing], dimension.quantity)
    requested = read(row[dimension.requested], dimension.quantity)
    return Statement(
        dimension=dimension,
        existing=existing,
        requested=existing if requested.form is Form.UNCHANGED else requested,
        ordinance=read(row[dimension.ordinance], dimension.quantity),
        requested_as_existing=requested.form is Form.UNCHANGED,
    )


def _meant(
    row: Mapping[str, str], requested: str, existing: str, quantity: Quantity
) -> Decimal | None:
    """The requested value, or the existing one where nothing changes or nothing is said."""
    for reading in (read(row[requested], quantity), read(row[existing], quantity)):
        # Zero is how the online form stores an empty field; no lot and no building measures 0.
        if reading.single:
            return reading.single
    return None


def _dwellings(row: Mapping[str, str]) -> Decimal | None:
    """How many dwellings are meant; a field that does not apply means a building without any."""
    for column in ("requested_no_of_dwelling_units", "existing_no_of_dwelling_units"):
        reading = read(row[column], Quantity.COUNT)
        if reading.single is not None:
            return reading.single
        if reading.form in (Form.NOT_APPLICABLE, Form.NONE):
            return Decimal(0)
    return None


def _float(text: str) -> float | None:
    return float(text) if text else None
