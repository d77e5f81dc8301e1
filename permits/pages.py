"""Pages about the city as a whole: home, search, parcels by number, what has been loaded.

They bring land, plans and applications together, so they live in the topmost app.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.contrib.gis.db.models import QuerySet
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gisapp.closeness import Closeness, Wanted, wanted_of
from gisapp.folding import number_key
from gisapp.models import Municipality
from parcels.fabric import fabric_svg
from parcels.models import Building, ImportRun, Parcel, Place, StreetSegment
from parcels.search import called
from permits.models import Application
from permits.register import with_latest_outcome
from permits.search import everything_called
from zoning.models import Overlay, Plan, PlanVersion, Zone

RECENT = 6
PER_PAGE = 50
FOUND_AT_MOST = 20
FABRIC_SECONDS = 3600


class SearchForm(forms.Form):
    """Free text; refuses what the database can not store."""

    q = forms.CharField(max_length=200, required=False)

    def text(self) -> str:
        """What was asked, with Arabic and other digits as the digits that references use."""
        asked = self.cleaned_data.get("q", "") if self.is_valid() else ""
        return "".join(
            str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in asked
        ).strip()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Umran is for this city, a search box, figures, and the latest public applications."""
    applications = Application.objects.visible_to(request.user)
    recent = with_latest_outcome(applications.filter(filing_date__isnull=False)).prefetch_related(
        "parcels"
    )
    figures = city_figures()
    figures["applications"] = applications.count()
    latest = list(recent.order_by("-filing_date", "-number")[:RECENT])
    examples = [latest[0].number] if latest else []
    parcel = Parcel.objects.order_by("pk").first() if figures["parcels"] else None
    if parcel:
        examples.insert(0, parcel.reference)
    return render(
        request, "home.html", {"figures": figures, "recent": latest, "examples": examples}
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Straight to the parcel or application of that number; otherwise all that resembles it."""
    query = SearchForm(request.GET).text()
    if not query:
        return render(request, "search.html", {"query": "", "results": None})
    wanted = wanted_of(query)
    with transaction.atomic():
        hits = everything_called(
            wanted, user=request.user, on=timezone.localdate(), limit=FOUND_AT_MOST
        )
    exact = [
        hit.thing
        for kind in ("parcel", "application")
        for hit in hits.get(kind, [])
        if hit.closeness is Closeness.EXACT and _is_its_number(hit.thing, wanted)
    ]
    if len(exact) == 1:
        return redirect(exact[0])
    results: dict[str, Any] = {
        f"{kind}s": [hit.thing for hit in some] for kind, some in hits.items()
    }
    numbered = results.get("applications", [])
    results["applications"] = _applications_listed(request, query, numbered)
    found = sum(len(rows) for rows in results.values())
    return render(request, "search.html", {"query": query, "results": results, "found": found})


@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """Parcels by number or address, in pages."""
    query = SearchForm(request.GET).text()
    rows: QuerySet = Parcel.objects.order_by("block", "number").defer("geometry")
    if query:
        rows = called(rows, wanted_of(query))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "page": page, "any": page.paginator.count or Parcel.objects.exists()}
    return render(request, "parcels/list.html", context)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What has been loaded, from where, with every line of the reports; and what is missing."""
    runs = ImportRun.objects.all()
    figures = city_figures()
    context = {
        "runs": runs,
        "figures": figures,
        "missing": [words for key, words in MISSING.items() if not figures[key]],
        "municipalities": Municipality.objects.all(),
        "versions": PlanVersion.objects.public()
        .select_related("plan")
        .annotate(zone_count=Count("zones"))
        .order_by("plan_id", "-validity"),
    }
    return render(request, "data.html", context)


@require_safe
def fabric(request: HttpRequest) -> HttpResponse:
    """The ornament of the home page: the city's own parcels and buildings."""
    newest = Parcel.objects.aggregate(newest=Max("pk"), count=Count("pk"))
    drawing = cache.get_or_set(f"fabric-{newest}".replace(" ", ""), fabric_svg, FABRIC_SECONDS)
    if drawing is None:
        raise Http404
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={FABRIC_SECONDS}"
    return response


MISSING = {
    "parcels": _("No parcels: applications can not be placed, nor areas and edges measured."),
    "zones": _("No zones: which rules apply where is not known."),
    "plans": _("No zoning plan: nothing can be judged, and Umran will not pretend to."),
    "streets": _("No streets: parcel edges can not be matched to a street and its width."),
    "overlays": _("No overlays (heritage, flood, road widening …): they read “no data”."),
    "buildings": _("No buildings: the present state of a parcel is not known."),
}


def city_figures() -> dict[str, Any]:
    """How much of each sort is loaded, and the plan versions in force today."""
    on = timezone.localdate()
    in_force = list(PlanVersion.objects.in_force(on=on).select_related("plan"))
    return {
        "parcels": Parcel.objects.count(),
        "zones": Zone.objects.in_force(on=on).count(),
        "plans": Plan.objects.count(),
        "streets": StreetSegment.objects.count(),
        "overlays": Overlay.objects.count(),
        "buildings": Building.objects.count(),
        "places": Place.objects.count(),
        "in_force": in_force,
    }


def _is_its_number(thing: Parcel | Application, wanted: Wanted) -> bool:
    """Whether that is what the thing is called, not only where it lies."""
    number = thing.reference if isinstance(thing, Parcel) else thing.number
    return number_key(number) == wanted.key


def _applications_listed(
    request: HttpRequest, query: str, numbered: list[Application]
) -> list[Application]:
    """Those of the number first, then those with the text in their title, with their outcomes."""
    rows = with_latest_outcome(Application.objects.visible_to(request.user)).prefetch_related(
        "parcels"
    )
    first = rows.in_bulk([application.pk for application in numbered])
    titled = rows.filter(_named("title", query)).exclude(pk__in=first)
    listed = [first[application.pk] for application in numbered]
    return [*listed, *titled[: FOUND_AT_MOST - len(listed)]]


def _named(field: str, query: str) -> Q:
    """The text in the field, in any of the three languages."""
    return (
        Q(**{f"{field}_ar__icontains": query})
        | Q(**{f"{field}_en__icontains": query})
        | Q(**{f"{field}_fr__icontains": query})
    )
