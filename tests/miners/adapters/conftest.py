from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from miners.adapters.link import Link, open_link


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    """A link that waits long enough for a busy machine; tests of the time-out open their own."""
    async with open_link(timeout_s=10) as opened:
        yield opened
