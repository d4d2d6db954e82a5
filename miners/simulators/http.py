"""A small HTTP/1.1 server for thousands of simulated devices: one object a connection, nothing else a request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import httptools
import orjson

from miners.simulators import wire
from miners.simulators.endpoint import Endpoint
from miners.simulators.faults import BODY_FAULTS, GARBAGE, HTML, Fault, FaultKind

LARGEST_BODY = 1 << 20
JSON = "application/json"
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # lower-case names
    body: bytes

    def json(self) -> Any:
        """The body, or ValueError."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Crash(Exception):
    """Handling this request kills the device: the connection is reset."""


def json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status)


def text(value: str, status: int = 200, content_type: str = "text/plain", headers: Mapping[str, str] = {}) -> Response:
    return Response(value.encode(), status, content_type, headers)


class HttpEndpoint(Endpoint):
    """Answers HTTP through `handle`; GET and HEAD count as reads, everything else as writes."""

    keeps_alive = True
    chunked = False

    def protocol(self) -> asyncio.Protocol:
        return Connection(self)

    def handle(self, request: Request) -> Response:
        raise NotImplementedError

    def error(self, fault: Fault) -> Response:
        """What this server sends with an error status."""
        headers = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s is not None else {}
        return text(f"{fault.status} {phrase(fault.status)}", fault.status, headers=headers)

    def count(self, request: Request) -> None:
        if request.method in READS:
            self.counters.read()
        else:
            self.counters.write(
                f"{request.method} {request.path} {request.body[:200].decode(errors='replace')}".strip()
            )


class Connection(asyncio.Protocol):
    """Parses one connection's requests and sends the endpoint's answers, late or broken as it wants."""

    __slots__ = ("_body", "_endpoint", "_headers", "_parser", "_transport", "_url")

    def __init__(self, endpoint: HttpEndpoint) -> None:
        self._endpoint = endpoint
        self._parser = httptools.HttpRequestParser(self)
        self._forget()

    def _forget(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._endpoint.enter(self._transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._endpoint.leave(self._transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._send(text("no WebSocket here", 400), None, False)
        except httptools.HttpParserError:
            self._transport.write(frame(text("bad request", 400), keep_alive=False))
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > LARGEST_BODY:
            self._transport.write(frame(text("too large", 413), keep_alive=False))
            self._transport.close()

    def on_message_complete(self) -> None:
        if self._transport.is_closing():
            return
        path, _, query = self._url.decode("latin-1").partition("?")
        method = self._parser.get_method().decode("ascii")
        request = Request(method, unquote(path), dict(parse_qsl(query)) if query else {}, self._headers, self._body)
        self._forget()
        keep = self._endpoint.keeps_alive and self._parser.should_keep_alive()
        self._endpoint.count(request)
        self._answer(request, self._endpoint.take_fault(), keep=keep)

    def _answer(self, request: Request, fault: Fault | None, *, keep: bool) -> None:
        try:
            if fault is not None and fault.kind in BODY_FAULTS:
                response = broken(self._endpoint, fault)
            elif fault is not None and fault.kind is FaultKind.IGNORE and request.method not in READS:
                response = Response(content_type="text/html")
            else:
                response = self._endpoint.handle(request)
        except Crash:
            wire.reset(self._transport)
            return
        delay = self._endpoint.delay_s()
        if delay:
            asyncio.get_running_loop().call_later(delay, self._send, response, fault, keep)
        else:
            self._send(response, fault, keep)

    def _send(self, response: Response, fault: Fault | None, keep: bool) -> None:
        if self._transport.is_closing():
            return
        if fault is not None and fault.kind is FaultKind.ENDLESS:
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{")
            wire.flood(self._transport)
            return
        payload = frame(response, keep_alive=keep, chunked=self._endpoint.chunked)
        wire.deliver(self._transport, payload, fault, close=not keep)


def broken(endpoint: HttpEndpoint, fault: Fault) -> Response:
    """A whole HTTP answer with the wrong body."""
    if fault.kind is FaultKind.HTTP:
        return endpoint.error(fault)
    if fault.kind is FaultKind.REDIRECT:
        return text("moved", 302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
    body = {FaultKind.GARBAGE: GARBAGE, FaultKind.HTML: HTML, FaultKind.EMPTY: b""}[fault.kind]
    return Response(body, 200, "text/html" if fault.kind is FaultKind.HTML else JSON)


def frame(response: Response, *, keep_alive: bool, chunked: bool = False) -> bytes:
    """Status line, headers and body."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
    body = response.body
    if chunked and body:
        length, body = "Transfer-Encoding: chunked", b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    else:
        length = f"Content-Length: {len(body)}"
    head = (
        f"HTTP/1.1 {response.status} {phrase(response.status)}\r\nContent-Type: {response.content_type}\r\n"
        f"{length}\r\n{extra}Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    )
    return head.encode("latin-1") + body


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
