"""What a person ticked on the list of miners, and what is to be done to them: read from a query or a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict

from miners.bulk import Make, prepared
from miners.bulk_offers import understood
from miners.models import Action, Miner
from miners.tuning.forms import SettingForm
from miners.wall import miners_with_status

MOST = 1000  # as the API takes
HIGHEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChoice:
    """`make` is None as long as something is missing; `problem` says what."""

    miners: list[Miner]
    do: str
    setting: SettingForm | None = None  # where both numbers of a tuning are asked for
    make: Make | None = None
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        return self.make is not None


def read(data: QueryDict, actor: str) -> BulkChoice:
    """`ids` and `kinds` are the miners, `do` is one of miners.bulk_offers."""
    miners, do = _ticked(data), data.get("do", "")
    chosen = understood(do)
    if chosen is None:
        return BulkChoice(miners=miners, do="", problem="Choose what to do." if do else "")
    action, values = chosen
    if action == Action.TUNE:
        form = SettingForm(data if "frequency_mhz" in data else None)
        if not form.is_valid():
            return BulkChoice(miners=miners, do=do, setting=form)
        return _prepared(miners, do, action, form.cleaned_data, actor, form)
    return _prepared(miners, do, action, values, actor)


def _prepared(
    miners: list[Miner],
    do: str,
    action: str,
    values: Mapping[str, Any],
    actor: str,
    setting: SettingForm | None = None,
) -> BulkChoice:
    try:
        make = prepared(action, values, actor)
    except ValidationError as error:
        return BulkChoice(miners=miners, do=do, setting=setting, problem=" ".join(error.messages))
    return BulkChoice(miners=miners, do=do, setting=setting, make=make)


def _ticked(data: QueryDict) -> list[Miner]:
    """Each miner once, by name; whatever is no id is nobody."""
    numbers = {int(each) for each in data.getlist("ids")[:MOST] if each.isdecimal()}
    ids = [number for number in numbers if number <= HIGHEST_ID]
    kinds = [kind for kind in data.getlist("kinds") if kind.isprintable()]
    return list(miners_with_status().filter(Q(pk__in=ids) | Q(kind__in=kinds))[:MOST])
