"""The ledger of payouts: what arrived, what it was worth then, by tax year."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hmm_project.live import announce
from pools.models import CoinPrice, Payout

CHANGEABLE = frozenset(("coin", "amount", "time", "pool", "txid", "note", "gbp_at_receipt"))
PENNY = Decimal("0.01")
PRICE_HOLDS = timedelta(hours=2)  # a price this near to the receipt is the price at receipt
AHEAD = timedelta(minutes=10)  # of clocks


def add_payout(*, actor: str, now: datetime, **fields: Any) -> Payout:
    """Enter a payout. Raises ValidationError naming the field."""
    return change_payout(Payout(), actor=actor, now=now, **fields)


def change_payout(payout: Payout, *, actor: str, now: datetime, **changes: Any) -> Payout:
    """Change a payout; `gbp_at_receipt` None has it worked out again. Raises ValidationError; nothing is saved then."""
    for field, value in changes.items():
        if field not in CHANGEABLE:
            raise ValidationError({field: "This cannot be changed."})
        setattr(payout, field, value)
    if "gbp_at_receipt" in changes:
        payout.gbp_entered = changes["gbp_at_receipt"] is not None
    return save_payout(payout, actor=actor, now=now)


@transaction.atomic
def save_payout(payout: Payout, *, actor: str, now: datetime) -> Payout:
    """Check and keep `payout` as it stands in memory, worth what was entered or what the price of its hour says."""
    payout.txid, payout.pool = payout.txid.strip(), payout.pool.strip()
    payout.full_clean()
    check_time(payout.time, now)
    if payout.gbp_entered:
        payout.gbp_source = f"entered by {actor}" if _entered_anew(payout) else payout.gbp_source
    else:
        payout.gbp_at_receipt, payout.gbp_source = worth_at_receipt(payout)
    payout.acting = actor
    payout.save()
    payout.refresh_from_db()  # with as many places as are kept
    announce("payouts-changed", [payout.pk])
    return payout


@transaction.atomic
def delete_payout(payout: Payout, *, actor: str) -> None:
    """Remove a payout; the audit keeps what it said."""
    pk, payout.acting = payout.pk, actor
    payout.delete()
    announce("payouts-changed", [pk])


def check_time(time: datetime, now: datetime) -> None:
    """Raises ValidationError for a receipt in the future."""
    if time > now + AHEAD:
        raise ValidationError({"time": "This is in the future."})


def worth_at_receipt(payout: Payout) -> tuple[Decimal | None, str]:
    """Pounds by the kept price nearest to the receipt, and whose price that is; None and "" where none is near."""
    near = CoinPrice.objects.filter(
        coin=payout.coin, hour__gte=payout.time - PRICE_HOLDS, hour__lte=payout.time + PRICE_HOLDS
    )
    price = min(near, key=lambda row: abs(row.hour - payout.time), default=None)
    if price is None:
        return None, ""
    worth = (Decimal(payout.amount) * price.price_gbp).quantize(PENNY, ROUND_HALF_UP)
    return worth, f"{price.source}, £{price.price_gbp.normalize():f} at {price.hour:%Y-%m-%d %H:%M} UTC"


def _entered_anew(payout: Payout) -> bool:
    before = Payout.objects.filter(pk=payout.pk).first()
    return before is None or not before.gbp_entered or before.gbp_at_receipt != payout.gbp_at_receipt
