"""A person's order through the product's own ASGI application: the web server's event loop carries it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import connections
from django.test import AsyncClient

from hmm_project.models import ApiToken
from miners.models import Command, Miner, Outcome
from tests.miners.conftest import House


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("live")
async def test_orders_of_the_web_process_are_carried_out_and_kept(house: House, owned: Callable[..., Miner]):
    simulation = house({"kind": "bitaxe", "name": "gamma", "firmware": "v2.14.0"})
    miner = await sync_to_async(owned)(simulation, "gamma")
    user = await sync_to_async(User.objects.create_superuser)("ada")
    token = await sync_to_async(ApiToken.issue)("script", user)

    answer = await AsyncClient().post(
        f"/api/miners/{miner.pk}/mode",
        {"mode": "eco"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert (answer.status_code, answer.json()["outcome"]) == (200, "verified")
    kept = await Command.objects.aget()
    assert (kept.outcome, kept.actor) == (Outcome.VERIFIED, "ada (token script)")
    await sync_to_async(connections.close_all)()  # the client leaves that to the test
