"""Write a layer of the map to a file, with its licence and date."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from gisapp.errors import UmranError
from gisapp.params import read_day
from tiles.exports.files import write
from tiles.exports.wanted import FORMATS, Part, Wanted, read_name
from tiles.layers import LAYERS
from tiles.scope import Scope

BAD_INPUT = 3
PART = (
    *("bbox", "within", "near", "distance_m"),
    *("block", "reference", "municipality", "filter"),
)


class Command(BaseCommand):
    help = (
        "Write a layer to a GeoPackage, GeoJSON, CSV or zipped shapefile; the file's name says "
        "which. It holds what everybody may see."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("layer", metavar="LAYER", help=", ".join(LAYERS))
        parser.add_argument(
            "file", metavar="FILE", type=Path, help=f"ends in .{', .'.join(FORMATS)}"
        )
        parser.add_argument("--bbox", metavar="W,S,E,N", default="", help="in degrees")
        parser.add_argument("--within", metavar="GEOJSON", default="", help="an area, in degrees")
        parser.add_argument("--near", metavar="REFERENCE", default="", help="what is near a parcel")
        parser.add_argument("--distance-m", metavar="METRES", type=float, help="how far from it")
        parser.add_argument("--block", default="", help="only this block (parcels)")
        parser.add_argument("--reference", default="", help="only this parcel")
        parser.add_argument("--municipality", default="", help="short name, where several have it")
        parser.add_argument("--filter", metavar="CQL2", default="", help="only where this holds")
        parser.add_argument("--on", metavar="DATE", default="", help="the day; today if left out")
        parser.add_argument("--lang", choices=("ar", "en", "fr"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        # A name such as my.city.gpkg has points of its own.
        kind = next((kind for kind in FORMATS if path.name.endswith(f".{kind}")), path.suffix[1:])
        try:
            layer, kind = read_name(f"{options['layer']}.{kind}")
            day = read_day(options["on"], pointer="--on") if options["on"] else timezone.localdate()
            scope = Scope(user=AnonymousUser(), on=day)
            part = Part(**{name: options[name] for name in PART})
            wanted = Wanted(layer, kind, scope, part)
            with translation.override(options["lang"]):
                write(wanted, path, progress=self._tell)
        except UmranError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes)")

    def _tell(self, done: int) -> None:
        self.stderr.write(f"{done:,} rows")
