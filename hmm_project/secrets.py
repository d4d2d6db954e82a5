"""Secrets: one key file, from which Django's key and the key for fields at rest are derived."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from hmm_project.config import current_home
from hmm_project.home import Home


def master_key(home: Home) -> str:
    """The key file's content; created with mode 0600 when there is none yet."""
    file = home.secret_file
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text().strip()


@lru_cache(maxsize=4)
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"secrets at rest:" + key.encode()).digest()))


def encrypt(text: str) -> str:
    return _fernet(master_key(current_home())).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The clear text; empty when the key file is not the one it was encrypted with (a restored backup without it)."""
    try:
        return _fernet(master_key(current_home())).decrypt(token.encode()).decode()
    except InvalidToken:
        return ""
