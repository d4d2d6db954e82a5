"""/api/audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from hmm_project.dashboard.audit import Audit, AuditLine
from hmm_project.paging import paged

router = Router(tags=["journal"])


class ChangeOut(Schema):
    field: str
    before: str
    after: str


class AuditOut(Schema):
    """A change of the configuration (`changes`) or an order to hardware (`because`, `outcome`, `detail`)."""

    time: datetime
    kind: str
    actor: str
    action: str
    subject: str
    because: str
    outcome: str
    detail: str
    changes: list[ChangeOut]


@router.get("/audit", response=list[AuditOut])
@paged
def audit(
    request: HttpRequest, kind: Literal["", "configuration", "hardware"] = "", q: str = ""
) -> Sequence[AuditLine]:
    """Newest first; `q` looks in names, actors, actions and outcomes."""
    return Audit(kind=kind, q=q)
