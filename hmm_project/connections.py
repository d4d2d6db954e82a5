"""Where PostgreSQL and the Redis-compatible server are, as Django, Celery and Channels want to be told."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from hmm_project.config import Config, ConfigError
from hmm_project.home import Home

EMBEDDED_USER = "hmm"
EMBEDDED_DATABASE = "hmm"


def database(config: Config, home: Home) -> dict[str, Any]:
    """Django's DATABASES["default"] for `embedded`, a postgresql:// URL or SQLite."""
    if config.database.startswith("sqlite"):
        return _sqlite(config.database, home)
    if config.database == "embedded":
        password = home.postgres_password_file.read_text().strip() if home.postgres_password_file.exists() else ""
        where = {"HOST": str(home.run), "PORT": "5432", "NAME": EMBEDDED_DATABASE}
        return _postgres(where | {"USER": EMBEDDED_USER, "PASSWORD": password})
    return _postgres(_postgres_from_url(config.database))


def _postgres(where: dict[str, Any]) -> dict[str, Any]:
    options = where.pop("OPTIONS", {})
    # A kept connection a thread exhausts PostgreSQL under ASGI; a pool is also measured twice as fast.
    pool = {"min_size": 1, "max_size": 8, "timeout": 10}
    engine = "django.db.backends.postgresql"
    return {
        "ENGINE": engine,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool replaces connections that a restarted PostgreSQL broke
        "OPTIONS": {"pool": pool, **options},
        **where,
    }


def psycopg_parameters(settings: dict[str, Any]) -> dict[str, Any]:
    """psycopg's connection parameters for one of Django's PostgreSQL databases; no pool."""
    named = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    return {key: settings[name] for key, name in named.items() if settings[name]} | options


def _postgres_from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    try:
        port = str(parts.port or 5432)
    except ValueError:
        raise ConfigError(f"database: the port in {parts.hostname!r} is not a number") from None
    if not parts.path.strip("/"):
        raise ConfigError("database: the URL names no database; expected postgresql://user:password@host:5432/name")
    query = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
    return {
        "HOST": unquote(parts.hostname or query.pop("host", "localhost")),
        "PORT": port,
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": {name: unquote(value) for name, value in query.items()},
    }


def _sqlite(url: str, home: Home) -> dict[str, Any]:
    path = url.removeprefix("sqlite").removeprefix(":///") or str(home.directory / "hmm.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def redis_url(config: Config, home: Home) -> str:
    """The URL redis-py takes (`unix://` for the embedded server)."""
    return f"unix://{home.valkey_socket}" if config.redis == "embedded" else config.redis


def broker_url(config: Config, home: Home) -> str:
    """The URL Celery takes: it spells a UNIX socket `redis+socket://`."""
    return redis_url(config, home).replace("unix://", "redis+socket://", 1)
