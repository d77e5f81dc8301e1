"""The browser's names for third-party ES modules, under a policy that allows no inline script.

A module of ours says ``import L from "leaflet"``; the page's import map says where that lies, also
after static files got hashed names. An import map must stand in the page itself, which the content
security policy forbids, so the policy carries the SHA-256 of exactly this text and of no other.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache

from django.templatetags.static import static

MODULES = {
    "leaflet": "vendor/leaflet/leaflet-src.esm.js",
    "pbf": "vendor/pbf/index.js",
    "@mapbox/vector-tile": "vendor/vector-tile/index.js",
    "@mapbox/point-geometry": "vendor/point-geometry/index.js",
}


@cache
def import_map() -> str:
    """The import map as JSON; the same text in every page of this process."""
    return json.dumps({"imports": {name: static(path) for name, path in MODULES.items()}})


@cache
def import_map_hash() -> str:
    """The source expression that lets the policy accept the import map."""
    digest = hashlib.sha256(import_map().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
