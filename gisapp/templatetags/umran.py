"""What the templates of every app share: languages, navigation, references, outcomes."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gisapp.counts import COUNTS
from gisapp.figures import rounded
from gisapp.roles import works_here

register = template.Library()

SHORT_NAMES = {"ar": "ع", "en": "EN", "fr": "FR"}

NAVIGATION = (
    ("map", _("Map"), "bi-map"),
    ("applications", _("Applications"), "bi-folder2-open"),
    ("parcels", _("Parcels"), "bi-bounding-box"),
    ("data", _("Data"), "bi-database"),
)

# What the staff works with, beside what everyone reads.
STAFF_NAVIGATION = (("conformance", _("Conformance"), "bi-clipboard-check"),)

OUTCOMES: dict[str, tuple[Any, str]] = {
    "breaches": (_("breaches"), "bi-x-octagon-fill"),
    "needs_review": (_("needs review"), "bi-question-circle-fill"),
    "conditional": (_("conditional"), "bi-exclamation-triangle-fill"),
    "complies": (_("complies"), "bi-check-circle-fill"),
    "not_applicable": (_("not applicable"), "bi-dash-circle"),
    "no_rule": (_("no rule"), "bi-slash-circle"),
    "no_building": (_("no building"), "bi-square"),
    "outside_plan": (_("outside the plan"), "bi-border-outer"),
    "not_judged": (_("cannot be judged"), "bi-exclamation-diamond"),
}


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], code: str) -> str:
    """The address of the same page and query in another language.

    A page outside the languages' own addresses says in its context what they are.
    """
    if "in_languages" in context:
        return str(context["in_languages"][code])
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"/{code}/"
    here = request.get_full_path()
    translated: str = translate_url(here, code)
    if translated != here or code == get_language():
        return translated
    current = f"/{get_language()}/"
    if here.startswith(current):  # a page that does not exist has no name to translate
        return f"/{code}/{here.removeprefix(current)}"
    return f"/{code}/"


@register.filter
def language_short(code: str) -> str:
    """The short sign of a language for narrow screens."""
    return SHORT_NAMES.get(code, code.upper())


@register.inclusion_tag("includes/nav.html", takes_context=True)
def site_nav(context: dict[str, Any]) -> dict[str, Any]:
    """The main entries that this deployment mounts, with the present one marked."""
    request: HttpRequest | None = context.get("request")
    here = request.path if request else ""
    entries = []
    user = getattr(request, "user", None)  # missing where a request failed early
    staff = user is not None and works_here(user)
    for name, label, icon in (*NAVIGATION, *(STAFF_NAVIGATION if staff else ())):
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        entries.append(
            {"address": address, "label": label, "icon": icon, "here": here.startswith(address)}
        )
    return {"entries": entries}


@register.filter
def in_words(values: Any) -> str:
    """One text of ``{"ar": …, "en": …, "fr": …}`` in the active language; plain text as it is."""
    if not isinstance(values, dict):
        return str(values)
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return next((str(values[key]) for key in (language, "en", "ar", "fr") if values.get(key)), "")


@register.filter
def ref(value: Any) -> SafeString:
    """A reference such as ``2026/BP/000123``, isolated so that Arabic text can not reorder it."""
    return format_html('<bdi dir="ltr" class="ref">{}</bdi>', value)


@register.inclusion_tag("includes/outcome.html")
def outcome(code: str, label: str = "", size: str = "") -> dict[str, Any]:
    """An outcome as colour, sign and words together."""
    words, icon = OUTCOMES.get(code, (_("not evaluated"), "bi-circle"))
    return {"code": code or "none", "label": label or words, "icon": icon, "size": size}


@register.filter
def outcome_icon(code: str) -> str:
    """The sign of an outcome."""
    return OUTCOMES[code][1] if code in OUTCOMES else "bi-circle"


@register.filter
def outcome_name(code: str) -> str:
    """An outcome in words."""
    return str(OUTCOMES[code][0]) if code in OUTCOMES else code


UNITS = {"m2": _("m²"), "m": _("m"), "deg": "°"}


@register.filter
def measure(value: Any, form: str = "1 m2") -> SafeString:
    """A measure with its unit in one unbroken piece: ``{{ area|measure:"2 m2" }}`` → 375.00 m².

    ``form`` is the number of decimals and the unit; a measure that is not known says so.
    """
    if value is None or value == "":
        return format_html('<span class="unknown">{}</span>', _("not known"))
    decimals, unit = form.split()
    space = "" if unit == "deg" else "\u00a0"
    return format_html(
        '<bdi class="num">{}{}{}</bdi>', rounded(value, int(decimals)), space, UNITS[unit]
    )


FIGURE = re.compile(r"[+−≤≥=]?\s?[\d\u202f\u00a0.,]+%?")


@register.filter
def figure(words: str) -> SafeString:
    """A limit such as ``≥ 3.00 m``: sign and number left to right, the unit as its script runs.

    In right-to-left text ≥ would else be mirrored to ≤, and the minus sign would change sides.
    """
    number = FIGURE.match(words)
    if number is None:
        return format_html("<bdi>{}</bdi>", words)
    return format_html('<bdi><bdi dir="ltr">{}</bdi>{}</bdi>', number[0], words[number.end() :])


@register.filter
def percent(value: float, decimals: int = 0) -> SafeString:
    """A percentage in one unbroken piece: ``{{ 12.5|percent:1 }}`` → 12.5%."""
    return format_html('<bdi class="num">{}%</bdi>', rounded(value, decimals))


@register.filter
def share(value: float) -> SafeString:
    """A share between 0 and 1 as whole percent."""
    return percent(value * 100)


USES = {
    "vacant": _("vacant land"),
    "residential": _("residential"),
    "retail": _("retail"),
    "office": _("office"),
    "industrial": _("industrial"),
    "hotel": _("hotel"),
    "school": _("school"),
    "mosque": _("mosque"),
    "storage": _("storage"),
    "public": _("public services"),
    "mixed": _("mixed use"),
    "agricultural": _("agricultural"),
    "parking": _("parking"),
    "warehouse": _("warehousing"),
    "education": _("education"),
    "health": _("health care"),
    "worship": _("worship"),
    "agriculture": _("agriculture"),
    "heavy_industrial": _("heavy industry"),
    "open_space": _("open space"),
}


@register.filter
def count_label(key: str) -> str:
    """What a count in an import's report counts: a fate of features, or rows of a model."""
    if key in COUNTS:
        return str(COUNTS[key])
    models = {model._meta.model_name: model for model in apps.get_models()}
    return str(models[key]._meta.verbose_name_plural if key in models else key.replace("_", " "))


@register.filter
def is_number(value: Any) -> bool:
    """Whether the value can be written with digits and separators."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@register.filter
def use_name(code: str) -> str:
    """A land use in words; a use of the city's own rulebook keeps its code."""
    return str(USES.get(code, code.replace("_", " ")))
