"""Other tile servers on the same table, where they are installed: tipg, and MapServer of Debian.

tipg, from PyPI, lives in an environment of its own under ``var/bench``, made when it is first asked
for.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.benchmarks._server import free_port, running

MAPSERV = Path("/usr/lib/cgi-bin/mapserv")
TIPG_PATH = "/collections/public.bench_parcels/tiles/WebMercatorQuad/{z}/{x}/{y}"
MAPSERVER_PATH = "/map?mode=tile&tilemode=gmap&tile={x}+{y}+{z}&layers=parcels&map.imagetype=mvt"


@contextmanager
def tipg() -> Iterator[str | None]:
    """The address of a running tipg with two workers; None where it can not be installed."""
    home = Path(settings.VAR_DIR) / "bench" / "tipg"
    uvicorn = home / "bin" / "uvicorn"
    if not uvicorn.exists() and not _installed(home):
        yield None
        return
    own: dict[str, Any] = connection.get_connection_params()
    place = quote(own["host"], safe="")
    address = f"postgresql://{own['user']}@{place}:{own['port']}/{own['dbname']}"
    port = free_port()
    command = [str(uvicorn), "tipg.main:app", "--port", str(port), "--workers", "2"]
    command += ["--log-level", "error"]
    surroundings = {
        "DATABASE_URL": address,
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": '["public.bench_parcels"]',
    }
    with running(command, port, surroundings) as base:
        yield base


def _installed(home: Path) -> bool:
    uv = Path(settings.VAR_DIR) / "tools" / "bin" / "uv"
    try:
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, home], check=True)
        python = str(home / "bin" / "python")
        subprocess.run(
            [uv, "pip", "install", "-q", "--python", python, "tipg", "uvicorn"], check=True
        )
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(home, ignore_errors=True)
        return False
    return True


@contextmanager
def mapserver() -> Iterator[str | None]:
    """The address of MapServer behind lighttpd, four processes kept; None where it is missing."""
    lighttpd = shutil.which("lighttpd", path="/usr/sbin:/usr/bin")
    if lighttpd is None or not MAPSERV.exists():
        yield None
        return
    own: dict[str, Any] = connection.get_connection_params()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "parcels.map").write_text(_mapfile(own), encoding="utf-8")
        (place / "mapserver.conf").write_text(_configuration(place), encoding="utf-8")
        (place / "lighttpd.conf").write_text(_lighttpd(place, port), encoding="utf-8")
        with running([lighttpd, "-D", "-f", str(place / "lighttpd.conf")], port) as base:
            yield base


def _configuration(place: Path) -> str:
    return f"""CONFIG
  ENV
    MS_MAPFILE "{place}/parcels.map"
    MS_MAP_PATTERN "."
  END
END
"""


def _mapfile(own: dict[str, Any]) -> str:
    where = f"host={own['host']} port={own['port']} user={own['user']} dbname={own['dbname']}"
    return f"""MAP
  NAME "parcels"
  SIZE 256 256
  EXTENT -20037508 -20037508 20037508 20037508
  PROJECTION "init=epsg:3857" END
  WEB METADATA "ows_enable_request" "*" END END
  OUTPUTFORMAT NAME "mvt" DRIVER "MVT" FORMATOPTION "EXTENT=4096" FORMATOPTION "EDGE_BUFFER=16" END
  LAYER
    NAME "parcels"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "{where}"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "shape FROM bench_parcels USING UNIQUE id USING SRID=3857"
    PROJECTION "init=epsg:3857" END
    METADATA "gml_include_items" "id,reference" END
    CLASS STYLE COLOR 0 0 0 END END
  END
END
"""


def _lighttpd(place: Path, port: int) -> str:
    return f"""server.modules = ("mod_fastcgi")
server.document-root = "{place}"
server.bind = "127.0.0.1"
server.port = {port}
server.max-keep-alive-requests = 1000000
fastcgi.server = ("/map" => ((
  "bin-path" => "{MAPSERV}", "socket" => "{place}/mapserv.sock", "max-procs" => 4,
  "check-local" => "disable",
  "bin-environment" => ("MAPSERVER_CONFIG_FILE" => "{place}/mapserver.conf")
  )))
"""
