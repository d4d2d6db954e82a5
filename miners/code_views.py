"""The form for a one-time code, on the page of its miner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from hmm_project.access import actor_of
from hmm_project.locks import Busy
from hmm_project.pages import HtmxHttpRequest, toast
from miners import codes
from miners.contract import DeviceError
from miners.models import Miner
from miners.services import Invalid


@require_POST
def enter(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """What came of it as a toast and a fresh form for htmx, as a message for a plain form. Never shows the code."""
    level, sentence = _entered(get_object_or_404(Miner.objects.select_related("status"), pk=pk), request)
    if request.htmx:
        miner = Miner.objects.select_related("status").get(pk=pk)
        return toast(render(request, "miners/code.html", {"miner": miner}), level, sentence)
    messages.info(request, sentence, extra_tags=level)
    return redirect("miner", pk=pk)


def _entered(miner: Miner, request: HtmxHttpRequest) -> tuple[str, str]:
    try:
        codes.enter(miner, request.POST.get("code", ""), actor=actor_of(request), now=timezone.now())
    except Invalid as error:
        return "bad", error.reason
    except DeviceError as error:
        return "bad", f"{miner.name}: {error}"
    except Busy:
        return "warn", f"{miner.name} is being worked on; try again in a few seconds."
    except RedisError:
        return "bad", "Redis does not answer, so nothing was sent."
    return "ok", f"{miner.name} takes settings again."
