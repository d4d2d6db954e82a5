"""/api/coins and /api/payouts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status
from ninja.errors import HttpError

from hmm_project.access import actor_of
from hmm_project.paging import paged
from pools.coins import payouts as ledger
from pools.coins import tax
from pools.coins.knowing import Facts, all_facts, facts
from pools.coins.luck import Luck, luck
from pools.coins.refreshing import followed, refresh
from pools.coins.schemas import CoinOut, OddsOut, PayoutIn, PayoutOut, PayoutPatch, SettingOut, SettingPatch, TotalOut
from pools.coins.settings import FIELDS, set_coin, setting_of
from pools.figures import Known, Worth
from pools.models import Coin, Payout

router = Router(tags=["coins"])
payouts_router = Router(tags=["payouts"])

TaxYear = Annotated[int | None, Query(description="Year in which a tax year began, such as 2026 for 2026/27")]


@router.get("", response=list[CoinOut])
@paged
def list_coins(request: HttpRequest) -> list[dict[str, Any]]:
    """What is known of every coin, with source and age."""
    return _coins(timezone.now())


@router.get("/odds", response=list[OddsOut])
@paged
def list_odds(request: HttpRequest) -> list[dict[str, Any]]:
    """The odds of every coin: at the hashrate of now, and of the hashes of the last 30 days."""
    now = timezone.now()
    return [_odds(each) for each in luck(all_facts(now), now)]


@router.post("/refresh", response=list[CoinOut])
@paged
def refresh_coins(request: HttpRequest) -> list[dict[str, Any]]:
    """Ask the sources now, about every coin. 409 while they are being asked."""
    now = timezone.now()
    refresh(now)
    return _coins(now)


@router.patch("/{str:coin}", response=CoinOut)
def patch_coin(request: HttpRequest, coin: str, body: SettingPatch) -> dict[str, Any]:
    """Set own values, which count before every source."""
    now = timezone.now()
    changes = body.dict(exclude_unset=True)
    if changes.get("fee_percent", 0) is None:
        changes["fee_percent"] = 0
    set_coin(_coin(coin), actor=actor_of(request), now=now, **changes)
    return _coin_out(facts(coin, now=now), coin in followed(), now)


@payouts_router.get("", response=list[PayoutOut])
@paged
def list_payouts(request: HttpRequest, tax_year: TaxYear = None) -> QuerySet[Payout]:
    """Payouts, newest first."""
    return _payouts(tax_year)


@payouts_router.post("", response={201: PayoutOut})
def create_payout(request: HttpRequest, body: PayoutIn) -> Status[Payout]:
    """Enter a payout."""
    return Status(201, ledger.add_payout(**body.dict(), actor=actor_of(request), now=timezone.now()))


@payouts_router.get("/totals", response=list[TotalOut])
@paged
def list_totals(request: HttpRequest, tax_year: TaxYear = None) -> list[tax.Total]:
    """Sums by coin."""
    return tax.totals(_payouts(tax_year))


@payouts_router.get("/export.csv", summary="Payouts as CSV, oldest first")
def payouts_csv(request: HttpRequest, tax_year: TaxYear = None) -> StreamingHttpResponse:
    return csv_response(_payouts(tax_year), tax_year)


@payouts_router.get("/{int:payout_id}", response=PayoutOut)
def get_payout(request: HttpRequest, payout_id: int) -> Payout:
    """One payout."""
    return get_object_or_404(Payout, pk=payout_id)


@payouts_router.patch("/{int:payout_id}", response=PayoutOut)
def patch_payout(request: HttpRequest, payout_id: int, body: PayoutPatch) -> Payout:
    """Change a payout."""
    payout = get_object_or_404(Payout, pk=payout_id)
    changes = body.dict(exclude_unset=True)
    return ledger.change_payout(payout, **changes, actor=actor_of(request), now=timezone.now())


@payouts_router.delete("/{int:payout_id}", response={204: None})
def delete_payout(request: HttpRequest, payout_id: int) -> Status[None]:
    """Remove a payout."""
    ledger.delete_payout(get_object_or_404(Payout, pk=payout_id), actor=actor_of(request))
    return Status(204, None)


def csv_response(payouts: QuerySet[Payout], year: int | None) -> StreamingHttpResponse:
    """A file of `payouts`, oldest first."""
    lines = tax.csv_lines(payouts.order_by("time", "pk"))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    span = f"{year}-{year + 1}" if year else "all"
    answer["Content-Disposition"] = f'attachment; filename="payouts-{span}.csv"'
    return answer


def _payouts(year: int | None) -> QuerySet[Payout]:
    if year is None:
        return Payout.objects.all()
    try:
        since, until = tax.bounds(year)
    except ValueError as error:
        raise HttpError(422, str(error)) from None
    return Payout.objects.filter(time__gte=since, time__lt=until)


def _coin(coin: str) -> str:
    if coin not in Coin.values:
        raise HttpError(404, f"There is no coin {coin[:20]!r}; there are {', '.join(Coin.values)}.")
    return coin


def _coins(now: datetime) -> list[dict[str, Any]]:
    fetched = followed()
    return [_coin_out(each, each.coin in fetched, now) for each in all_facts(now)]


def _coin_out(each: Facts, is_followed: bool, now: datetime) -> dict[str, Any]:
    figures = {name: _known(getattr(each, name), now) for name in ("difficulty", "price_gbp", "reward", "height")}
    setting = setting_of(each.coin)
    return {
        "coin": each.coin,
        "name": Coin(each.coin).label,
        "followed": is_followed,
        **figures,
        "next_reduction": each.next_reduction,
        "expected": _worth(each.expected, now),
        "worth": _worth(each.worth, now),
        "setting": SettingOut(**{field: getattr(setting, field) for field in FIELDS}),
    }


def _known(known: Known | None, now: datetime) -> dict[str, Any] | None:
    if known is None:
        return None
    age = known.age(now)
    seconds = None if age is None else age.total_seconds()
    return {"value": float(known.value), "source": known.source, "age_s": seconds, "stale": known.stale}


def _worth(worth: Worth | None, now: datetime) -> dict[str, Any] | None:
    return asdict(worth) | {"age_s": worth.age_s(now)} if worth else None


def _odds(each: Luck) -> dict[str, Any]:
    return {
        "coin": each.coin,
        "hashrate_ghs": each.hashrate_ghs,
        "chance_a_day": each.day and each.day.chance,
        "chance_a_year": each.year and each.year.chance,
        "mean_time_s": each.mean_time_s,
        "median_time_s": each.median_time_s,
        "hashes": each.hashes,
        "expected_blocks": each.tried and each.tried.expected_blocks,
        "chance": each.tried and each.tried.chance,
    }
