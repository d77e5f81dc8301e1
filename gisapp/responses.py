"""Answers that are kept and asked for again: ETag, 304, gzip."""

from __future__ import annotations

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

FOR_ONE = "private, no-cache"
SMALLEST_GZIPPED = 400


def kept(
    request: HttpRequest, body: bytes, *, content_type: str, cache: str = FOR_ONE
) -> HttpResponse:
    """The body with an ETag of its content: 304 where the asker has it, gzipped where that pays."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        squeeze = len(body) > SMALLEST_GZIPPED and "gzip" in request.headers.get(
            "Accept-Encoding", ""
        )
        response = HttpResponse(
            gzip.compress(body, 1) if squeeze else body, content_type=content_type
        )
        if squeeze:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = cache
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie"])
    return response
