"""Who may see a page."""

from __future__ import annotations

from django.contrib.auth.middleware import LoginRequiredMiddleware as AccessMiddleware

__all__ = ["AccessMiddleware"]
