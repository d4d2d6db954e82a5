"""Chromium, and the application served over a real socket out of the test's own process and database."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from miners.models import Miner
from tests import factories

CHROMIUM = [path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if path.exists()]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PASSWORD = "correct horse battery"
DEADLINE_S = 15


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, and run it last: Playwright's event loop stays in the main thread, where no test that
    wants a loop of its own could run any more."""
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed: apt-get install chromium"))
    items[:] = [item for item in items if item not in ours] + ours


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread, where Django would refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # noqa: TID251  Django's own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM[0]), headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a uvicorn in a thread."""
    from hmm_project.asgi import application

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="warning", lifespan="off", ws="websockets-sansio")
    uvicorn_server = uvicorn.Server(config)
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    wait_until(lambda: uvicorn_server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    uvicorn_server.should_exit = True
    uvicorn_server.force_exit = True
    thread.join(DEADLINE_S)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)  # noqa: TID251  polling a condition that has no event


@pytest.fixture
def house(transactional_db: None) -> dict[str, Miner]:
    now = timezone.now()
    factories.owner(password=PASSWORD)
    factories.ladder()
    factories.prices(now)
    factories.pools()
    miners = factories.household(now)
    factories.journal(miners, now)
    return miners


@pytest.fixture
def failures() -> list[str]:
    """What the browser's console complained about; a test that expects a complaint clears it."""
    return []


@pytest.fixture
def open_context(
    chromium: Browser, server: str, failures: list[str], transactional_db: None
) -> Iterator[Callable[..., BrowserContext]]:
    """`open_context(**options)`: a browser profile of its own, closed before the database is emptied."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=server, **options)
        context.set_default_timeout(DEADLINE_S * 1000)
        context.on("weberror", lambda error: failures.append(str(error.error)))
        context.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert not failures


@pytest.fixture
def page(open_context: Callable[..., BrowserContext], house: dict[str, Miner]) -> Page:
    """A desktop browser in which the owner has logged in."""
    return log_in(open_context(viewport={"width": 1360, "height": 900}, color_scheme="light"))


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext], house: dict[str, Miner]) -> Page:
    return log_in(open_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))


def log_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Username").fill("danvic")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    return page


@pytest.fixture
def elsewhere() -> Callable[[Callable[[], Any]], Any]:
    """Run something in a thread that has no event loop, as a worker process would."""

    def run(work: Callable[[], Any]) -> Any:
        def with_own_connection() -> Any:
            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(with_own_connection).result(DEADLINE_S)

    return run
