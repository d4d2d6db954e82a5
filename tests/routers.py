"""One app's routers as an API of their own, with the product's errors, asked by a person named ada."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from ninja import NinjaAPI, Router
from ninja.testing import TestClient

from hmm_project import api_errors


class Client(TestClient):
    """Every request is ada's."""

    def request(self, method: str, path: str, data: Any = None, json: Any = None, **params: Any) -> Any:
        return super().request(method, path, data, json, user=User(username="ada"), **params)


def client(**routers: Router) -> Client:
    """`client(energy=router)` answers under /energy."""
    api = NinjaAPI(urls_namespace="-".join(routers))
    api_errors.install(api)
    for prefix, router in routers.items():
        api.add_router(f"/{prefix}", router, url_name_prefix=prefix)
    return Client(api)
