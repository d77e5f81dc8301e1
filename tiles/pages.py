"""The map page: everything the browser's modules need to start, in the page's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from gisapp.importmap import import_map, import_map_hash
from gisapp.middleware import POLICY
from gisapp.models import Municipality
from parcels.models import Building, Parcel, ParcelEdge, Place, StreetSegment
from permits.models import Application, ConformanceRun
from tiles import raster_json, tilejson
from tiles.layers import GROUPS, LAYERS
from tiles.scope import Scope, visible_versions
from tiles.texts import map_texts
from zoning.models import Overlay, PlanVersion, Zone

CONTENT: dict[str, QuerySet] = {
    "boundary": Municipality.objects.filter(boundary__isnull=False),
    "zones": Zone.objects.all(),
    "overlays": Overlay.objects.all(),
    "parcels": Parcel.objects.all(),
    "buildings": Building.objects.filter(footprint__isnull=False),
    "streets": StreetSegment.objects.all(),
    "parcel_edges": ParcelEdge.objects.all(),
    "places": Place.objects.all(),
}


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The city's map. The view (place, layers, date, selection) lives in the address's fragment."""
    scope = Scope(user=request.user, on=timezone.localdate())
    loaded = _loaded(scope)
    configuration = {
        "language": get_language(),
        "today": scope.on.isoformat(),
        "bounds": tilejson.bounds_wgs84(),
        "attribution": tilejson.attributions(),
        "layers": [_layer(name, scope, loaded=name in loaded) for name in LAYERS],
        "rasters": raster_json.listed(),
        "groups": [{"name": name, "title": str(title)} for name, title in GROUPS.items()],
        "versions": [_version(version, scope) for version in visible_versions(request.user)],
        "addresses": {
            "tiles": reverse("tile", args=["LAYERS", "0", "0", "0"]).removesuffix("0/0/0.mvt"),
            "tilejson": reverse("tilejson", args=["LAYERS"]),
            "identify": reverse("api-1:identify"),
            "search": reverse("api-1:search"),
        },
        "texts": map_texts(),
    }
    response = render(
        request,
        "gisapp/map.html",
        {
            "configuration": configuration,
            "import_map": import_map(),
            "nothing_loaded": not loaded - {"boundary", "applications", "conformance"},
            "no_parcels": "parcels" not in loaded,
            "no_plan": "zones" not in loaded,
        },
    )
    response["Content-Security-Policy"] = POLICY.replace(
        "script-src 'self'", f"script-src 'self' {import_map_hash()}"
    )
    return response


def _loaded(scope: Scope) -> set[str]:
    """The layers with anything in them, whatever the date."""
    loaded = {name for name, rows in CONTENT.items() if rows.exists()}
    if Application.objects.visible_to(scope.user).exists():
        loaded.add("applications")
    if ConformanceRun.objects.visible_to(scope.user).latest_finished().exists():
        loaded.add("conformance")
    return loaded


def _layer(name: str, scope: Scope, *, loaded: bool) -> dict[str, Any]:
    layer = LAYERS[name]
    return {
        "name": name,
        "title": str(layer.title),
        "group": layer.group,
        "shape": layer.shape,
        "minZoom": layer.min_zoom,
        "dated": layer.dated,
        "personal": layer.personal,
        "shown": layer.shown_at_first,
        "loaded": loaded,
        "legend": tilejson.legend(name, scope),
    }


def _version(version: PlanVersion, scope: Scope) -> dict[str, Any]:
    """A plan version for the date control: its last day is the day before the range's end."""
    dates = version.validity
    last = dates.upper - timedelta(days=1) if dates and dates.upper else None
    return {
        "version": version.pk,
        "plan": version.plan.name,
        "label": version.label,
        "status": version.status,
        "statusName": version.get_status_display(),
        "legal": version.status in PlanVersion.Status.legal(),
        "from": dates.lower.isoformat() if dates and dates.lower else "",
        "to": last.isoformat() if last else "",
        "now": bool(
            version.status in PlanVersion.Status.legal()
            and dates
            and (dates.lower is None or dates.lower <= scope.on)
            and (dates.upper is None or scope.on < dates.upper)
        ),
    }
