"""Only plain local files are opened; each test names what would come in without its guard."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from parcels.importer.files import UnreadableFile, check_archive, find_file, openable
from parcels.importer.source import read_source
from tests.parcels.importer.town import layer, parcels_frame, write


def test_a_missing_file_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"town\.gpkg: The file is not in"):
        find_file(tmp_path, "town.gpkg")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.gpkg"
    outside.write_bytes(b"x")
    inside = tmp_path / "data"
    inside.mkdir()
    (inside / "town.gpkg").symlink_to(outside)
    with pytest.raises(UnreadableFile, match="leads outside"):
        find_file(inside, "town.gpkg")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "town.shp").mkdir()
    with pytest.raises(UnreadableFile, match="not a file"):
        find_file(tmp_path, "town.shp")


VIRTUAL = """<OGRVRTDataSource><OGRVRTLayer name="town">
<SrcDataSource>/etc/hostname</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["town.vrt", "town.gpkg", "town.csv"])
def test_a_virtual_layer_is_not_opened_whatever_its_name(tmp_path: Path, name: str) -> None:
    """Without it, a data file could name any other file or a web service as its source."""
    (tmp_path / name).write_text(VIRTUAL)
    with pytest.raises(UnreadableFile):
        read_source(layer(file=name), folder=tmp_path)


def test_a_web_service_description_is_not_opened(tmp_path: Path) -> None:
    """Without it, GDAL would call the address."""
    (tmp_path / "town.xml").write_text(
        "<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>"
    )
    with pytest.raises(UnreadableFile, match="can not be read"):
        read_source(layer(file="town.xml"), folder=tmp_path)


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    """Without it, entities could unpack to gigabytes."""
    (tmp_path / "town.kml").write_text('<!DOCTYPE kml [<!ENTITY a "aa">]><kml>&a;</kml>')
    with pytest.raises(UnreadableFile, match="document type"):
        openable(tmp_path / "town.kml")


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, content in entries.items():
            stream.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"../town.shp": b"x"}, "outside itself"),
        ({"/town.shp": b"x"}, "outside itself"),
        ({"inner.zip": b"x"}, "another archive"),
        ({"town.shp": b"\0" * 20_000_000}, "may be a bomb"),
        ({f"{n}.shp": b"" for n in range(201)}, "201 files"),
    ],
)
def test_an_unsafe_archive_is_refused(tmp_path: Path, entries: dict[str, bytes], says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        check_archive(archive(tmp_path / "town.zip", entries))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("town.shp")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as stream:
        stream.writestr(entry, "/etc/passwd")
    with pytest.raises(UnreadableFile, match="link"):
        check_archive(tmp_path / "town.zip")


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "town.zip").write_bytes(b"PK\x03\x04 nothing more")
    with pytest.raises(UnreadableFile, match="archive is broken"):
        openable(tmp_path / "town.zip")


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "town.csv.gz", "wb") as stream:
        stream.write(b"\0" * 30_000_000)
    with pytest.raises(UnreadableFile, match="too large"):
        openable(tmp_path / "town.csv.gz")


@pytest.mark.parametrize("cut", [0, 100, 5000, 60_000])
def test_a_broken_geopackage_is_a_clear_error(tmp_path: Path, cut: int) -> None:
    path = write(parcels_frame(["1-1", "1-2"]), tmp_path / "town.gpkg")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnreadableFile, match=r"^town\.gpkg: "):
        read_source(layer(), folder=tmp_path)


def test_a_geopackage_with_damaged_pages_is_a_clear_error(tmp_path: Path) -> None:
    path = write(parcels_frame([f"1-{n}" for n in range(400)]), tmp_path / "town.gpkg")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"^town\.gpkg: "):
        read_source(layer(), folder=tmp_path)
