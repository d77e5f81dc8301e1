"""Third-party browser assets: installed under ``node_modules/``, served under ``static/vendor/``.

Only the files listed here are served; nothing third-party is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# URL below static/vendor/  →  file or folder below node_modules/
VENDOR: dict[str, str] = {
    "leaflet": "leaflet/dist",
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.rtl.min.css": "bootstrap/dist/css/bootstrap.rtl.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons": "bootstrap-icons/font",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "pbf/index.js": "pbf/index.js",
    "vector-tile/index.js": "@mapbox/vector-tile/index.js",
    "point-geometry/index.js": "@mapbox/point-geometry/index.js",
    "noto-sans": "@fontsource/noto-sans/files",
    "noto-sans-arabic": "@fontsource/noto-sans-arabic/files",
}


def missing_assets() -> list[str]:
    """The files or folders of the list that are not installed."""
    return [source for source in VENDOR.values() if not (settings.NODE_MODULES / source).exists()]


class VendorFinder(BaseFinder):
    """Finds ``vendor/…`` static files in ``node_modules/``, and only the listed ones."""

    prefix = "vendor/"

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = self._locate(path)
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for public, source in VENDOR.items():
            place = settings.NODE_MODULES / source
            files = sorted(place.rglob("*")) if place.is_dir() else [place]
            for file in files:
                if file.is_file():
                    below = file.relative_to(place).as_posix()
                    public_path = self.prefix + (public if below == "." else f"{public}/{below}")
                    yield public_path, RenamedStorage(file)

    def _locate(self, path: str) -> Path | None:
        if not path.startswith(self.prefix):
            return None
        wanted = path.removeprefix(self.prefix)
        for public, source in VENDOR.items():
            place: Path = settings.NODE_MODULES / source
            if wanted == public and place.is_file():
                return place
            if wanted.startswith(f"{public}/"):
                file = (place / wanted.removeprefix(f"{public}/")).resolve()
                if file.is_file() and place.resolve() in file.parents:
                    return file
        return None


class RenamedStorage(FileSystemStorage):
    """Opens one installed file, whatever name it is asked for."""

    prefix = None

    def __init__(self, file: Path) -> None:
        super().__init__(location=file.parent)
        self._file = file

    def path(self, name: str) -> str:
        return str(self._file)
