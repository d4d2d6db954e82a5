"""/api/commands: the ledger of all miners and plugs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from hmm_project.paging import paged
from miners.models import Command
from miners.schemas import CommandFilter, CommandOut

router = Router(tags=["miners"])


@router.get("/commands", response=list[CommandOut])
@paged
def list_all_commands(request: HttpRequest, wanted: Query[CommandFilter]) -> QuerySet[Command]:  # noqa: ARG001
    """Every order to a miner or plug with what came of it, newest first."""
    return Command.objects.filter(**wanted.dict(exclude_none=True))
