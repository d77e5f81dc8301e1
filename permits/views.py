"""The register of applications, the page of one case, and its downloads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gisapp import geojson
from gisapp.errors import BadInput, Conflict
from gisapp.roles import Permission, may
from parcels.surroundings import around
from permits.actions.evaluate_application import evaluate_application
from permits.models import Application, Evaluation
from permits.presentation import present
from permits.register import RegisterFilter
from permits.wording import shapes_on

PER_PAGE = 25


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The public register; staff see every file of their municipality."""
    applications = Application.objects.visible_to(request.user)
    chosen = RegisterFilter(request.GET, applications=applications)
    rows = chosen.apply(applications).prefetch_related("parcels")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page": page,
        "is_filtered": any(chosen.cleaned_data.values()),
        "total": applications.count(),
    }
    # Going back in the browser asks for the whole page, also by htmx.
    whole = "HX-Request" not in request.headers or "HX-History-Restore-Request" in request.headers
    template = "permits/register.html" if whole else "permits/_register.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def case(request: HttpRequest, year: str, series: str, serial: str) -> HttpResponse:
    """One application: the proposal, the findings of an evaluation, and the map that shows why."""
    application = find_application(request, year, series, serial)
    history = list(application.evaluations.select_related("plan_version__plan", "created_by"))
    chosen = choose(history, request.GET.get("evaluation"))
    parcels = list(application.parcels.all())
    shown = present(chosen) if chosen else None
    spoken, silent = by_voice(shown)
    context = {
        "application": application,
        "parcels": parcels,
        "history": history,
        "chosen": chosen,
        "is_latest": chosen is None or chosen == history[0],
        "case": shown,
        "spoken": spoken,
        "silent": silent,
        "edge_kinds": edge_kinds(shown),
        "shapes": shapes_on({**shown["map"], "why": shown["findings"]}) if shown else [],
        "map_data": map_data(application, parcels, shown),
        "may_evaluate": may(
            request.user, Permission.EVALUATE, municipality=application.municipality
        ),
    }
    return render(request, "permits/case.html", context)


@require_POST
def evaluate(request: HttpRequest, year: str, series: str, serial: str) -> HttpResponse:
    """Judge the application again; the earlier evaluations stay as they are."""
    application = find_application(request, year, series, serial)
    if not request.user.is_authenticated:
        return redirect_to_login(application.get_absolute_url())
    if not may(request.user, Permission.EVALUATE, municipality=application.municipality):
        raise PermissionDenied
    try:
        evaluate_application(application=application, actor=request.user)
    except (BadInput, Conflict) as error:
        messages.error(request, str(error.detail))
    else:
        messages.success(request, _("The application has been evaluated again."))
    return redirect(application)


@require_safe
def case_map(request: HttpRequest, year: str, series: str, serial: str) -> HttpResponse:
    """The case's map as one file that needs no server."""
    # folium brings pandas with it: a second of every start, for one download now and then.
    from permits.report import case_map_html

    evaluation = find_evaluation(request, year, series, serial)
    response = HttpResponse(case_map_html(evaluation))
    response["Content-Disposition"] = attachment(evaluation, "html")
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_safe
def findings(request: HttpRequest, year: str, series: str, serial: str) -> JsonResponse:
    """The evaluation's findings as JSON, in the page's language."""
    evaluation = find_evaluation(request, year, series, serial)
    response = JsonResponse(present(evaluation), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = attachment(evaluation, "json")
    return response


def find_application(request: HttpRequest, year: str, series: str, serial: str) -> Application:
    """The application, or 404 when there is none or it is not open to this person."""
    number = f"{year}/{series}/{serial}"
    if "\x00" in number:
        raise Http404
    application = (
        Application.objects.visible_to(request.user)
        .select_related("municipality", "plan_version__plan")
        .filter(number=number)
        .first()
    )
    if application is None:
        raise Http404
    return application


def find_evaluation(request: HttpRequest, year: str, series: str, serial: str) -> Evaluation:
    """The evaluation that ``?evaluation=`` names, or the latest; 404 when there is none."""
    application = find_application(request, year, series, serial)
    evaluation = choose(list(application.evaluations.all()), request.GET.get("evaluation"))
    if evaluation is None:
        raise Http404
    return evaluation


def choose(history: list[Evaluation], asked: str | None) -> Evaluation | None:
    """The evaluation with that key, or the latest; 404 for a key of another application."""
    if not asked:
        return history[0] if history else None
    chosen = next((each for each in history if str(each.pk) == asked), None)
    if chosen is None:
        raise Http404
    return chosen


def attachment(evaluation: Evaluation, ending: str) -> str:
    """A header that saves the file under the application's number and the date judged."""
    name = slugify(evaluation.application.number.replace("/", "-"))
    return f'attachment; filename="{name}-{evaluation.on:%Y-%m-%d}.{ending}"'


def map_data(
    application: Application, parcels: list[Any], case: dict[str, Any] | None
) -> dict[str, Any] | None:
    """What the case's map draws, in WGS84; None when the application lies on no parcel."""
    if not parcels:
        return None
    place = parcels[0].geometry
    for parcel in parcels[1:]:
        place = place.union(parcel.geometry)
    # Before the first evaluation there is nothing judged to draw, but land and building are there.
    drawn = (
        case["map"]
        if case
        else {
            "parcel": geojson.stored(place),
            "footprint": geojson.stored(application.footprint),
        }
    )
    return {
        "context": around(place, municipality_id=application.municipality_id),
        "own": [parcel.reference for parcel in parcels],
        "findings": {str(each["id"]): drawn_of(each) for each in case["findings"]} if case else {},
        **drawn,
    }


def drawn_of(finding: dict[str, Any]) -> dict[str, Any]:
    """What the map needs of a finding to show why."""
    return {key: finding.get(key) for key in ("kind", "outcome", "geometry")}


def edge_kinds(case: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The classes of edges on the map with their labels, each once, for the legend."""
    edges = case["map"]["edges"] if case else []
    return list({edge["kind"]: edge["label"] for edge in edges}.items())


SILENT = frozenset({"no_rule", "not_applicable"})


def by_voice(case: dict[str, Any] | None) -> tuple[list[Any], list[Any]]:
    """The findings that say something of the proposal, and those where the plan is silent."""
    findings = case["findings"] if case else []
    return (
        [each for each in findings if each["outcome"] not in SILENT],
        [each for each in findings if each["outcome"] in SILENT],
    )
