"""The one-time-password gate of a NerdQAxe."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

FAILURES_ALLOWED = 5
WINDOW_S = 60.0
BLOCKED_S = 300.0
SESSION_S = 86_400.0


@dataclass(slots=True)
class Gate:
    """`code` is what the authenticator shows; empty: the gate stands open."""

    code: str
    _sessions: dict[str, float] = field(default_factory=dict)  # token to its end
    _failures_s: list[float] = field(default_factory=list)
    _blocked_until_s: float = 0.0

    @property
    def enabled(self) -> bool:
        return bool(self.code)

    def passes(self, headers: Mapping[str, str], now: float) -> bool:
        """Whether X-TOTP or X-OTP-Session is right; five wrong ones within a minute block for five."""
        if not self.enabled:
            return True
        if now < self._blocked_until_s:
            return False
        if headers.get("x-totp") == self.code or now < self._sessions.get(headers.get("x-otp-session", ""), 0):
            return True
        self._failures_s = [at for at in self._failures_s if now - at < WINDOW_S] + [now]
        if len(self._failures_s) >= FAILURES_ALLOWED:
            self._blocked_until_s = now + BLOCKED_S
        return False

    def session(self, now: float) -> str:
        token = secrets.token_hex(16)
        self._sessions[token] = now + SESSION_S
        return token

    def end_sessions(self) -> None:
        self._sessions.clear()
