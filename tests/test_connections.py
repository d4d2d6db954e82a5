"""URLs of config.yaml as Django, psycopg, redis-py and Celery want to be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmm_project import connections
from hmm_project.config import Config, ConfigError
from hmm_project.home import Home

HOME = Home(Path("/c"))


def database(url: str) -> dict[str, object]:
    return connections.database(Config(database=url), HOME)


def test_a_postgresql_url_is_taken_apart() -> None:
    settings = database("postgresql://m%40e:p%2Fw@box:5433/hmm?sslmode=require")
    assert connections.psycopg_parameters(settings) == {
        "host": "box",
        "port": "5433",
        "dbname": "hmm",
        "user": "m@e",
        "password": "p/w",
        "sslmode": "require",
    }


@pytest.mark.parametrize("url", ["postgresql://box", "postgresql://box:port/hmm", "postgres://box:99999/hmm"])
def test_a_url_that_names_no_database_or_no_port_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^database: "):
        database(url)


def test_the_embedded_database_is_a_socket_in_the_run_directory() -> None:
    settings = database("embedded")
    assert (settings["HOST"], settings["NAME"], settings["CONN_MAX_AGE"]) == ("/c/run", "hmm", 0)
    assert settings["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("url", "file"), [("sqlite", "/c/hmm.sqlite3"), ("sqlite:///data.db", "data.db"), ("sqlite:////d/x.db", "/d/x.db")]
)
def test_sqlite_is_a_file(url: str, file: str) -> None:
    assert database(url)["NAME"] == file


@pytest.mark.parametrize(
    ("redis", "url", "broker"),
    [
        ("embedded", "unix:///c/run/valkey.sock", "redis+socket:///c/run/valkey.sock"),
        ("redis://:pw@box:6380/1", "redis://:pw@box:6380/1", "redis://:pw@box:6380/1"),
        ("unix:///r.sock", "unix:///r.sock", "redis+socket:///r.sock"),
    ],
)
def test_redis_is_spelled_for_celery_too(redis: str, url: str, broker: str) -> None:
    config = Config(redis=redis)
    assert (connections.redis_url(config, HOME), connections.broker_url(config, HOME)) == (url, broker)


def test_a_socket_path_too_long_for_the_kernel_moves_to_tmp() -> None:
    long = Home(Path("/" + "x" * 100))
    assert str(long.run).startswith("/tmp/hmm-")
    assert len(str(connections.redis_url(Config(), long)).removeprefix("unix://")) < 100
    assert long.run != Home(Path("/" + "y" * 100)).run
