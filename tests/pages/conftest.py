from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from hmm_project.config import Security
from miners.models import Miner
from tests import factories


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def person(db: None) -> User:
    return factories.owner()


@pytest.fixture
def house(person: User, now: datetime) -> dict[str, Miner]:
    """Miners in all states, prices, pools, journal."""
    factories.ladder()
    factories.prices(now)
    factories.pools()
    miners = factories.household(now)
    factories.journal(miners, now)
    return miners


@pytest.fixture
def browser_client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def fragment(browser_client: Client) -> Callable[[str, str], str]:
    """What htmx gets when it asks a page for one of its fragments."""

    def get(url: str, target: str) -> str:
        response = browser_client.get(url, headers={"HX-Request": "true", "HX-Target": target})
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def nobody_logs_in(settings: Settings) -> None:
    """config.yaml says `security: {auth: none}`."""
    settings.CONFIG = replace(settings.CONFIG, security=Security(auth="none"))
