"""Values for multilingual fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

LANGUAGES = ("ar", "en", "fr")


def texts(field: str, values: dict[str, str]) -> dict[str, str]:
    """Model arguments for one multilingual field: ``texts("name", {"ar": …})`` → ``name_ar``…

    A language that is missing takes English, then Arabic, then whatever there is.
    """
    present = {language: text for language, text in values.items() if text}
    default = next((present[key] for key in ("en", "ar", "fr") if key in present), "")
    return {f"{field}_{language}": present.get(language, default) for language in LANGUAGES}


def chosen(values: Mapping[str, Any], field: str, *, language: str) -> str:
    """The text of a multilingual field in a language, or in one that there is.

    ``values`` holds ``name_ar``, ``name_en`` … as the database does; the order of the others is the
    models' own (``MODELTRANSLATION_FALLBACK_LANGUAGES``).
    """
    orders = settings.MODELTRANSLATION_FALLBACK_LANGUAGES
    for code in (language, *orders.get(language, orders["default"])):
        text = values.get(f"{field}_{code}")
        if text:
            return str(text)
    return ""
