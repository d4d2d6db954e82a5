from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from hmm_project.config import Endpoints
from tests.energy.scripted import Script, serve


@pytest.fixture
def octopus(settings: Settings) -> Iterator[Script]:
    """A scripted Octopus that config.yaml points to."""
    with serve() as script:
        settings.CONFIG = replace(settings.CONFIG, endpoints=Endpoints(octopus=script.url))
        yield script
