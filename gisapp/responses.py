"""Answers that are kept and asked for again: ETag, 304, gzip."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

FOR_ONE = "private, no-cache"
JSON = "application/json; charset=utf-8"
SMALLEST_GZIPPED = 400


def etag_of(content: bytes) -> str:
    """The tag that tells this content from any other."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def tagged(
    request: HttpRequest,
    body: bytes,
    *,
    content_type: str,
    etag: str | None = None,
    squeezed: bool = True,
) -> HttpResponse:
    """The body with its ETag: 304 where the asker has it, gzipped where that pays, 204 if empty.

    ``etag`` is for a body that says more than what its tag stands for (then it is weak), and
    ``squeezed`` off for one that is compressed already. How long it may be kept is the caller's.
    """
    if not body:
        return HttpResponse(status=204)
    tag = etag_of(body) if etag is None else etag
    response: HttpResponse
    if tag.removeprefix("W/") in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    elif (
        squeezed
        and len(body) > SMALLEST_GZIPPED
        and "gzip" in request.headers.get("Accept-Encoding", "")
    ):
        response = HttpResponse(gzip.compress(body, 1), content_type=content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = tag
    return response


def kept(
    request: HttpRequest, body: bytes, *, content_type: str, cache: str = FOR_ONE
) -> HttpResponse:
    """The body with its ETag, in the active language, for who asked in it."""
    response = tagged(request, body, content_type=content_type)
    response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    response["Cache-Control"] = cache
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie"])
    return response


def kept_json(request: HttpRequest, document: Any, *, cache: str = FOR_ONE) -> HttpResponse:
    """A document as JSON with its ETag, in the active language."""
    text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False)
    return kept(request, text.encode(), content_type=JSON, cache=cache)
