"""Values for multilingual fields."""

from __future__ import annotations

LANGUAGES = ("ar", "en", "fr")


def texts(field: str, values: dict[str, str]) -> dict[str, str]:
    """Model arguments for one multilingual field: ``texts("name", {"ar": …})`` → ``name_ar``…

    A language that is missing takes English, then Arabic, then whatever there is.
    """
    present = {language: text for language, text in values.items() if text}
    default = next((present[key] for key in ("en", "ar", "fr") if key in present), "")
    return {f"{field}_{language}": present.get(language, default) for language in LANGUAGES}
