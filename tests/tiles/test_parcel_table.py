"""A list of numbers in, a table out: by API, page and command."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gisapp.geometry import to_shapely
from gisapp.models import Municipality
from parcels.models import Parcel, StreetSegment
from tests.tiles.town import MapTown, box
from tests.town import make_parcel
from zoning.extract import extract_of
from zoning.extract_many import briefs_of
from zoning.overlaps import Land

pytestmark = pytest.mark.usefixtures("shared_town")

TABLE = "/api/v1/parcels/table"
ON = date(2026, 1, 1)


def ask(client: Client, body: str | bytes, query: str = "", kind: str = "text/csv") -> Any:
    return client.post(f"{TABLE}{query}", body, content_type=kind)


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize(
    "body",
    [
        "125/7\n125/8\n",
        "125/7\r\n125/8",
        "parcel\n125/7\n125/8\n",
        "رقم القطعة\n١٢٥/٧\n١٢٥-٨\n",
        "\ufeffreference;\n125/7;\n125/8;\n",
        '"125/7"\n\n"125 8"\n',
        "Numéro de parcelle\t\n125/7\t\n125.8\t\n",
    ],
)
def test_lists_are_read_as_people_save_them(town: MapTown, client: Client, body: str) -> None:
    found = rows(ask(client, body))
    assert [row["reference"] for row in found] == ["125/7", "125/8"]
    assert {row["result"] for row in found} == {"found"}


def test_every_row_has_its_answer_or_its_reason(town: MapTown, client: Client) -> None:
    other = Municipality.objects.create(slug="other", name_en="Other")
    make_parcel(other, StreetSegment.objects.first(), number="8", west=500)
    found = rows(ask(client, "125/7\n125/99\n125/8\n?!\n"))
    assert [row["result"] for row in found] == ["found", "unknown", "ambiguous", "unreadable"]
    assert [row["line"] for row in found] == ["1", "2", "3", "4"]
    assert "town" in found[2]["reason"]
    assert "other" in found[2]["reason"]
    named = rows(ask(client, "125/8\n", "?municipality=town"))
    assert named[0]["result"] == "found"


def test_the_figures_are_those_of_the_extract(town: MapTown, client: Client) -> None:
    split = Parcel.objects.create(
        municipality=town.municipality, block="127", number="1", geometry=box(5, 31, 20, 10)
    )
    parcels = [town.parcel, town.other.parcels.get(), split]
    lands = {one.pk: Land(to_shapely(one.geometry), one.registered_area_m2) for one in parcels}
    briefs = briefs_of(lands, municipality=town.municipality.pk, on=ON)
    for parcel in parcels:
        extract = extract_of(parcel, on=ON).in_force
        brief = briefs[parcel.pk]
        (plan,) = extract.plans
        assert list(brief.districts) == [one.district.code for one in plan.districts]
        for one in plan.districts:
            assert brief.districts[one.district.code].area_m2 == pytest.approx(one.share.area_m2)
        said = [touch.overlay for theme in extract.concerned for touch in theme.touches]
        assert [overlay for overlay, _ in brief.overlays] == said
    (row,) = rows(ask(client, "127/1\n", "?on=2026-01-01"))
    assert row["districts"] == "R1 75.0 %; R2 25.0 %"
    assert row["overlays"] == "heritage: Old town 65.0 %"


def test_the_plan_is_that_of_the_day(town: MapTown, client: Client) -> None:
    assert rows(ask(client, "125/7\n", "?on=2020-01-01"))[0]["districts"] == ""


def test_the_same_rows_as_json(town: MapTown, client: Client) -> None:
    body = ask(client, "125/7\n", "?f=json&on=2026-01-01").json()
    assert body["on"] == "2026-01-01"
    assert body["rows"][0]["registered_area_m2"] == 600


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM(A1)", '=HYPERLINK("x")'])
def test_formulas_are_defused(town: MapTown, client: Client, text: str) -> None:
    Parcel.objects.filter(pk=town.parcel.pk).update(address=text)
    found = rows(ask(client, f'125/7\n"{text.replace(chr(34), chr(34) * 2)}"\n'))
    assert found[0]["address"] == f"'{text}"
    assert found[1]["asked"] == f"'{text}"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ("\n", 422, "line 1"),
        ("parcel\n", 422, "line 1"),
        ("a\n" * 10_001, 422, "line 10001"),
        ("125/7,125/8\n", 422, "line 1"),
        ("125/7\n125/8;600\n".replace(";", ","), 422, "line 2"),
        (b"125/7\n\xff\xfe\n", 422, "line 2"),
        ("125/7\x00\n", 422, "line 1"),
        ('125/7\n"125\n' + "x" * 140_000, 422, "line "),
        ("x" * 2_200_000, 413, ""),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(
    db: None, client: Client, body: str | bytes, status: int, pointer: str
) -> None:
    answer = ask(client, body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json().get("pointer", "").startswith(pointer)


def test_another_type_of_body_is_refused(db: None, client: Client) -> None:
    assert ask(client, "{}", kind="application/json").status_code == 415


def test_the_command_prints_the_table(town: MapTown, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "list.csv"
    path.write_text("125/7\n125/99\n", encoding="utf-8")
    call_command("parcel_table", path, on="2026-01-01")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("line,asked,result")
    assert "R1 100.0 %" in lines[1]
    call_command("parcel_table", path, output=tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").count("\n") == 3


def test_the_command_says_what_is_wrong(db: None, tmp_path: Path) -> None:
    empty = tmp_path / "list.csv"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1") as stopped:
        call_command("parcel_table", empty)
    assert stopped.value.returncode == 3
    with pytest.raises(CommandError):
        call_command("parcel_table", tmp_path / "nothing.csv")
