"""/api/miners/{id}/health, mounted beside the miners."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from miners.health.contract import Health
from miners.health.reporting import report
from miners.health.schemas import HealthOut
from miners.models import Miner

router = Router(tags=["miners"])


@router.get("/{int:miner_id}/health", response=HealthOut)
def health(request: HttpRequest, miner_id: int) -> Health:
    """How well a miner is, part by part, and where it is going."""
    return report(get_object_or_404(Miner, pk=miner_id), now=timezone.now())
