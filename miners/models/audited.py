"""Rows whose changes are audited by django-auditlog."""

from __future__ import annotations


class Audited:
    """Names in the audit line who acted where no request does: a service sets `acting` before it saves."""

    acting: str = ""

    def get_additional_data(self) -> dict[str, str] | None:
        """Asked by django-auditlog."""
        return {"actor": self.acting} if self.acting else None
