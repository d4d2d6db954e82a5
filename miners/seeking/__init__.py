"""Finding lost miners again without a person: listen first, look where the kernel has seen them, search rarely."""

from __future__ import annotations

from miners.seeking.seek import seek

__all__ = ["seek"]
