"""What a person says of a coin, which counts before every source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hmm_project.journal.services import record
from hmm_project.live import announce
from pools.models import Coin, CoinSetting

FIELDS = {
    "difficulty": "difficulty",
    "reward": "block reward",
    "price_gbp": "price",
    "fee_percent": "pool fee",
    "worth_pence": "what a TH-day is worth",
}


def setting_of(coin: str) -> CoinSetting:
    """What is set for `coin`, or a fresh row in memory. Raises ValidationError for a coin that does not exist."""
    if coin not in Coin.values:
        raise ValidationError({"coin": f"{coin[:20]!r} is not one of {', '.join(Coin.values)}."})
    return CoinSetting.objects.filter(coin=coin).first() or CoinSetting(coin=coin)


def set_coin(coin: str, *, actor: str, now: datetime, **changes: Any) -> CoinSetting:
    """Set own values; None goes back to the sources. Raises ValidationError naming the field; nothing is saved then."""
    row = setting_of(coin)
    for field, value in changes.items():
        if field not in FIELDS:
            raise ValidationError({field: "This cannot be changed."})
        setattr(row, field, value)
    return save_setting(row, actor=actor, now=now)


@transaction.atomic
def save_setting(row: CoinSetting, *, actor: str, now: datetime) -> CoinSetting:
    """Check and keep `row` as it stands in memory."""
    row.full_clean()
    row.acting = actor
    row.save()
    own = [name for field, name in FIELDS.items() if getattr(row, field)]
    said = ", ".join(own) or "nothing: the sources count"
    message = f"{actor} set for {row.coin}: {said}."
    record(now=now, kind="coin-set", subject=f"coin:{row.coin}", name=row.coin, message=message)
    announce("coins-changed")
    return row
