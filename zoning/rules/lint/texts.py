"""Texts that are missing in one of the three languages: Arabic, English, French are equals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoning.rules.lint.remarks import Remark, Subject

LANGUAGES = ("ar", "en", "fr")


def check(subject: Subject) -> Iterator[Remark]:
    """Every rule, title, use and district that some readers can not read."""
    for index, rule in subject.rules():
        if missing := _missing(rule.rule.text):
            yield subject.on_rule("text_missing", index, "text", languages=missing)
    document = subject.rulebook.document
    named = [(("title",), document.title), (("instrument", "title"), document.instrument.title)]
    if document.notice:
        named.append((("notice",), document.notice))
    for field in ("uses", "districts"):
        texts: Mapping[str, Mapping[str, str]] = getattr(document, field)
        named += [((field, code), dict(names)) for code, names in texts.items()]
    for where, names in named:
        if missing := _missing(names):
            yield subject.on_file("name_missing", *where, place=".".join(where), languages=missing)


def _missing(texts: Mapping[str, str]) -> str:
    return ", ".join(code for code in LANGUAGES if not texts.get(code, "").strip())
