"""When prices are fetched, and when what is known is too little. Times are London's, clock changes among them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.refreshing import History, expected_end, gap_before, jitter_of, problem, refresh_due, window_start
from energy.sources.octopus import RHYTHM, ZONE

INTERVAL = timedelta(hours=4)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def due(now: datetime, **known: object) -> bool:
    return refresh_due(now, History(**known), interval=INTERVAL, rhythm=RHYTHM)  # type: ignore[arg-type]


def test_the_first_fetch_is_due_at_once() -> None:
    assert due(london("2026-01-18 03:00"))


#    now              known until        minutes since    due
CASES = """
     01-18 12:00      01-18 23:00        239              no
     01-18 12:00      01-18 23:00        240              yes
     01-18 15:54      01-18 23:00         60              no
     01-18 15:55      01-18 23:00         14              no
     01-18 15:55      01-18 23:00         15              yes
     01-18 16:10      01-18 23:00         15              yes
     01-18 16:10      01-19 22:30         15              yes
     01-18 16:10      01-19 23:00         15              no
     01-18 19:54      01-19 23:00        239              no
     01-18 19:55      01-19 23:00        240              yes
     01-18 23:30      01-18 23:00         15              yes
     01-19 00:10      01-18 23:00         15              yes
     01-19 00:10      01-19 23:00         15              no
     01-19 09:00      01-19 12:00         15              yes
     03-28 16:10      03-29 23:00         15              no
     03-28 16:10      03-29 22:00         15              yes
     03-29 00:30      03-29 23:00         15              no
     03-29 16:10      03-29 23:00         15              yes
     10-24 16:10      10-25 23:00         15              no
     10-24 16:10      10-25 22:00         15              yes
     10-25 16:10      10-26 23:00         15              no
     10-25 16:10      10-25 23:00         15              yes
"""


@pytest.mark.parametrize("line", [line for line in CASES.splitlines() if line.strip()])
def test_every_four_hours_and_every_quarter_while_published_prices_are_missing(line: str) -> None:
    day, clock, end_day, end_clock, minutes, answer = line.split()
    now = london(f"2026-{day} {clock}")
    attempted = now - timedelta(minutes=int(minutes))
    known = {"attempted_at": attempted, "refreshed_at": attempted, "newest_end": london(f"2026-{end_day} {end_clock}")}
    assert due(now, **known) is (answer == "yes")


@pytest.mark.parametrize(
    ("failures", "wait_minutes", "missing_wait_minutes"),
    [(1, 1, 1), (2, 2, 2), (3, 4, 4), (4, 8, 8), (5, 16, 15), (6, 32, 15), (7, 60, 15), (500, 60, 15)],
)
def test_after_failures_the_wait_doubles_up_to_its_limit(
    failures: int, wait_minutes: int, missing_wait_minutes: int
) -> None:
    now = london("2026-01-18 12:00")
    for newest_end, minutes in ((london("2026-01-18 23:00"), wait_minutes), (None, missing_wait_minutes)):
        for late, answer in ((timedelta(), True), (timedelta(seconds=-1), False)):
            attempted = now - timedelta(minutes=minutes) - late
            assert due(now, attempted_at=attempted, newest_end=newest_end, failures=failures) is answer


def test_a_source_that_asked_to_be_left_alone_is_left_alone() -> None:
    now = london("2026-01-18 16:30")
    known = {"attempted_at": now - timedelta(hours=5), "failures": 1}
    assert not due(now, **known, not_before=now + timedelta(seconds=1))
    assert due(now, **known, not_before=now)


def test_times_a_wrong_clock_wrote_do_not_stop_fetching() -> None:
    now = london("2026-01-18 16:30")
    assert due(now, attempted_at=now + timedelta(days=400))
    assert due(now, attempted_at=now - timedelta(hours=5), not_before=now + timedelta(days=400))


def test_each_installation_waits_a_little_for_itself_and_always_as_long() -> None:
    waits = [jitter_of(f"installation {number}") for number in range(200)]
    assert waits == [jitter_of(f"installation {number}") for number in range(200)]
    assert all(timedelta() <= wait < timedelta(minutes=4) for wait in waits)
    assert len(set(waits)) > 50


def test_the_wait_for_publication_begins_late_by_the_installations_jitter() -> None:
    opens = london("2026-01-18 15:55")
    known = History(attempted_at=opens - timedelta(hours=1), newest_end=london("2026-01-18 23:00"))
    jitter = timedelta(minutes=3)
    for late, answer in ((timedelta(), False), (jitter - timedelta(seconds=1), False), (jitter, True)):
        assert refresh_due(opens + late, known, interval=INTERVAL, rhythm=RHYTHM, jitter=jitter) is answer


def test_a_long_absence_leaves_a_gap_of_a_year_at_most() -> None:
    now, year = london("2026-01-18 12:00"), timedelta(days=366)
    start = now - timedelta(days=31)
    assert gap_before(start, None, now=now, longest=year) is None
    assert gap_before(start, start, now=now, longest=year) is None
    assert gap_before(start, now - timedelta(days=90), now=now, longest=year) == (now - timedelta(days=90), start)
    assert gap_before(start, now - timedelta(days=900), now=now, longest=year) == (now - year, start)


TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    TIMES,
    st.timedeltas(timedelta(hours=-40), timedelta(hours=40)) | st.none(),
    st.integers(0, 12),
    st.timedeltas(timedelta(hours=4), timedelta(days=30)),
)
def test_nothing_ever_waits_longer_than_the_interval(
    now: datetime, ahead: timedelta | None, failures: int, since: timedelta
) -> None:
    newest_end = None if ahead is None else now + ahead
    assert due(now, attempted_at=now - since, newest_end=newest_end, failures=failures)


@given(TIMES)
def test_what_should_be_known_ends_at_eleven_in_the_evening_in_london_within_31_hours(now: datetime) -> None:
    end = expected_end(now, RHYTHM, RHYTHM.published_from)
    assert end.astimezone(ZONE).time() == time(23)
    assert timedelta(hours=-1) <= end - now <= timedelta(hours=32, minutes=10)
    next_day = now.astimezone(ZONE).time() >= RHYTHM.published_from
    assert end.astimezone(ZONE).date() - now.astimezone(ZONE).date() == timedelta(days=1 if next_day else 0)


PROBLEMS = [
    ("12:00", {}, None),
    ("12:00", {"failures": 3}, "No price is known yet."),
    ("12:00", {"newest_end": "2026-01-18 23:00"}, None),
    ("19:59", {"newest_end": "2026-01-18 23:00"}, None),
    ("20:00", {"newest_end": "2026-01-18 23:00"}, "Prices are known only until 23:00 on 18 January"),
    ("20:00", {"newest_end": "2026-01-19 23:00"}, None),
    ("23:00", {"newest_end": "2026-01-18 23:00"}, "No price is known since 23:00 on 18 January."),
    ("12:00", {"newest_end": "2026-01-18 15:00"}, "Prices are known only until 15:00 on 18 January"),
    ("12:00", {"newest_end": "2026-01-18 23:00", "refreshed_at": "2026-01-18 00:01"}, None),
    ("12:00", {"newest_end": "2026-01-18 23:00", "refreshed_at": "2026-01-18 00:00"}, "Prices could not be refreshed"),
]


@pytest.mark.parametrize(("clock", "known", "sentence"), PROBLEMS)
def test_what_is_wrong_with_the_known_prices_is_one_sentence(
    clock: str, known: dict[str, str | int], sentence: str | None
) -> None:
    history = History(**{name: london(value) if isinstance(value, str) else value for name, value in known.items()})
    found = problem(london(f"2026-01-18 {clock}"), history, interval=INTERVAL, rhythm=RHYTHM)
    assert found is None if sentence is None else (found or "").startswith(sentence)


def test_a_household_that_refreshes_rarely_is_not_told_that_it_is_late() -> None:
    now = london("2026-01-18 19:00")
    history = History(newest_end=london("2026-01-18 23:00"), refreshed_at=now - timedelta(hours=30))
    assert problem(now, history, interval=timedelta(hours=12), rhythm=RHYTHM) is None
    assert problem(now, history, interval=INTERVAL, rhythm=RHYTHM) is not None


@pytest.mark.parametrize(
    ("now", "newest_end", "start"),
    [
        ("2026-01-18 12:00", None, "2026-01-17 00:00"),
        ("2026-01-18 12:00", "2026-01-18 23:00", "2026-01-17 00:00"),
        ("2026-01-18 12:00", "2026-01-10 23:00", "2026-01-10 23:00"),  # a week's absence is filled
        ("2026-01-18 12:00", "2025-01-10 23:00", "2025-12-18 12:00"),  # a year's is not
        ("2026-03-30 12:00", None, "2026-03-29 00:00"),
        ("2026-07-02 00:10", None, "2026-07-01 00:00"),
    ],
)
def test_fetching_starts_yesterday_or_where_the_gap_begins(now: str, newest_end: str | None, start: str) -> None:
    known = london(newest_end) if newest_end else None
    assert window_start(london(now), known, rhythm=RHYTHM, longest=timedelta(days=31)) == london(start)


def test_both_days_of_a_clock_change_are_fetched_whole() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        noon_after = datetime.combine(day + timedelta(days=1), time(12), ZONE).astimezone(UTC)
        start = window_start(noon_after, None, rhythm=RHYTHM, longest=timedelta(days=31))
        assert start == datetime.combine(day, time(), ZONE).astimezone(UTC)
