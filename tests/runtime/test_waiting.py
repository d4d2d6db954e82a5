"""Conditions, sockets and ports."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from hmm_project.runtime.waiting import is_there, listens, port_is_free, until


def test_it_waits_until_a_condition_holds_and_no_longer() -> None:
    happened = threading.Event()
    threading.Timer(0.05, happened.set).start()
    assert until(happened.is_set, seconds=5)
    assert not until(lambda: False, seconds=0.05)


def test_a_socket_is_there_when_somebody_listens_and_a_file_when_it_exists(tmp_path: Path) -> None:
    path = tmp_path / "s"
    assert not is_there(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        assert not is_there(path)  # left behind by a killed server, it looks the same
        server.listen()
        assert is_there(path)
        assert listens(path)
    assert not listens(path)
    (tmp_path / "file").touch()
    assert is_there(tmp_path / "file")


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not port_is_free("127.0.0.1", port)
        assert not port_is_free("0.0.0.0", port)
    assert port_is_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_an_error_of_its_own() -> None:
    with pytest.raises(OSError, match="assign"):
        port_is_free("192.0.2.1", 8080)
