"""The form that asks for a check of a whole city, and the filter of a check's parcels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from gisapp.templatetags.umran import USES
from permits.city.figures import OUTCOMES, kind_label
from permits.proposals import ProposalIn
from permits.wording import CITY_KINDS
from zoning.models import PlanVersion
from zoning.rules.catalogue import KINDS

EXISTING, TYPE = "existing", "type"


class CheckForm(forms.Form):
    """Which plan version, on which day, and what is held against it."""

    version = forms.ModelChoiceField(
        PlanVersion.objects.none(), label=_("Plan version"), empty_label=None
    )
    on = forms.DateField(
        label=_("Judged as of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    subject = forms.ChoiceField(
        label=_("What is checked"),
        choices=[(EXISTING, _("the existing buildings")), (TYPE, _("one type of building"))],
        widget=forms.RadioSelect,
        initial=EXISTING,
    )
    width_m = forms.DecimalField(label=_("Width (m)"), min_value=Decimal("0.1"), required=False)
    depth_m = forms.DecimalField(label=_("Depth (m)"), min_value=Decimal("0.1"), required=False)
    storeys = forms.DecimalField(
        label=_("Storeys"), min_value=Decimal("0.5"), max_value=300, required=False
    )
    height_m = forms.DecimalField(
        label=_("Height (m)"), min_value=Decimal("0.1"), max_value=2_000, required=False
    )
    use = forms.ChoiceField(label=_("Use"), required=False)
    floor_area_m2 = forms.DecimalField(
        label=_("Floor area (m²)"), min_value=Decimal(0), required=False
    )
    dwelling_units = forms.IntegerField(
        label=_("Dwellings"), min_value=0, max_value=100_000, required=False
    )
    parking_stalls = forms.IntegerField(
        label=_("Parking stalls"), min_value=0, max_value=100_000, required=False
    )

    OF_THE_PLAN = ("version", "on", "subject")

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["version"]).queryset = versions
        cast(forms.ChoiceField, self.fields["use"]).choices = [("", "–"), *USES.items()]

    def of_the_building(self) -> list[forms.BoundField]:
        """The fields that describe a type of building."""
        return [field for field in self if field.name not in self.OF_THE_PLAN]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("subject") == TYPE:
            for name in ("width_m", "depth_m"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("A type of building needs its width and depth."))
            if cleaned.get("floor_area_m2") is not None and not cleaned.get("use"):
                self.add_error("use", _("Say what the floor area is used for."))
        return cleaned

    def building(self) -> ProposalIn | None:
        """The type of building, or None for the existing ones; call on a valid form."""
        asked = self.cleaned_data
        if asked["subject"] != TYPE:
            return None
        sides = sorted((asked["width_m"], asked["depth_m"]))
        area = asked["floor_area_m2"]
        return ProposalIn(
            building_width_m=sides[0],
            building_length_m=sides[1],
            floor_areas_m2=None if area is None else {asked["use"]: area},
            **{
                name: asked[name]
                for name in ("storeys", "height_m", "dwelling_units", "parking_stalls")
            },
        )


class ParcelFilter(forms.Form):
    """The filters of a check's parcels, in the query of the address; what is not valid is empty."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    kind = forms.ChoiceField(label=_("Because of"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("all"))
        fields = cast("dict[str, forms.ChoiceField]", self.fields)
        fields["outcome"].choices = [everything, *OUTCOMES.items()]
        kinds = [(kind, kind_label(kind)) for kind in (*CITY_KINDS, *KINDS)]
        fields["kind"].choices = [everything, *kinds]

    def wanted(self) -> dict[str, str]:
        """The filters that are set."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
