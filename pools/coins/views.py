"""The page of coins: what hashes are worth, the odds, what was paid out."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hmm_project.access import actor_of
from hmm_project.locks import Busy
from hmm_project.pages import HtmxHttpRequest, form_page, page
from pools.coins import tax
from pools.coins.api import csv_response
from pools.coins.forms import PayoutForm, SettingForm
from pools.coins.knowing import Facts, all_facts
from pools.coins.luck import Luck, luck
from pools.coins.payouts import delete_payout
from pools.coins.refreshing import followed, refresh
from pools.coins.settings import setting_of
from pools.models import Coin, CoinFigure, CoinService, Payout

Row = tuple[Facts, Luck, bool]
MOST_SHOWN = 500


class View:
    """What the page shows; each part is read when it is drawn, and once."""

    def __init__(self, now: datetime, year: int) -> None:
        self.now = now
        self.year = year
        self.label = tax.label(year)

    @cached_property
    def rows(self) -> list[Row]:
        """Each coin, its odds, and whether its figures are fetched by themselves."""
        known, fetched = all_facts(self.now), followed()
        return [(each, its, each.coin in fetched) for each, its in zip(known, luck(known, self.now), strict=True)]

    @cached_property
    def services(self) -> list[CoinService]:
        return list(CoinService.objects.exclude(failure=""))

    @cached_property
    def suspects(self) -> list[CoinFigure]:
        return list(CoinFigure.objects.filter(suspect__isnull=False))

    @cached_property
    def payouts(self) -> list[Payout]:
        since, until = tax.bounds(self.year)
        return list(Payout.objects.filter(time__gte=since, time__lt=until))

    @property
    def shown(self) -> list[Payout]:
        return self.payouts[:MOST_SHOWN]

    @cached_property
    def totals(self) -> list[tax.Total]:
        return tax.totals(self.payouts)

    @cached_property
    def years(self) -> list[tuple[int, str]]:
        """Tax years that a payout is of, and this one; newest first."""
        first = Payout.objects.order_by("time").values_list("time", flat=True).first() or self.now
        newest = max(tax.year_of(self.now), self.year)
        return [(year, tax.label(year)) for year in range(newest, tax.year_of(first) - 1, -1)]


@require_GET
def coins(request: HtmxHttpRequest) -> HttpResponse:
    now = timezone.now()
    view = View(now, _year(request) or tax.year_of(now))
    return page(request, "coins/page.html", {"view": view}, fragments=("worth", "payouts"))


@require_POST
def refresh_now(request: HtmxHttpRequest) -> HttpResponse:
    """Ask every source now; bounded by their time-outs."""
    try:
        answers = refresh(timezone.now())
    except Busy:
        messages.info(request, "The sources are being asked already.", extra_tags="info")
    else:
        if answers.good:
            messages.success(request, f"{len(answers.good)} figures are fresh.", extra_tags="ok")
        else:
            messages.error(request, "No source answered; what was known stays.", extra_tags="bad")
    return redirect("coins")


@require_http_methods(["GET", "POST"])
def setting(request: HtmxHttpRequest, coin: str) -> HttpResponse:
    """Own values of one coin."""
    if coin not in Coin.values:
        raise Http404
    form = SettingForm(request.POST or None, instance=setting_of(coin))
    if form.is_valid():
        form.keep(actor=actor_of(request), now=timezone.now())
        messages.success(request, f"Your values for {coin} are saved.", extra_tags="ok")
        return redirect("coins")
    return form_page(request, "coins/setting.html", {"form": form, "coin": Coin(coin)})


@require_http_methods(["GET", "POST"])
def payout_add(request: HtmxHttpRequest) -> HttpResponse:
    return _payout_form(request, None)


@require_http_methods(["GET", "POST"])
def payout_edit(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    return _payout_form(request, get_object_or_404(Payout, pk=pk))


@require_POST
def payout_remove(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    payout = get_object_or_404(Payout, pk=pk)
    delete_payout(payout, actor=actor_of(request))
    messages.success(request, f"The payout of {payout} is removed.", extra_tags="ok")
    return redirect("coins")


@require_GET
def payouts_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The payouts of one tax year, or all."""
    year = _year(request)
    if year is None:
        return csv_response(Payout.objects.all(), None)
    since, until = tax.bounds(year)
    return csv_response(Payout.objects.filter(time__gte=since, time__lt=until), year)


def _payout_form(request: HtmxHttpRequest, existing: Payout | None) -> HttpResponse:
    form = PayoutForm(request.POST or None, instance=existing)
    if form.is_valid():
        kept = form.keep(actor=actor_of(request), now=timezone.now())
        messages.success(request, f"The payout of {kept} is saved.", extra_tags="ok")
        return redirect("coins")
    return form_page(request, "coins/payout.html", {"form": form, "payout": existing})


def _year(request: HttpRequest) -> int | None:
    """The tax year of the address; None without one. Http404 for one that no payout can be of."""
    text = request.GET.get("tax_year", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and tax.EARLIEST <= int(text[:5]) <= tax.LATEST):
        raise Http404
    return int(text)
