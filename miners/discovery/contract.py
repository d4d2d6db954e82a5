"""Where what discovery finds was kept first."""

from __future__ import annotations

from miners.contract import Found, Way

__all__ = ["Found", "Way"]
