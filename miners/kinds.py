"""The families a person can choose from."""

from __future__ import annotations

from miners.adapters.registry import KINDS


def choices(current: str = "") -> list[tuple[str, str]]:
    """Kind and label. A miner stays what it is while its plug-in is away, so its `current` kind is offered too."""
    offered = [(kind, family.label) for kind, family in KINDS.items()]
    return offered if not current or current in KINDS else [*offered, (current, f"{current} (not installed)")]
