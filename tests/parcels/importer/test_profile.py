"""A mistake in a profile is named by line and field, before any file is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.translation import override

from gisapp.city import PROFILES, city_keys
from parcels.importer.layers import Version
from parcels.importer.profile_file import ProfileError, find_profile, load_profile
from tests.parcels.importer.town import profile_file
from zoning.workflow import VersionStatus

HEAD = """city: town
names: {en: Town}
crs: 32637
layers:
  - name: lots
    target: parcels
    file: town.gpkg
    key: {column: ml, pattern: '(?P<block>[0-9]+)-(?P<number>[0-9]+)'}
"""


@pytest.mark.parametrize("city", city_keys())
def test_every_shipped_profile_is_sound(city: str) -> None:
    assert load_profile(PROFILES / f"{city}.yaml").profile.city == city


@pytest.mark.parametrize(
    ("lines", "where", "says"),
    [
        ("    colour: red\n", "town.yaml:9: layers[0].colour", "not a known setting"),
        ("    crs: 99999\n", "town.yaml:9: layers[0].crs", "EPSG:99999"),
        (
            "    fields:\n      registered_area_m2: area\n",
            "town.yaml:10: layers[0].fields.registered_area_m2",
            "say the unit",
        ),
        (
            "    fields:\n      owner: owner\n",
            "town.yaml:9: layers[0].fields",
            "unknown field “owner”",
        ),
        (
            "    leave_out:\n      - {column: ml, pattern: '(', reason: gap}\n",
            "town.yaml:10: layers[0].leave_out[0].pattern",
            "not a regular expression",
        ),
        (
            "    leave_out:\n      - {column: ml, values: [ROAD]}\n",
            "town.yaml:10: layers[0].leave_out[0].reason",
            "is missing",
        ),
        ("    duplicates: both\n", "town.yaml:9: layers[0].duplicates", "'reject' or 'merge'"),
        ("    x: lon\n", "town.yaml:5: layers[0]", "x and y go together"),
        ("  - name: z\n    target: zone\n", "town.yaml:9: layers[1]", "`target` must be one of"),
        (
            "  - {name: lots, target: boundary, file: a.gpkg}\n",
            "town.yaml:1",
            "two layers are called “lots”",
        ),
        ("absent: [parcels]\n", "town.yaml:1", "declared absent"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(
    tmp_path: Path, lines: str, where: str, says: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        profile_file(tmp_path, HEAD + lines)
    assert where in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "file",
    ["../secret.gpkg", "/etc/passwd", "/vsicurl/http://x/a.gpkg", "http://x/a.gpkg", "PG:dbname=x"],
)
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    with pytest.raises(ProfileError, match="not a path inside the data folder"):
        profile_file(tmp_path, HEAD.replace("town.gpkg", f"'{file}'"))


def test_broken_yaml_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"town\.yaml:3: This is not YAML"):
        profile_file(tmp_path, "city: town\nnames: {en: Town\ncrs: 32637\n")


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        profile_file(tmp_path, HEAD + "    crs: no\n    encode: cp1256\n")
    assert len(str(caught.value).splitlines()) == 2


def test_a_crs_in_feet_or_degrees_is_no_metric_crs(tmp_path: Path) -> None:
    for code in (2249, 4326):
        with pytest.raises(ProfileError, match="not a projected CRS in metres"):
            profile_file(tmp_path, HEAD.replace("32637", str(code)))


def test_an_unknown_city_lists_those_there_are() -> None:
    with pytest.raises(ProfileError, match="cambridge"):
        find_profile("atlantis")


ZONES = """plans:
  main: {reference: P1, names: {en: Plan}}
layers:
  - {name: a, target: zones, file: a.gpkg, plan: main, fields: {district: d},
     version: {label: old, status: superseded, from: 2014-01-01, to: 2020-06-01}}
  - {name: b, target: zones, file: a.gpkg, plan: main, fields: {district: d},
     version: {label: new, status: in_force, from: 2020-06-01}}
"""


def test_versions_may_touch_but_not_overlap(tmp_path: Path) -> None:
    head = "city: town\nnames: {en: Town}\ncrs: 32637\n"
    assert len(profile_file(tmp_path, head + ZONES).profile.layers) == 2
    with pytest.raises(ProfileError, match=r"“old” and “new” are both in force on 2020-05-31"):
        profile_file(tmp_path, head + ZONES.replace("from: 2020-06-01", "from: 2020-05-31"))


def test_a_version_in_force_needs_its_first_day(tmp_path: Path) -> None:
    head = "city: town\nnames: {en: Town}\ncrs: 32637\n"
    with pytest.raises(ProfileError, match="needs the date it starts"):
        profile_file(tmp_path, head + ZONES.replace(", from: 2020-06-01", ""))


def test_the_profile_knows_the_states_of_the_workflow() -> None:
    told = Version.model_fields["status"].annotation.__args__
    assert set(told) == set(VersionStatus.values)


def test_messages_are_made_in_the_readers_language(tmp_path: Path) -> None:
    with override("fr"), pytest.raises(ProfileError) as caught:
        profile_file(tmp_path, HEAD + "    colour: red\n")
    assert "layers[0].colour" in str(caught.value)
