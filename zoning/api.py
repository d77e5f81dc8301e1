"""The API of plans: the format of rulebooks."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zoning.rules.schema import json_schema

router = Router(tags=["plans"])


@router.get("/rulebook-schema", summary="The rulebook format as a JSON Schema")
def rulebook_schema(request: HttpRequest) -> HttpResponse:
    """Draft 2020-12; what editors and other programs need to check the fields of a rulebook."""
    return HttpResponse(
        json.dumps(json_schema(), ensure_ascii=False), content_type="application/schema+json"
    )
