"""What stops a command with one clear line instead of a traceback."""

from __future__ import annotations


class CannotStart(Exception):
    """The machine or the configuration is in the way; the message says what and the way out. Exit code 1."""


class WrongUsage(Exception):
    """The command line is wrong. Exit code 2."""
