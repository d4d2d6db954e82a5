"""The pools' pages: list, form, test, and the choice of a pool for one miner."""

from __future__ import annotations

import asyncio

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.pages import HtmxHttpRequest, form_page, page, refusal
from miners.models import Miner, MinerStatus
from miners.steering import answer
from pools.assigning import assign
from pools.contract import ProbeFailed
from pools.forms import PoolForm
from pools.health import keep, probe_all
from pools.models import Pool
from pools.services import delete_pool, users_of


@require_GET
def pools(request: HtmxHttpRequest) -> HttpResponse:
    return page(request, "pools/list.html", {"rows": _rows}, fragments=("list",))


def _rows() -> list[tuple[Pool, int]]:
    """Each pool, and how many miners say they mine there."""
    reported = MinerStatus.objects.filter(miner__enabled=True).values_list("pool_url", flat=True)
    addresses = [address for address in reported if address]
    return [(pool, addresses.count(pool.address)) for pool in Pool.objects.all()]


@require_http_methods(["GET", "POST"])
def add(request: HtmxHttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Pool, pk=pk))


def _form(request: HtmxHttpRequest, existing: Pool | None) -> HttpResponse:
    form = PoolForm(request.POST or None, instance=existing)
    if form.is_valid():
        kept = form.keep(actor=actor_of(request), now=timezone.now())
        messages.success(request, f"{kept.name} is saved.", extra_tags="ok")
        return redirect("pools")
    users = users_of(existing) if existing else []
    return form_page(request, "pools/form.html", {"form": form, "pool": existing, "users": users})


@require_POST
def remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    pool = get_object_or_404(Pool, pk=pk)
    delete_pool(pool, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{pool.name} is removed.", extra_tags="ok")
    return redirect("pools")


@require_POST
def test(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Speak stratum to the pool now, some seconds at most."""
    pool = get_object_or_404(Pool, pk=pk)
    outcomes = asyncio.run(probe_all([pool.listens_at]))
    keep(outcomes, timezone.now())
    outcome = outcomes[pool.listens_at]
    if isinstance(outcome, ProbeFailed):
        messages.error(request, f"{pool.name}: {outcome}", extra_tags="bad")
    else:
        sentence = f"{pool.name} answers stratum in {outcome.subscribe_ms:.0f} ms."
        messages.success(request, sentence, extra_tags="ok")
    return redirect("pools")


@require_http_methods(["GET", "POST"])
def choice(request: HtmxHttpRequest, miner_id: int) -> HttpResponse:
    """Which pool one miner should mine at; POST orders it."""
    miner = get_object_or_404(Miner.objects.select_related("status"), pk=miner_id)
    if request.method == "POST":
        chosen = request.POST.get("pool", "")
        if not chosen.isdecimal():
            return refusal("Choose a pool.")
        pool = get_object_or_404(Pool, pk=chosen, enabled=True)
        (command,) = assign(pool, [miner], actor=actor_of(request), now=timezone.now())
        return answer(request, miner, command)
    context = {"miner": miner, "pools": Pool.objects.filter(enabled=True)}
    return page(request, "pools/choice.html", context, fragments=("pool-choice",))
