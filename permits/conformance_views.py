"""Checks of the whole city: the list, one run with its figures and parcels, start and stop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gisapp.errors import BadInput, Conflict, NotThere, TooLarge
from gisapp.sending import Download, MadeTooSlowly, made
from permits.actions.check_city import open_again, start_in_background, versions_to_check
from permits.actions.evaluate_city import cancel_run, may_check, open_run
from permits.city.figures import because, building_facts, by_kind, by_outcome, listed
from permits.city.judging import OVERHANG_M
from permits.city.table import write
from permits.conformance_form import CheckForm, ParcelFilter
from permits.models import ConformanceRun
from zoning.models import PlanVersion

PER_PAGE = 50
RUNS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def checks(request: HttpRequest) -> HttpResponse:
    """The runs that this person may read, and for who may start one, the form."""
    form = _form(request)
    if request.method == "POST":
        if form is None:
            return _refused(request)
        if form.is_valid() and (run := _opened(request, form)) is not None:
            return redirect(run)
    runs = ConformanceRun.objects.visible_to(request.user).select_related("plan_version__plan")
    context = {"runs": runs[:RUNS_SHOWN], "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "permits/conformance/list.html", context, status=status)


def _form(request: HttpRequest) -> CheckForm | None:
    """The form with the plan versions that this person may check; None where there is none."""
    versions = versions_to_check(request.user)
    if not versions.exists():
        return None
    if request.method == "POST":
        return CheckForm(request.POST, versions=versions)
    today = timezone.localdate()
    in_force = versions.filter(status=PlanVersion.Status.IN_FORCE).first()
    return CheckForm(initial={"on": today, "version": in_force}, versions=versions)


def _refused(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    raise PermissionDenied


def _opened(request: HttpRequest, form: CheckForm) -> ConformanceRun | None:
    """The run that the form asks for, left to the worker; None with the reason in the form."""
    asked = form.cleaned_data
    try:
        run = open_run(
            version=asked["version"],
            on=asked["on"],
            actor=request.user,  # type: ignore[arg-type]
            building=form.building(),
        )
    except (BadInput, Conflict, NotThere) as error:
        form.add_error(None, str(error.detail))
        return None
    start_in_background(run=run, actor=request.user)
    return run


@never_cache
@require_safe
def check(request: HttpRequest, run: int) -> HttpResponse:
    """One run: how far it is, its figures, and the parcels behind each figure."""
    found = find_run(request, run)
    outcomes = by_outcome(found)
    wanted = ParcelFilter(request.GET)
    rows = listed(found, **wanted.wanted()).defer("parcel__geometry")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_progress(request, found),
        "outcomes": outcomes,
        "judged": sum(figure.count for figure in outcomes),
        "kinds": by_kind(found),
        "filter": wanted,
        "wanted": wanted.wanted(),
        "page": page,
        "results": [(result, because(result)) for result in page],
        "overhang_m": OVERHANG_M,
        "building": building_facts(found.building or {}),
        "map_address": f"{reverse('map')}#{map_view(found)}",
        "on_the_map": ConformanceRun.objects.visible_to(request.user)
        .latest_finished()
        .filter(pk=found.pk)
        .exists(),
    }
    return render(request, "permits/conformance/run.html", context)


@never_cache
@require_safe
def progress(request: HttpRequest, run: int) -> HttpResponse:
    """How far a run is, as a part of its page; once it has ended the whole page is asked for."""
    found = find_run(request, run)
    response = render(request, "permits/conformance/_progress.html", _progress(request, found))
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


def _progress(request: HttpRequest, run: ConformanceRun) -> dict[str, Any]:
    return {"run": run, "may_check": may_check(request.user, run.municipality)}


@require_POST
def cancel(request: HttpRequest, run: int) -> HttpResponse:
    """Stop a run after its present chunk."""
    found = find_run(request, run)
    if not may_check(request.user, found.municipality):
        return _refused(request)
    cancel_run(run=found, actor=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The check stops after the parcels it is at."))
    return redirect(found)


@require_POST
def resume(request: HttpRequest, run: int) -> HttpResponse:
    """Go on with a run that was stopped, or make one that is done ``again``, in the background."""
    found = find_run(request, run)
    if not may_check(request.user, found.municipality):
        return _refused(request)
    if "again" in request.POST:
        found = open_again(run=found, actor=request.user)
    start_in_background(run=found, actor=request.user)
    return redirect(found)


def map_view(run: ConformanceRun) -> str:
    """The part of the map's address that shows this run's layer over its plan version."""
    layers = "boundary,zones,parcels,streets,buildings,conformance"
    in_force = run.plan_version.status == PlanVersion.Status.IN_FORCE
    return f"layers={layers}" + ("" if in_force else f"&version={run.plan_version_id}")


@never_cache
@require_safe
def table(request: HttpRequest, run: int) -> Download:
    """The results as CSV; of a run that is not done, those so far, and the file's name says so."""
    found = find_run(request, run)
    part = "" if found.status == ConformanceRun.Status.DONE else "-part"
    name = f"conformance-{found.pk}-{found.on:%Y-%m-%d}{part}.csv"
    try:
        file = made(lambda path, progress: write(found, path, progress), name)
    except MadeTooSlowly as error:
        raise TooLarge(
            _(
                "This takes longer than may be waited for. “evaluate_city --output FILE” on the "
                "server's command line writes a table of any length."
            )
        ) from error
    return Download(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def find_run(request: HttpRequest, run: int) -> ConformanceRun:
    """The run, or 404 when there is none or it is not open to this person."""
    runs = ConformanceRun.objects.visible_to(request.user)
    found = runs.select_related("plan_version__plan", "municipality", "created_by")
    first = found.filter(pk=run).first()
    if first is None:
        raise Http404
    return first
