"""Where a miner is going, from the hourly roll-ups of two weeks. Pure.

Only hours in which it did nothing but mine, in one setting. Each setting has a baseline of its own: a new mode or
frequency begins a new one, and who comes back to an old one goes on with it. Too little says so instead of guessing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from miners.health.contract import Bucket, Course, Trend
from miners.health.line import Line, Point, fit
from miners.health.measures import Measure, Series, measures
from miners.health.norms import Norm

SPAN = timedelta(days=14)
DAY = timedelta(days=1)
IN_USE = DAY  # before the last hour it mined: what it has left for longer is past
FEWEST_SAMPLES = 10  # of an hour
FEWEST_HOURS = 24
LEAST_DAYS = 3.0
LEAST_AGREEMENT = 0.8  # of the pairs
FARTHEST_DAYS = 365.0
FREQUENCY_STEP_MHZ, VOLTAGE_STEP_MV = 5, 10  # firmware rounds
CUSTOM = "custom"


def trends(hours: Iterable[Bucket], norm: Norm) -> tuple[Trend, ...]:
    """Of `hours` in order of time, one trend per setting in use and measure."""
    mined = [hour for hour in hours if hour.all_mining and hour.samples >= FEWEST_SAMPLES]
    by_setting: defaultdict[str, list[Bucket]] = defaultdict(list)
    for hour in mined:
        if (name := setting(hour, norm)) is not None:
            by_setting[name].append(hour)
    in_use = [each for each in by_setting.items() if mined[-1].start - each[1][-1].start <= IN_USE]
    return tuple(trend(measure, series, name) for name, kept in in_use for measure, series in measures(kept, norm))


def setting(hour: Bucket, norm: Norm) -> str | None:
    """What an hour is compared by, for a person. None: nothing tells, or it changed within the hour."""
    tuned = ""
    if norm.sets_frequency and hour.frequency_mhz is not None:
        tuned = f"{_near(hour.frequency_mhz, FREQUENCY_STEP_MHZ)} MHz"
        if hour.core_voltage_mv is not None:
            tuned += f", {_near(hour.core_voltage_mv, VOLTAGE_STEP_MV)} mV"
    if hour.mode and hour.mode != CUSTOM:
        return f"{hour.mode} ({tuned})" if tuned else hour.mode
    return tuned or hour.mode


def trend(measure: Measure, series: Series, name: str) -> Trend:
    """One measure in one setting."""
    first, last = series[0][0], series[-1][0]
    days = (last - first) / DAY
    origin = first.replace(hour=0, minute=0, second=0, microsecond=0)
    points = [((time - origin) / DAY, value) for time, value in series]
    line = fit(points) if len(series) >= FEWEST_HOURS and days >= LEAST_DAYS else None
    if line is None:
        return _unknown(measure, len(series), days, name)
    level = line.at((last - origin) / DAY) + _swing(measure, line, points)
    course = _course(measure, line, days)
    left = _days_to_limit(measure, level, line.slope) if course is Course.WORSE else None
    return Trend(
        measure=measure.name,
        setting=name,
        course=course,
        per_day=line.slope,
        level=level,
        limit=measure.limit,
        days_to_limit=left,
        because=_sentence(measure, course, line.slope, level, left, days, name),
    )


def _near(value: float, step: int) -> int:
    return round(value / step) * step


def _swing(measure: Measure, line: Line, points: Sequence[Point]) -> float:
    """Heat reaches its limit in the hot hours of the day, not in the mean."""
    if measure.unit != "°C":
        return 0.0
    above = sorted(value - line.at(days) for days, value in points)
    return max(0.0, above[(len(above) - 1) * 9 // 10])


def _course(measure: Measure, line: Line, days: float) -> Course:
    if abs(line.slope) * days < measure.least or line.agreement < LEAST_AGREEMENT:
        return Course.STEADY
    return Course.WORSE if (line.slope > 0) == measure.rising else Course.BETTER


def _days_to_limit(measure: Measure, level: float, slope: float) -> float | None:
    """0 when it is there; None when no limit is known, or it is too far to say."""
    if measure.limit is None:
        return None
    left = max(0.0, (measure.limit - level) / slope)
    return left if left <= FARTHEST_DAYS else None


def _unknown(measure: Measure, hours: int, days: float, name: str) -> Trend:
    because = (
        f"{measure.words} in {name}: too little to tell. It takes {FEWEST_HOURS} hours of mining over"
        f" {LEAST_DAYS:.0f} days; there are {hours} over {days:.1f}."
    )
    return Trend(measure=measure.name, setting=name, course=Course.UNKNOWN, limit=measure.limit, because=because)


def _sentence(
    measure: Measure, course: Course, slope: float, level: float, left: float | None, days: float, name: str
) -> str:
    begun = f"{measure.words} in {name}"
    now = f"{level:.{measure.digits}f} {measure.unit}"
    if course is Course.STEADY:
        return f"{begun} is steady at {now} over {days:.0f} days."
    moves = "rises" if slope > 0 else "falls"
    told = f"{begun} {moves} by {abs(slope):.2f} {measure.unit} a day over {days:.0f} days, now {now}"
    if left is None:
        return f"{told}."
    limit = f"{measure.limit:g} {measure.unit}"
    return f"{told}: past the limit of {limit}." if left == 0 else f"{told}: {limit} in {_days(left)}."


def _days(left: float) -> str:
    whole = round(left)
    return "less than a day" if whole < 1 else f"{whole} day{'' if whole == 1 else 's'}"
