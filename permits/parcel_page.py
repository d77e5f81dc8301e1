"""The page of one parcel: the land, what the plan says of it on a date, and its applications."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.roles import Permission, may
from gisapp.typed import read_decimal
from parcels.actions.correct_edge import correct_edge
from parcels.models import Parcel, ParcelEdge
from parcels.rasters.telling import ground_rows
from parcels.surroundings import around, edges_of, outline_of
from permits.fit_form import FitForm, answer
from permits.models import Application
from permits.presentation import requirements
from permits.register import with_latest_outcome
from permits.wording import shapes_on
from zoning.actions.release_edge import release_edge
from zoning.extract import extract_of
from zoning.overlaps import SLIVER_M, SLIVER_M2


@require_safe
def parcel(request: HttpRequest, block: str, number: str) -> HttpResponse:
    """Everything known about ``block/number``, with the plan as of ``?on=YYYY-MM-DD``."""
    land = find_parcel(block, number)
    on = day_of(request)
    edges = list(land.edges.select_related("street"))
    extract = extract_of(land, on=on)
    rules = rules_of(land, on=on)
    fit = fit_of(request, land, on=on) if rules.get("room") else {}
    drawn = fit["fit_answer"].drawn if fit.get("fit_answer") else rules.get("drawn", {})
    applications = Application.objects.visible_to(request.user).filter(parcels=land)
    context = {
        "parcel": land,
        "on": on,
        "is_today": on == timezone.localdate(),
        "edges": edges,
        "may_correct": may(
            request.user, Permission.CORRECT_PARCELS, municipality=land.municipality
        ),
        "edge_choices": [one for one in ParcelEdge.Kind.choices if one[0] != "unknown"],
        "edge_kinds": list({edge.kind: edge.get_kind_display() for edge in edges}.items()),
        "extract": extract,
        "extract_url": extract_url(land, on=on),
        "sliver_m2": SLIVER_M2,
        "sliver_m": SLIVER_M,
        **rules,
        **fit,
        "shapes": shapes_on(drawn),
        "applications": with_latest_outcome(applications),
        "ground": ground_rows(land),
        "map_data": {**map_data(land), **{shape: drawn.get(shape) for shape in DRAWN}},
    }
    wrong = "fit_form" in fit and fit["fit_form"].errors
    return render(request, "parcels/parcel.html", context, status=422 if wrong else 200)


# What of a judgement the parcel's map draws: nothing is proposed but what was asked to fit.
DRAWN = ("envelope", "fit")


def fit_of(request: HttpRequest, land: Parcel, *, on: date) -> dict[str, Any]:
    """The form that asks whether a building would fit, and the answer once it is asked."""
    form = FitForm(request.GET)
    if not form.is_asked():
        return {"fit_form": FitForm()}
    return {"fit_form": form, "fit_answer": answer(land, form, on=on) if form.is_valid() else None}


@require_POST
def correct(request: HttpRequest, block: str, number: str, position: int) -> HttpResponse:
    """Say what one edge faces, or give it back to the classifier."""
    land = find_parcel(block, number)
    if not request.user.is_authenticated:
        return redirect_to_login(land.get_absolute_url())
    edge = get_object_or_404(land.edges.select_related("parcel__municipality"), position=position)
    try:
        seen = request.POST.get("seen", "")
        if "release" in request.POST:
            release_edge(edge=edge, actor=request.user, on=timezone.localdate(), seen=seen)
            messages.success(request, _("The edge is classified automatically again."))
        else:
            correct_edge(
                edge=edge,
                actor=request.user,
                kind=request.POST.get("kind", ""),
                street_width_m=width_of(request.POST.get("street_width_m", "")),
                seen=seen,
            )
            messages.success(request, _("The edge is corrected and locked."))
    except (BadInput, Conflict) as error:
        messages.error(request, str(error.detail))
    except NotAllowed as error:
        raise PermissionDenied from error
    return redirect(f"{land.get_absolute_url()}#h-edges")


def width_of(text: str) -> Decimal | None:
    """A width in m as typed; None where nothing is. Raises BadInput for what is no number."""
    if not text.strip():
        return None
    try:
        return read_decimal(text)
    except ValueError as error:
        raise BadInput(_("“%(text)s” is not a width in metres.") % {"text": text[:40]}) from error


def rules_of(land: Parcel, *, on: date) -> dict[str, Any]:
    """The limits in force on the parcel, or the reason why none can be named."""
    try:
        asked = requirements(land, on=on)
    except (BadInput, Conflict) as problem:
        return {"rules": [], "rules_problem": problem.detail}
    # Nothing is proposed yet, so there is nothing to decide.
    room = asked["room"] and {**asked["room"], "deciding": []}
    return {
        "rules": asked["findings"],
        "rules_notice": asked["notice"],
        "room": room,
        "drawn": asked["map"],
    }


def find_parcel(block: str, number: str) -> Parcel:
    """The parcel, or 404."""
    if "\x00" in block + number:
        raise Http404
    land = (
        Parcel.objects.filter(block=block, number=number)
        .select_related("municipality")
        .order_by("municipality")
        .first()
    )
    if land is None:
        raise Http404
    return land


def day_of(request: HttpRequest) -> date:
    """The date that ``?on=`` asks for, today without it. Raises BadInput for anything else."""
    asked = request.GET.get("on", "").strip()
    if not asked:
        return timezone.localdate()
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    if day is None:
        raise BadInput(
            _("“%(text)s” is not a date. Write it as year, month, day: 2026-03-31.")
            % {"text": asked[:40]},
            pointer="/on",
        )
    return day


def extract_url(land: Parcel, *, on: date) -> str:
    """Where the same extract is served as data, in the reader's language."""
    query = {
        "on": on.isoformat(),
        "municipality": land.municipality.slug,
        "lang": get_language(),
    }
    return f"{reverse('api-1:parcel-extract', args=[land.block, land.number])}?{urlencode(query)}"


def map_data(land: Parcel) -> dict[str, Any]:
    """What the small map draws, in WGS84."""
    return {
        "context": around(land.geometry, municipality_id=land.municipality_id),
        "parcel": outline_of(land),
        "edges": edges_of(land),
        "reference": land.reference,
    }
