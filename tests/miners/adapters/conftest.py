from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from miners.adapters.link import Link, open_link

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    """A link that waits long enough for a busy machine; tests of the time-out open their own."""
    async with open_link(timeout_s=10) as opened:
        yield opened
