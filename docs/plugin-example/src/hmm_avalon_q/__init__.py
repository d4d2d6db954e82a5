"""Avalon Q for Home Miner Manager: the row that makes it a family."""

from __future__ import annotations

from hmm_avalon_q.client import AvalonQ, identify
from hmm_avalon_q.reading import KIND, MODES
from miners.adapters.family import Family

FAMILY = Family(
    kind=KIND,
    label="Avalon Q",
    default_port=4028,
    modes=MODES,
    open=AvalonQ,
    identify=identify,
)
