"""The floor: the least that reading a fleet into PostgreSQL can cost in Python. No Celery, no Django, no judgement.

One request a device (aiohttp, or one joined command over TCP), orjson, uvloop, one COPY of the same columns.
Started by benchmarks/poll.py: the fleet as JSON on the first line of standard input, then a line for every cycle.
"""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
import psycopg
import uvloop

CONCURRENCY = 256
COLUMNS = (
    "time timestamptz, miner_id int4, hashrate_ghs float4, power_w float4, temperature_c float4, fan_rpm float4,"
    " frequency_mhz float4, core_voltage_mv float4, accepted int4, rejected int4, uptime_s int4, mode int4"
)
NAMES = [column.split()[0] for column in COLUMNS.split(", ")]
TYPES = [column.split()[1] for column in COLUMNS.split(", ")]
JOINED = b'{"command":"summary+estats+pools+version"}'
TOKEN = re.compile(r"(\w+)\[([^\]]*)\]")

Row = tuple[Any, ...]


def bitaxe(body: bytes) -> Row:
    info = orjson.loads(body)
    names = ("hashRate", "power", "temp", "fanrpm", "frequency", "coreVoltage")
    counts = ("sharesAccepted", "sharesRejected", "uptimeSeconds")
    return (*(float(info[name]) for name in names), *(int(info[name]) for name in counts), None)


def avalon(body: bytes) -> Row:
    reply = orjson.loads(body.rstrip(b"\0"))
    summary = reply["summary"][0]["SUMMARY"][0]
    stats = next(text for key, text in reply["estats"][0]["STATS"][0].items() if key.startswith("MM ID0"))
    said = dict(TOKEN.findall(stats))
    power_w = float(said["PS"].split()[6])
    measured = (float(said["GHSspd"]), power_w, float(said["TAvg"]), float(said["Fan1"]), float(said["Freq"]), None)
    return (*measured, summary["Accepted"], summary["Rejected"], summary["Elapsed"], int(said["WORKMODE"]))


async def read_bitaxe(session: aiohttp.ClientSession, host: str, port: int) -> Row:
    async with session.get(f"http://{host}:{port}/api/system/info") as response:
        return bitaxe(await response.read())


async def read_avalon(_: aiohttp.ClientSession, host: str, port: int) -> Row:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(JOINED)
    body = await reader.read(-1)
    writer.close()
    return avalon(body)


READERS = {"bitaxe": read_bitaxe, "avalon_nano": read_avalon}


async def cycle(fleet: list[tuple[int, str, str, int]], database: psycopg.Connection[Any]) -> None:
    waiting = iter(fleet)
    rows: list[Row] = []

    async def work(session: aiohttp.ClientSession) -> None:
        for miner_id, kind, host, port in waiting:
            rows.append((datetime.now(UTC), miner_id, *await READERS[kind](session, host, port)))

    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        await asyncio.gather(*(work(session) for _ in range(min(CONCURRENCY, len(fleet)))))
    with (
        database.cursor() as cursor,
        cursor.copy(f"COPY floor ({', '.join(NAMES)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(TYPES)
        for row in rows:
            copy.write_row(row)
    database.commit()


def main() -> None:
    told = orjson.loads(sys.stdin.readline())
    with psycopg.connect(told["database"]) as database, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        database.execute(f"CREATE TABLE IF NOT EXISTS floor ({COLUMNS}, PRIMARY KEY (miner_id, time))")
        database.commit()
        for _ in sys.stdin:
            runner.run(cycle(told["fleet"], database))
            print("done", flush=True)


if __name__ == "__main__":
    main()
