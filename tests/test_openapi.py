"""The API describes itself."""

from __future__ import annotations

from hmm_project.api import api


def test_every_route_is_in_the_openapi_description() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/")
    described = {path.removeprefix("/api") for path in schema["paths"]}
    assert {"/energy/now", "/energy/prices", "/pools", "/pools/{pool_id}/test", "/events", "/alerts"} <= described
    assert all("{int:" not in path for path in described)
