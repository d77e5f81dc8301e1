"""The API of plans."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from zoning.rules.schema import json_schema


@pytest.mark.django_db
def test_the_schema_of_rulebooks_is_served_to_everybody(client: Client) -> None:
    response = client.get("/api/v1/rulebook-schema")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/schema+json"
    assert json.loads(response.content) == json_schema()
