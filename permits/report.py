"""The case as one file: a folium map with the findings, which opens anywhere, without a network.

Leaflet's own script and style are put into the file, so nothing is fetched when it is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from shapely.geometry import shape

from gisapp.errors import Conflict
from permits.models import Evaluation
from permits.presentation import present

# layer → (outline, fill, weight); the same colours as the map of the page
STYLES: dict[str, dict[str, Any]] = {
    "parcel": {"color": "#1f2937", "weight": 2, "fillOpacity": 0.03},
    "envelope": {"color": "#0f766e", "weight": 1.5, "dashArray": "5 4", "fillOpacity": 0.12},
    "footprint": {"color": "#334155", "weight": 1.5, "fillColor": "#64748b", "fillOpacity": 0.45},
    "overlap": {"color": "#b91c1c", "weight": 1.5, "dashArray": "4 3", "fillOpacity": 0.25},
    "breaches": {"color": "#b91c1c", "weight": 3, "fillColor": "#dc2626", "fillOpacity": 0.55},
}
EDGE_COLOURS = {
    "front": "#d97706",
    "secondary_street": "#f59e0b",
    "interior_side": "#6d28d9",
    "rear": "#2563eb",
    "open_space": "#15803d",
    "watercourse": "#0284c7",
    "party_wall": "#57534e",
    "unknown": "#db2777",
}


class MissingAsset(Conflict):
    """A browser asset that the report needs is not installed."""

    code = "missing-asset"


def case_map_html(evaluation: Evaluation) -> str:
    """The whole HTML of the report on one evaluation, in the active language.

    Raises MissingAsset when Leaflet is not installed.
    """
    case = present(evaluation)
    case_map = folium.Map(
        tiles=None, zoom_control=True, control_scale=True, max_zoom=22, attribution_control=False
    )
    figure = _figure(case_map)
    drawn = case["map"]
    _add(case_map, drawn["parcel"], _("Parcel"), STYLES["parcel"])
    _add(case_map, drawn["envelope"], _("Buildable envelope"), STYLES["envelope"])
    _add(case_map, drawn["footprint"], _("Footprint"), STYLES["footprint"])
    _add(case_map, drawn["overlap"], _("Outside the envelope"), STYLES["overlap"])
    for edge in drawn["edges"]:
        name = edge["label"] + (f" · {edge['street_width']}" if edge["street_width"] else "")
        style = {"color": EDGE_COLOURS[edge["kind"]], "weight": 4, "opacity": 0.9}
        _add(case_map, edge["geometry"], name, style, control=False)
    for finding in case["findings"]:
        if finding["outcome"] == "breaches":
            about = " · ".join(filter(None, (finding["kind_label"], finding["target"])))
            # A breach of the whole building (its height, say) would hide the place of the others.
            local = finding["geometry"] != drawn["footprint"]
            words = f"{about}: {finding['margin']}"
            _add(case_map, finding["geometry"], words, STYLES["breaches"], show=local)
    folium.LayerControl(collapsed=False).add_to(case_map)
    _look_at(case_map, drawn["parcel"])
    language = get_language() or "en"
    direction = "rtl" if get_language_bidi() else "ltr"
    context = {"case": case, "application": evaluation.application}
    panel = render_to_string("permits/report_panel.html", context)
    figure.html.add_child(Element(_verbatim(panel)), name="panel", index=0)
    figure.title = str(evaluation.application)
    opening = f'<html lang="{language}" dir="{direction}">'
    return str(figure.render()).replace("<html>", opening, 1)


def _add(
    case_map: folium.Map,
    geometry: dict[str, Any] | None,
    name: str,
    style: dict[str, Any],
    *,
    control: bool = True,
    show: bool = True,
) -> None:
    if geometry is not None:
        folium.GeoJson(
            geometry,
            name=name,
            tooltip=folium.Tooltip(name, sticky=True),
            style_function=lambda _feature, style=style: style,
            control=control,
            show=show,
        ).add_to(case_map)


def _look_at(case_map: folium.Map, parcel: dict[str, Any]) -> None:
    """Show the parcel and a little around it."""
    west, south, east, north = shape(parcel).bounds
    case_map.fit_bounds([[south, west], [north, east]], padding=(30, 30), max_zoom=21)


def _figure(case_map: folium.Map) -> Figure:
    """The page around the map, with Leaflet in it instead of links to where it could be fetched."""
    case_map.default_js, case_map.default_css = [], []
    figure = case_map.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("folium puts every map into a figure")
    script, style = _asset("leaflet/leaflet.js"), _asset("leaflet/leaflet.css")
    content = Element(_verbatim(f"<style>{style}</style><script>{script}</script>"))
    figure.header.add_child(content)
    return figure


def _asset(path: str) -> str:
    found = finders.find(f"vendor/{path}")
    if not found:
        raise MissingAsset(_("Leaflet is not installed on this server; run bin/setup."))
    return Path(found).read_text(encoding="utf-8")


def _verbatim(html: str) -> str:
    """Text that folium's template engine passes through as it is."""
    return "{% raw %}" + html.replace("{% endraw %}", "") + "{% endraw %}"
