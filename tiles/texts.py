"""The sentences that the map's modules say, so that translation lives in one place."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def map_texts() -> dict[str, str]:
    """Every text the browser shows by itself, in the active language; ``{…}`` is filled there."""
    return {
        # search
        "searching": _("Searching…"),
        "nothing_found": _("Nothing found for “{query}”. Try a parcel number such as 125/7."),
        "results": _("Results: {count}"),
        "kind_parcel": _("Parcel"),
        "kind_application": _("Application"),
        "kind_street": _("Street"),
        "kind_place": _("Place"),
        "kind_district": _("Zoning district"),
        "not_on_map": _("not on the map"),
        # what is here
        "asking": _("Looking what is here…"),
        "parcel": _("Parcel"),
        "open_parcel": _("Open the parcel's page"),
        "area_registered": _("registered area"),
        "area_surveyed": _("surveyed area"),
        "area_drawn": _("area as drawn"),
        "land_use": _("present land use"),
        "zoning": _("Zoning"),
        "plan": _("Plan"),
        "overlays": _("Overlays and restrictions"),
        "buildings": _("Buildings"),
        "applications": _("Applications"),
        "storeys": _("storeys"),
        "height": _("height"),
        "built": _("built"),
        "distance": _("distance"),
        "building": _("building"),
        "square_metres": pgettext("unit", "m²"),
        "metres": pgettext("unit", "m"),
        "nothing_here": _("Nothing is recorded at this point."),
        "no_zone_here": _("No zoning district covers this point on this date."),
        "no_parcel_here": _("No parcel here: street, open land or outside the cadastre."),
        # layers
        "zoom_in": _("Zoom in to see this layer"),
        "not_loaded": _("not loaded"),
        "opacity": _("Opacity"),
        "opacity_of": _("Opacity of {layer}"),
        "legend_of": _("Legend of {layer}"),
        # date
        "in_force_since": _("since {from}"),
        "in_force_between": _("{from} to {to}"),
        "until": _("until {to}"),
        "on_date": _("Plan in force on"),
        "to_today": _("Today"),
        "no_plan_on_date": _("No plan is in force on this date."),
        "as_of_today": _("In force today"),
        # state
        "map_label": _("Map. Arrow keys move it, + and − zoom, Enter asks what is at its centre."),
        "tiles_failed": _("Part of the map could not be loaded."),
        "offline": _("You are offline. The map shows what was already loaded."),
        "failed": _("That did not work: {reason}"),
        "try_again": _("Try again"),
        "no_answer": _("the server does not answer"),
        "larger_panel": _("Make the panel larger"),
        "smaller_panel": _("Make the panel smaller"),
    }
