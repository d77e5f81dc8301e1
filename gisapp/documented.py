"""What the OpenAPI document says beyond what the code's types say: content types and examples."""

from __future__ import annotations

from typing import Any

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details: what is wrong, where, and what to do",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:umran:bad-input"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "pointer": {"type": "string", "description": "the parameter or the place in the body"},
    },
}
PROBLEM_ANSWER: dict[str, Any] = {
    "description": "What is wrong, where, and what to do; with Retry-After where it may pass",
    "content": {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": "urn:umran:unknown-parameter",
                "title": "Unknown parameter",
                "status": 400,
                "detail": "There is no parameter “bbx”; known are: bbox, limit.",
                "pointer": "/bbx",
            },
        }
    },
}


def answers(description: str, **by_type: Any) -> dict[str, Any]:
    """The ``openapi_extra`` of an operation that answers 200 with these content types.

    Each keyword is a content type, with ``__`` for ``/`` and ``_`` for ``+``, and its example:
    ``application__geo_json={…}``.
    """
    content = {
        name.replace("__", "/").replace("_", "+"): {
            "schema": {"type": "string" if isinstance(example, str) else "object"},
            "example": example,
        }
        for name, example in by_type.items()
    }
    return {"responses": {200: {"description": description, "content": content}}}


def takes(kinds: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The ``openapi_extra`` of an operation that reads its body itself, an example by type."""
    content = {
        kind: {
            "schema": {"type": "string" if isinstance(example, str) else "object"},
            "example": example,
        }
        for kind, example in kinds.items()
    }
    return {"requestBody": {"required": True, "content": content}, **more}
