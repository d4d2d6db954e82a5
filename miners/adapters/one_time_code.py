"""The one-time code of a NerdQAxe (1.0.34 and later): what wants it, and the session it is exchanged for.

Five wrong codes within a minute lock its settings for five minutes, so nothing here is ever sent twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from miners.adapters import http, parse
from miners.adapters.link import Link
from miners.contract import CodeSession, Garbled, NeedsCode, Target

RESTART = ((1, 0, 34), (1, 0, 36))  # from, until: only these ask for it there too
SECOND_API = (1, 0, 38)  # where its path changed
SESSION_HEADER, CODE_HEADER = "X-OTP-Session", "X-TOTP"
DAY_S = 86_400.0  # how long a session lasts where the answer does not tell
LONGEST_S = 366 * DAY_S

MISSING = "It needs a one-time code for this (OTP is on in its settings): enter the code first. Nothing was sent."
ENDED = "It takes the session of the last one-time code no more: enter a new code. Nothing was changed."
WRONG = "It did not take this code. After five wrong ones within a minute it takes none at all for five minutes."

_TOKEN = re.compile(r"[!-~]{1,1000}")  # what can stand in a header


def wanted(info: Mapping[str, Any]) -> bool:
    """For its settings."""
    return parse.flag(info.get("otp"))


def wanted_for_restart(info: Mapping[str, Any]) -> bool:
    since, until = RESTART
    return wanted(info) and since <= parse.version(info.get("version")) < until


def headers(token: str) -> http.Headers:
    """What a request that wants a code carries. NeedsCode without a session."""
    if not token:
        raise NeedsCode(MISSING)
    return {SESSION_HEADER: token}


async def exchange(link: Link, target: Target, info: Mapping[str, Any], code: str) -> CodeSession:
    """A session for `code`. NeedsCode when it is wrong; Garbled when the answer holds no session."""
    path = "/api/v2/otp/session" if parse.version(info.get("version")) >= SECOND_API else "/api/otp/session"
    try:
        answer = await http.post_for_json(link, target, path, headers={CODE_HEADER: code})
    except http.Unauthorised:
        raise NeedsCode(WRONG) from None
    return session_of(answer, f"POST {path}")


def session_of(answer: Mapping[str, Any], what: str) -> CodeSession:
    """Garbled, its sentence starting with `what`, for an answer without a token that can be sent."""
    token = answer.get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise Garbled(f"{what}: the answer holds no session.")
    lasts_ms = parse.number(answer.get("ttlMs"), 1, LONGEST_S * 1000)
    return CodeSession(token=token, lasts_s=DAY_S if lasts_ms is None else lasts_ms / 1000)
