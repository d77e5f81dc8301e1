"""Pages to take data away: choose a layer, a format, an area and a date; see how far it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gisapp.errors import UmranError
from gisapp.params import EARLIEST, LATEST, read_bbox
from tiles.exports import asking, jobs
from tiles.exports.sending import is_small, send, send_file
from tiles.exports.wanted import FORMATS, Wanted, check_block
from tiles.layers import LAYERS
from tiles.models import Export
from tiles.query.numbers import CSV_KINDS, answers, csv_of, read_numbers
from tiles.scope import Scope

LARGEST_BYTES = 2 * 1024 * 1024


class ExportForm(forms.Form):
    """A layer, a format, an area, a date."""

    layer = forms.ChoiceField(label=_("Layer"), initial="parcels")
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS.items(), initial="gpkg")
    on = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    bbox = forms.CharField(
        label=_("Area (west, south, east, north in degrees)"),
        help_text=_("Empty for the whole city; or, for example, 38.6,24.4,38.61,24.41."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    block = forms.CharField(label=_("Only this block (parcels)"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layers: Any = self.fields["layer"]
        layers.choices = [(name, layer.title) for name, layer in LAYERS.items()]

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("A date is written like 2026-03-31."))
        return day

    def clean_bbox(self) -> Any:
        asked = self.cleaned_data["bbox"]
        try:
            return read_bbox(asked) if asked else None
        except UmranError as error:
            raise forms.ValidationError(str(error.detail)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            check_block(cleaned.get("layer", ""), cleaned.get("block", ""))
        except UmranError as error:
            self.add_error("block", str(error.detail))
        return cleaned

    def wanted(self, user: Any) -> Wanted:
        """What is asked for; call on a valid form."""
        asked = self.cleaned_data
        scope = Scope(user=user, on=asked["on"])
        return Wanted(
            asked["layer"], asked["format"], scope, bbox=asked["bbox"], block=asked["block"]
        )


class TableForm(forms.Form):
    """A list of parcel numbers."""

    file = forms.FileField(
        label=_("List of parcel numbers (CSV, one column)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt," + ",".join(CSV_KINDS)}),
    )
    day = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("A date is written like 2026-03-31."))
        return day

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The list is larger than 2 MB."))
        try:
            return read_numbers(file.read())
        except UmranError as error:
            raise forms.ValidationError(str(error.detail)) from error


@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest) -> HttpResponseBase:
    """The form of exports; a small one is answered at once, a large one gets a page of its own."""
    today = timezone.localdate()
    asked = {name: request.GET[name] for name in ("layer", "bbox", "on") if name in request.GET}
    form = ExportForm(initial={"on": today, **asked})
    table = TableForm(initial={"day": today})
    if request.method == "POST" and "day" in request.POST:
        table = TableForm(request.POST, request.FILES)
        if table.is_valid():
            return _table(table)
    elif request.method == "POST":
        form = ExportForm(request.POST)
        if form.is_valid():
            wanted = form.wanted(request.user)
            if is_small(wanted):
                return send(wanted)
            return redirect(asking.ask_for(wanted, user=request.user))
    status = 422 if form.errors or table.errors else 200
    context = {"form": form, "table": table, "language": get_language()}
    return render(request, "tiles/exports/take_away.html", context, status=status)


def _table(form: TableForm) -> HttpResponseBase:
    rows = answers(form.cleaned_data["file"], on=form.cleaned_data["day"])
    response = HttpResponse("".join(csv_of(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="parcels.csv"'
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_safe
def export(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """How far an export is, and its file."""
    return render(request, "tiles/exports/export.html", {"export": _find(request, key)})


@never_cache
@require_safe
def progress(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """How far it is, as a part of its page; once it has ended the whole page is asked for."""
    found = _find(request, key)
    response = render(request, "tiles/exports/_progress.html", {"export": found})
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_safe
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file of an export that is done."""
    found = _find(request, key)
    if found.status != Export.Status.DONE or not found.path.exists():
        raise Http404
    return send_file(found)


@require_POST
def change(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Cancel an export, or make it ``again``."""
    found = _find(request, key)
    if "again" in request.POST:
        asking.begin_again(found)
    else:
        jobs.cancel(found)
    return redirect(found)


def _find(request: HttpRequest, key: UUID) -> Export:
    found = Export.objects.open_to(request.user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
