"""The public register as a list: filters in the address, each file with its latest outcome."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.gis.db.models import QuerySet
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from permits.models import Application, Evaluation
from permits.workflow import Status

NOT_EVALUATED = "none"

OUTCOMES = [
    ("breaches", _("breaches")),
    ("needs_review", _("needs review")),
    ("conditional", _("conditional")),
    ("complies", _("complies")),
    (NOT_EVALUATED, _("not evaluated")),
]


def with_latest_outcome(applications: QuerySet) -> QuerySet:
    """Each application with ``latest_outcome``, empty when it was never evaluated; no footprint."""
    latest = Evaluation.objects.filter(application=OuterRef("pk")).order_by("-created_at", "-pk")
    return applications.annotate(latest_outcome=Subquery(latest.values("outcome")[:1])).defer(
        "footprint"
    )


class RegisterFilter(forms.Form):
    """The filters of the register; all optional, all in the query of the address."""

    q = forms.CharField(label=_("Number, title or parcel"), max_length=100, required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    year = forms.ChoiceField(label=_("Year filed"), required=False)
    outcome = forms.ChoiceField(label=_("Latest evaluation"), required=False)

    def __init__(self, *args: Any, applications: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("all"))
        years = [day.year for day in applications.order_by().dates("filing_date", "year", "DESC")]
        present = set(applications.order_by().values_list("status", flat=True).distinct())
        fields = cast("dict[str, forms.ChoiceField]", self.fields)
        fields["status"].choices = [
            everything,
            *((value, label) for value, label in Status.choices if value in present),
        ]
        fields["year"].choices = [everything, *((str(year), str(year)) for year in years)]
        fields["outcome"].choices = [everything, *OUTCOMES]

    def apply(self, applications: QuerySet) -> QuerySet:
        """The applications that meet every valid filter; a filter that is not valid is ignored."""
        self.full_clean()
        wanted = self.cleaned_data
        rows = with_latest_outcome(applications)
        if wanted.get("q"):
            rows = rows.filter(_resembles(wanted["q"]))
        if wanted.get("status"):
            rows = rows.filter(status=wanted["status"])
        if wanted.get("year"):
            rows = rows.filter(filing_date__year=int(wanted["year"]))
        if wanted.get("outcome") == NOT_EVALUATED:
            rows = rows.filter(latest_outcome=None)
        elif wanted.get("outcome"):
            rows = rows.filter(latest_outcome=wanted["outcome"])
        return rows.order_by("-filing_date", "-number")


def _resembles(text: str) -> Q:
    matches = Q(number__icontains=text)
    for language in ("ar", "en", "fr"):
        matches |= Q(**{f"title_{language}__icontains": text})
    on_parcel = Application.parcels.through.objects.filter(parcel__reference=text)
    return matches | Q(pk__in=on_parcel.values("application"))
