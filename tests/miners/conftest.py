"""What tests of several rooms of the miners share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from miners.commands import gate


@pytest.fixture
def gated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the strategy's state: LIVE, SHADOW, PAUSED."""

    def be(state: str) -> None:
        monkeypatch.setattr(gate._Registered, "gate", staticmethod(lambda: state))

    return be


@pytest.fixture
def live(gated: Callable[[str], None]) -> None:
    gated("LIVE")
