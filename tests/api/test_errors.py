"""Every error is {"detail": …} with the status that says whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.testing import TestClient
from redis.exceptions import ConnectionError as RedisAway

from hmm_project import api_errors
from hmm_project.locks import Busy

FIELD = {"type": "value_error", "loc": ["body", "host"], "msg": "Not in your own network."}
WHOLE = {"type": "value_error", "loc": ["body", "__all__"], "msg": "Choose one."}


def client_that_meets(error: Exception) -> TestClient:
    api = NinjaAPI(urls_namespace=f"errors-{id(error)}")
    api_errors.install(api)

    @api.get("/")
    def fail(request: Any) -> None:
        raise error

    return TestClient(api)


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (Busy("miner:7"), 409, lambda detail: detail.startswith("miner:7 is being worked on")),
        (OperationalError("x"), 503, lambda detail: "database" in detail),
        (RedisAway("x"), 503, lambda detail: "Redis" in detail),
        (Http404(), 404, lambda detail: detail == "Not Found"),
        (HttpError(409, "Not now."), 409, lambda detail: detail == "Not now."),
        (ValidationError({"host": "Not in your own network."}), 422, lambda detail: detail == [FIELD]),
        (ValidationError("Choose one."), 422, lambda detail: detail == [WHOLE]),
        (ValidationError(["Choose one."]), 422, lambda detail: detail == [WHOLE]),
    ],
)
def test_an_error_says_what_it_is(error: Exception, status: int, says: Callable[[Any], bool]) -> None:
    answer = client_that_meets(error).get("/")
    assert answer.status_code == status
    assert set(answer.json()) == {"detail"}
    assert says(answer.json()["detail"])
