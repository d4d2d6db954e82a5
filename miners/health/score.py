"""A score from 0 to 100 with its parts, from the five-minute roll-ups of the last day. Pure.

Only time in which a miner was wanted is in it: what it rested by plan neither helps nor harms. A part that cannot be
told is left out, and the others carry its weight in proportion. Why so: docs/decisions/0023.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import fmean

from miners.health.contract import Away, Bucket, Part, PartName, Score
from miners.health.curve import Curve, points
from miners.health.norms import Heat, Norm
from miners.health.settled import WIDTH, settled

SPAN = timedelta(hours=24)
WEIGHTS = {PartName.UPTIME: 0.30, PartName.TEMPERATURE: 0.25, PartName.HASHRATE: 0.25, PartName.REJECTS: 0.20}

LEAST_WANTED_H = 0.5
FEWEST_BUCKETS = 6  # half an hour of settled mining
FEWEST_SHARES = 30

UPTIME: Curve = ((0.5, 0), (0.9, 50), (0.99, 90), (1, 100))  # share of the wanted time
SHORTFALL: Curve = ((0.03, 100), (0.05, 90), (0.2, 50), (0.5, 0))  # mean share of the expected hashrate that lacks
REJECTS: Curve = ((0.005, 100), (0.01, 90), (0.05, 30), (0.1, 0))  # share of all shares

Judged = tuple[float | None, str]


def score(buckets: Sequence[Bucket], away: Iterable[Away], norm: Norm) -> Score:
    """`buckets` of five minutes in order of time, `away`: when it was wanted and silent."""
    steady = list(settled(buckets))
    judged = {
        PartName.UPTIME: _uptime(buckets, steady, away),
        PartName.TEMPERATURE: _temperature(steady, norm),
        PartName.HASHRATE: _hashrate(steady),
        PartName.REJECTS: _rejects(steady),
    }
    parts = [
        Part(name=name, weight=weight, score=judged[name][0], because=judged[name][1])
        for name, weight in WEIGHTS.items()
    ]
    return _weighed(parts)


def _weighed(parts: Sequence[Part]) -> Score:
    told = [part for part in parts if part.score is not None]
    whole = sum(part.weight for part in told)
    if not told:
        return Score(value=None, parts=tuple(parts))
    shared = tuple(part if part.score is None else replace(part, share=part.weight / whole) for part in parts)
    return Score(value=round(sum(part.share * (part.score or 0) for part in shared)), parts=shared)


def _uptime(buckets: Iterable[Bucket], steady: Iterable[Bucket], away: Iterable[Away]) -> Judged:
    hour = timedelta(hours=1)
    silent_h = sum(((each.until - each.since) / hour for each in away), 0.0)
    idle_h = sum(1 for bucket in steady if bucket.hashrate_ghs == 0) * (WIDTH / hour)
    mining_h = sum(bucket.mining / bucket.samples for bucket in buckets if bucket.samples) * (WIDTH / hour)
    wanted_h = mining_h + silent_h
    if wanted_h < LEAST_WANTED_H:
        return None, "It was wanted for less than half an hour."
    share = (mining_h - idle_h) / wanted_h
    because = f"It hashed {_percent(share)} of the {wanted_h:.1f} h it was wanted."
    return points(UPTIME, share), because


def _temperature(steady: Sequence[Bucket], norm: Norm) -> Judged:
    sensors: list[tuple[str, Heat | None, Callable[[Bucket], float | None]]] = [
        ("chip", norm.chip, lambda bucket: bucket.temperature_c),
        ("regulator", norm.regulator, lambda bucket: bucket.vr_temperature_c),
    ]
    judged = []
    for name, heat, read in sensors:
        seen = [value for bucket in steady if (value := read(bucket)) is not None]
        if heat is not None and len(seen) >= FEWEST_BUCKETS:
            hottest = max(seen)
            scored = points(((heat.easy_c, 100), (heat.limit_c, 0)), hottest)
            judged.append((scored, f"The {name} was at most {hottest:.0f} °C; the limit is {heat.limit_c:.0f} °C."))
    if judged:
        return min(judged)
    if norm.chip is None and norm.regulator is None:
        return None, "No temperature limit of this family is known."
    return None, _too_short("temperature")


def _hashrate(steady: Iterable[Bucket]) -> Judged:
    shares = [
        bucket.hashrate_ghs / bucket.expected_hashrate_ghs
        for bucket in steady
        if bucket.hashrate_ghs is not None and bucket.expected_hashrate_ghs
    ]
    if len(shares) < FEWEST_BUCKETS:
        return None, _too_short("expected hashrate")
    lacking = fmean(max(0.0, 1 - share) for share in shares)
    because = f"It reached {_percent(fmean(shares))} of the hashrate expected; dips cost {_percent(lacking)}."
    return points(SHORTFALL, lacking), because


def _rejects(steady: Iterable[Bucket]) -> Judged:
    told = [bucket for bucket in steady if bucket.shares is not None]
    shares, rejected = sum(bucket.shares or 0 for bucket in told), sum(bucket.rejected or 0 for bucket in told)
    if shares < FEWEST_SHARES:
        return None, f"Fewer than {FEWEST_SHARES} shares were counted."
    because = f"{rejected} of {shares} shares were rejected, {_percent(rejected / shares)}."
    return points(REJECTS, rejected / shares), because


def _too_short(what: str) -> str:
    return f"It does not tell its {what}, or mined steadily for less than half an hour."


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
