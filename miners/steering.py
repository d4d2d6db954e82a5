"""A person's orders from the pages: through the same door as everybody's, the outcome as a toast."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, refusal, toast
from miners.commands import Order, execute
from miners.models import Action, Command, Miner, Outcome

OFFERED = (Action.MODE, Action.PAUSE, Action.RESUME, Action.SHUTDOWN, Action.RESTART, Action.IDENTIFY)
LEVELS = {
    Outcome.VERIFIED: "ok",
    Outcome.UNVERIFIED: "warn",
    Outcome.REFUSED: "bad",
    Outcome.UNREACHABLE: "bad",
    Outcome.SHADOWED: "info",
    Outcome.UNCHANGED: "info",
}
WORDS = {
    Outcome.VERIFIED: "done, and read back.",
    Outcome.UNVERIFIED: "sent, but the device does not show it yet.",
    Outcome.REFUSED: "refused.",
    Outcome.UNREACHABLE: "the device cannot be reached.",
    Outcome.SHADOWED: "nothing was sent.",
    Outcome.UNCHANGED: "already so, nothing was sent.",
}


@require_POST
def order(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """One order to one miner; blocks until it is read back, some seconds."""
    miner = get_object_or_404(Miner, pk=pk)
    action, mode = request.POST.get("action", ""), request.POST.get("mode") or None
    if action not in OFFERED or (action == Action.MODE and mode is None):
        return refusal(f"There is no order {action!r} here.")
    actor = actor_of(request)
    because = f"{actor} asked for it on the page."
    wanted = Order(Action(action), actor, because, miner_id=miner.pk, mode=mode if action == Action.MODE else None)
    return answer(request, miner, execute([wanted], now=timezone.now())[0])


def answer(request: HttpRequest, miner: Miner, command: Command) -> HttpResponse:
    """The outcome, as a toast for htmx and as a message on the miner's page for a plain form."""
    return tell(request, command, redirect("miner", pk=miner.pk))


def tell(request: HttpRequest, command: Command, page: HttpResponse) -> HttpResponse:
    outcome = Outcome(command.outcome)
    sentence = f"{command.name}: {command.what} {WORDS[outcome]} {command.detail}".strip()
    if getattr(request, "htmx", False):
        return toast(HttpResponse(status=204), LEVELS[outcome], sentence)
    messages.info(request, sentence, extra_tags=LEVELS[outcome])
    return page
