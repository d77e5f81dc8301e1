"""Pages to take data away: choose a layer, a format, an area and a date; see how far it is."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gisapp.errors import TooLarge, UmranError
from gisapp.params import EARLIEST, LATEST
from tiles.exports import asking, jobs
from tiles.exports.sending import MOST_AT_ONCE, send, send_file
from tiles.exports.summary import summary
from tiles.exports.wanted import FORMATS, Part, Wanted
from tiles.layers import LAYERS
from tiles.models import Export
from tiles.query.numbers import CSV_KINDS, answers, csv_of, read_numbers
from tiles.scope import Scope, visible_versions

LARGEST_BYTES = 2 * 1024 * 1024
# Of a field whose text is no sentence.
WRITTEN = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


class ExportForm(forms.Form):
    """A layer, a format, a date, and which part of it: the words of the query API.

    ``shown`` are the layers on the map that the person comes from.
    """

    shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    layer = forms.ChoiceField(label=_("Layer"))
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS.items())
    on = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.ChoiceField(label=_("Plan"), required=False)
    bbox = forms.CharField(
        label=_("Rectangle (west, south, east, north in degrees)"),
        help_text=_("For example 38.6,24.4,38.61,24.41; the map fills it in."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=WRITTEN),
    )
    near = forms.CharField(
        label=_("Near this parcel"), required=False, max_length=81, widget=forms.TextInput(WRITTEN)
    )
    distance_m = forms.FloatField(label=_("Within so many metres of it"), required=False)
    block = forms.CharField(label=_("Only this block (parcels)"), required=False, max_length=40)
    references = forms.CharField(
        label=_("Only these parcels, a number on each line (parcels)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **WRITTEN}),
    )
    lon = forms.FloatField(label=_("At this longitude"), required=False)
    lat = forms.FloatField(label=_("At this latitude"), required=False)
    municipality = forms.CharField(
        label=_("Municipality (its short name)"), required=False, max_length=50
    )
    within = forms.CharField(
        label=_("Within an area (GeoJSON Polygon)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **WRITTEN}),
    )
    filter = forms.CharField(
        label=_("Only where this holds (CQL2)"),
        help_text=_("Such as width_m >= 20; a layer's properties are listed under Open data."),
        required=False,
        max_length=4_096,
        widget=forms.TextInput(attrs=WRITTEN),
    )

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        layers: Any = self.fields["layer"]
        layers.choices = self._layers()
        versions: Any = self.fields["version"]
        self.versions = {str(version.pk): version for version in visible_versions(user)}
        versions.choices = [("", _("in force on the date")), *self.versions.items()]

    def _layers(self) -> list[tuple[Any, Any]]:
        """The layers on the map first, if the person comes from there."""
        titles = [(name, layer.title) for name, layer in LAYERS.items()]
        asked = self.data.get("shown", "").split(",")
        shown = [(name, title) for name, title in titles if name in asked]
        if not shown:
            return titles
        others = [choice for choice in titles if choice not in shown]
        return [(_("On the map"), shown), (_("Other layers"), others)]

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"] or timezone.localdate()
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("A date is written like 2026-03-31."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.wanted.rows  # noqa: B018  what is wrong with the question is said here
            except UmranError as error:
                field = error.pointer.strip("/").split("/")[0]
                self.add_error(field if field in self.fields else None, str(error.detail))
        return cleaned

    @cached_property
    def wanted(self) -> Wanted:
        """What is asked for, of a valid form."""
        asked = self.cleaned_data
        version = self.versions.get(asked["version"])
        day = asked["on"] if version is None else timezone.localdate()
        scope = Scope(user=self.user, on=day, version=version)
        part = Part(**{name: asked[name] for name in PART})
        return Wanted(asked["layer"], asked["format"], scope, part)

    def groups(self) -> dict[str, Any]:
        """The fields in two groups: what everybody chooses, and what chooses a part."""
        first = [self[name] for name in ("layer", "format", "on")]
        return {
            "first": {"visible_fields": first, "hidden_fields": [self["shown"]]},
            "part": {"visible_fields": [self[name] for name in (*PART, "version")]},
        }


PART = (
    *("bbox", "near", "distance_m", "block", "references"),
    *("lon", "lat", "municipality", "within", "filter"),
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
    """The form of exports; a small one is answered at once, a large one gets a page of its own.

    An address can fill it in, as the map's link does, with the names of the form's fields.
    """
    today = timezone.localdate()
    table = TableForm(initial={"day": today})
    form = ExportForm(request.user, _filled_in(request.GET, today))
    if request.method == "POST" and "day" in request.POST:
        table = TableForm(request.POST, request.FILES)
        if table.is_valid():
            return _table(table)
    elif request.method == "POST":
        form = ExportForm(request.user, request.POST)
        if form.is_valid():
            try:
                return send(form.wanted)
            except TooLarge:
                return redirect(asking.ask_for(form.wanted, user=request.user))
    wrong = form.errors or table.errors
    context = {
        "form": form,
        "table": table,
        "facts": None if form.errors else summary(form.wanted),
        "most_at_once": MOST_AT_ONCE,
        "made_within_s": settings.EXPORT_MADE_WITHIN_S,
        "is_part": any(form.data.get(name) for name in PART),
    }
    # The summary alone is put into a page that is shown already, with what is wrong in it.
    status = 422 if wrong and not request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "tiles/exports/take_away.html", context, status=status)


def _filled_in(asked: QueryDict, today: date) -> dict[str, Any]:
    """The form's data by an address; what it leaves out is as most people want it."""
    shown = asked.get("shown", "").split(",")
    layer = "parcels" if "parcels" in shown or not shown[0] else shown[0]
    usual = {"layer": layer, "format": "gpkg", "on": today.isoformat()}
    return usual | {name: value for name, value in asked.items() if value}


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
