"""Does a browser's request come from our own pages? And does it name us by a name only the household knows?"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL_SUFFIXES = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa", ".intranet", ".fritz.box")


def same_origin(origin: str, host: str, trusted: Sequence[str] = ()) -> bool:
    """Whether `Origin` names the host the request was sent to, or one of the trusted origins of config.yaml."""
    if origin in trusted:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.netloc.lower() == host.lower()


def is_foreign(*, origin: str | None, fetch_site: str | None, host: str, trusted: Sequence[str] = ()) -> bool:
    """Whether a browser sent this request on behalf of another site; programs send neither header."""
    if origin is not None:
        return not same_origin(origin, host, trusted)
    return fetch_site not in {None, "same-origin", "none"}


def is_household_host(host: str, allowed: Sequence[str]) -> bool:
    """Whether `Host` is an address, a local name, or a name listed in web.allowed_hosts.

    Without a login this is what stops a public name that was re-bound to a private address.
    """
    name = _name_of(host)
    if name in allowed or "." not in name or name.endswith(LOCAL_SUFFIXES):
        return True
    try:
        ip_address(name)
    except ValueError:
        return any(entry.startswith(".") and name.endswith(entry) for entry in allowed)
    return True


def _name_of(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return "invalid.host"
