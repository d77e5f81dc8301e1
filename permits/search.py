"""What people call by what they type: parcels, applications, streets, places, districts.

The search page, the map's box and the API all ask here. Land is found by ``parcels.search``; what
counts as close is told in ``gisapp.closeness``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.gis.db.models import Extent, QuerySet
from django.db.models import Q

from gisapp.closeness import (
    CANDIDATES,
    Closeness,
    Hit,
    Wanted,
    holding,
    in_order,
    most_similar,
    tolerate_misspelling,
)
from gisapp.folding import Folded, FoldedNames
from gisapp.translated import LANGUAGES
from parcels.search import Named, parcels_called, places_called, similar_streets, streets_called
from permits.models import Application
from zoning.models import District, PlanVersion, Zone


def everything_called(wanted: Wanted, *, user: Any, on: date, limit: int) -> dict[str, list[Hit]]:
    """What is called so, by kind, the closest first; of each kind at most ``limit``.

    Similar names are looked for only where nothing is closer: who writes a name rightly does not
    want its misspellings. ``on`` is the day whose plans name the districts.
    """
    if not wanted.words:
        return {}
    found = {
        "parcel": parcels_called(wanted, limit=limit),
        "application": applications_called(wanted, user=user, limit=limit),
        "street": streets_called(wanted, limit=limit),
        "place": places_called(wanted, limit=limit),
        "district": districts_called(wanted, on=on, limit=limit),
    }
    if any(found.values()):
        return found
    tolerate_misspelling()
    names = similar_streets(wanted)
    return {
        "parcel": parcels_called(wanted, limit=limit, like=names),
        "street": streets_called(wanted, limit=limit, like=names),
        "place": places_called(wanted, limit=limit, similar=True),
        "district": districts_called(wanted, on=on, limit=limit, similar=True),
    }


def applications_called(wanted: Wanted, *, user: Any, limit: int) -> list[Hit]:
    """Applications of this number or serial number that the person may see, the latest first."""
    if not wanted.text:
        return []
    rows = Application.objects.visible_to(user).annotate(folded=Folded("number"))
    called = Q(folded__startswith=wanted.text)
    if wanted.text.isdigit():
        called |= Q(folded__endswith=f"/{wanted.text.zfill(6)}")
    found = rows.filter(called).order_by("-number").prefetch_related("parcels")[:limit]
    return [
        Hit(Closeness.EXACT if application.folded == wanted.text else Closeness.PREFIX, application)
        for application in found
    ]


def districts_called(wanted: Wanted, *, on: date, limit: int, similar: bool = False) -> list[Hit]:
    """Zoning districts of this code or name in the plans in force on the day."""
    rows = District.objects.annotate(folded=FoldedNames())
    if similar:
        found = most_similar(rows, wanted.text)
    else:
        wanted_rows = Q(code_folded=wanted.text)
        if wanted.can_be_looked_for:
            wanted_rows |= holding("folded", wanted.words)
        found = rows.annotate(code_folded=Folded("code")).filter(wanted_rows)
    districts = _together(found, on=on)
    return in_order(wanted, districts, lambda one: (one.code, *one.names.values()))[:limit]


def _together(districts: QuerySet, *, on: date) -> list[Named]:
    """Of these districts those in force, with where all zones of one code and name lie."""
    versions = PlanVersion.objects.in_force(on=on).order_by().values("pk")
    zones = Zone.objects.filter(version__in=versions, district__in=districts.values("pk"))
    columns = ["district__code", *(f"district__name_{language}" for language in LANGUAGES)]
    grouped = zones.order_by().values(*columns).annotate(extent=Extent("geometry"))
    return [
        Named(
            {lang: row[f"district__name_{lang}"] or "" for lang in LANGUAGES},
            row["extent"],
            code=row["district__code"],
        )
        for row in grouped[:CANDIDATES]
    ]
