"""Every error of the API is `{"detail": …}` with the status that says whose turn it is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from redis.exceptions import ConnectionError as RedisAway

from hmm_project.locks import Busy


def install(api: NinjaAPI) -> None:
    """Ninja itself answers 401, 403, 404, 422 and HttpError this way; these are ours."""

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return api.create_response(request, {"detail": _fields(error)}, status=422)

    @api.exception_handler(Busy)
    def busy(request: HttpRequest, error: Busy) -> HttpResponse:
        detail = f"{error} is being worked on; try again in a few seconds."
        return api.create_response(request, {"detail": detail}, status=409)

    @api.exception_handler(OperationalError)
    def no_database(request: HttpRequest, _: OperationalError) -> HttpResponse:
        return api.create_response(request, {"detail": "The database does not answer; try again soon."}, status=503)

    @api.exception_handler(RedisAway)
    def no_redis(request: HttpRequest, _: RedisAway) -> HttpResponse:
        return api.create_response(request, {"detail": "Redis does not answer; try again soon."}, status=503)


def _fields(error: ValidationError) -> list[dict[str, object]]:
    """Django's messages in the shape of ninja's own 422."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    return [
        {"type": "value_error", "loc": ["body", field], "msg": message}
        for field, messages in fields.items()
        for message in messages
    ]
