"""Every source of prices there is: what it is called, what it needs, how it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from energy.contract import Fetch, Rhythm
from energy.sources import (
    awattar,
    csv_file,
    energy_charts,
    fixed,
    home_assistant,
    names,
    nord_pool,
    octopus,
    tibber,
    time_of_use,
)
from energy.sources.needs import Need, read_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`endpoint` names its base URL in config.yaml. `place`: the parameter that makes it another series of prices."""

    key: str
    about: str
    rhythm: Rhythm
    fetch: Fetch | None  # None: a person brings the prices
    needs: tuple[Need, ...] = ()
    place: str = ""
    endpoint: str = ""
    secret: str = ""  # what the secret is, where it needs one
    currencies: tuple[str, ...] = ()  # none: any
    page: timedelta | None = None  # how much of the past one fetch may bring; None: it tells none

    @property
    def label(self) -> str:
        return names.NAMES[self.key]


_ALL = (
    Source(
        key=names.OCTOPUS,
        about="Half-hourly prices of your region in Great Britain. No key is needed.",
        rhythm=octopus.RHYTHM,
        fetch=octopus.fetch,
        endpoint="octopus",
        currencies=("GBP",),
        page=timedelta(days=124),
    ),
    Source(
        key=names.FIXED,
        about="The same price at any time.",
        rhythm=fixed.RHYTHM,
        fetch=fixed.fetch,
        needs=fixed.NEEDS,
    ),
    Source(
        key=names.TIME_OF_USE,
        about="Prices by day and time, such as Economy 7, Go or Cosy.",
        rhythm=time_of_use.RHYTHM,
        fetch=time_of_use.fetch,
        needs=time_of_use.NEEDS,
    ),
    Source(
        key=names.CSV,
        about="You upload a file with the columns valid_from, valid_to and price.",
        rhythm=csv_file.RHYTHM,
        fetch=None,
    ),
    Source(
        key=names.HOME_ASSISTANT,
        about="A price sensor of your Home Assistant; its unit says what its numbers mean.",
        rhythm=home_assistant.RHYTHM,
        fetch=home_assistant.fetch,
        needs=home_assistant.NEEDS,
        place="entity_id",
    ),
    Source(
        key=names.TIBBER,
        about="Quarter-hourly prices of your home, taxes included.",
        rhythm=tibber.RHYTHM,
        fetch=tibber.fetch,
        needs=tibber.NEEDS,
        place="home_id",
        endpoint="tibber",
        secret="an access token",  # noqa: S106  its name
        currencies=("EUR", "SEK", "NOK"),
    ),
    Source(
        key=names.NORD_POOL,
        about="Day-ahead prices of the Nordic countries, the Baltics and Great Britain, with your formula on top.",
        rhythm=nord_pool.RHYTHM,
        fetch=nord_pool.fetch,
        needs=nord_pool.NEEDS,
        place="area",
        endpoint="nord_pool",
        page=nord_pool.PAGE,
    ),
    Source(
        key=names.ENERGY_CHARTS,
        about="Day-ahead prices of a European bidding zone, with your formula on top.",
        rhythm=energy_charts.RHYTHM,
        fetch=energy_charts.fetch,
        needs=energy_charts.NEEDS,
        place="zone",
        endpoint="energy_charts",
        currencies=("EUR",),
        page=energy_charts.PAGE,
    ),
    Source(
        key=names.AWATTAR,
        about="Hourly market prices of Germany and Austria, with your formula on top.",
        rhythm=awattar.RHYTHM,
        fetch=awattar.fetch,
        needs=awattar.NEEDS,
        place="country",
        endpoint="awattar",
        currencies=("EUR",),
        page=awattar.PAGE,
    ),
)
SOURCES: Mapping[str, Source] = {source.key: source for source in _ALL}


def check(source: Source, parameters: Any) -> dict[str, Any]:
    """The parameters as the source reads them, defaults filled in. Raises BadParameters."""
    return read_all(source.needs, parameters)


def series(source: str, parameters: Mapping[str, Any], currency: str, region: str = "") -> str:
    """Names the prices of one source and place, so that others are never taken for them."""
    known = SOURCES.get(source)
    if known is None or known.key == names.OCTOPUS:
        return f"{source}:{region}"
    identity = json.dumps([parameters.get(known.place, ""), currency])
    return f"{source}:{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
