"""The OpenAPI document is true: self-contained, with examples, and held against the running app."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance

from tests.tiles.town import MapTown

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 6
OURS = re.compile(r"/parcels|/identify|/search|/export|/evaluations|/rulebook-schema")


@pytest.fixture
def document(db: None, client: Client) -> dict[str, Any]:
    return client.get(DOCUMENT).json()


def test_it_refers_to_nothing_outside(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    targets = re.findall(r'"\$ref": "([^"]*)"', json.dumps(document))
    assert targets
    assert {target for target in targets if not target.startswith("#/components/")} == set()
    named = {target.rsplit("/", 1)[1] for target in targets}
    assert named <= set(document["components"]["schemas"])


def test_the_page_loads_nothing_from_elsewhere(db: None, client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "swagger-ui" in page
    assert re.findall(r'(?:src|href)="(?!/static/)[^"#]+"', page) == []
    assert "://" not in re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            refusal = operation["responses"]["default"]["content"]
            assert list(refusal) == ["application/problem+json"]


def test_queries_have_examples(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        if not path.startswith("/api/v1/parcels"):
            continue
        for operation in operations.values():
            for kind in operation["responses"].get("200", {}).get("content", {}).values():
                assert "example" in kind or "$ref" in kind["schema"], path


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keeps the test's transaction: a request that ended would close its connection."""
    kept = (request_started, request_finished)
    for signal in kept:
        signal.disconnect(close_old_connections)
    yield
    for signal in kept:
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [20_261_126])
def test_no_request_that_the_document_allows_or_forbids_is_a_fault(
    town: MapTown, one_connection: None, seed: int, tmp_path: Any, settings: Any
) -> None:
    """Schemathesis makes up requests, valid and not, and holds the answers against the document."""
    settings.EXPORT_ROOT = tmp_path
    settings.ALLOWED_HOSTS = ["*"]
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application())
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if not OURS.search(operation.path):
            continue
        tried += 1
        _hold(operation, seed)
    assert tried >= 15


def _hold(operation: Any, seed: int) -> None:
    @seeded(seed)
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call()
        case.validate_response(response, checks=[not_a_server_error, content_type_conformance])

    ask()
