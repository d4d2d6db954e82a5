from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from hmm_project.config import Security
from hmm_project.models import ApiToken
from tests import factories


@pytest.fixture
def person(db: None) -> User:
    return factories.owner()


@pytest.fixture
def token(person: User) -> str:
    return ApiToken.issue("script", person)


@pytest.fixture
def nobody_logs_in(settings: Settings) -> None:
    settings.CONFIG = replace(settings.CONFIG, security=Security(auth="none"))
