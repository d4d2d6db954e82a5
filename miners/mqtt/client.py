"""A connection to an MQTT broker, its failures as ours."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiomqtt
from aiomqtt.exceptions import MqttConnectError

from miners.contract import Refused, Unreachable
from miners.mqtt.address import Address, Rejected

TIMEOUT_S = 10
KEEPALIVE_S = 30
MOST_WAITING = 2000  # messages not looked at yet; what comes on top of them is dropped
REJECTIONS = {4, 5, 134, 135}  # bad user or password, not authorised: MQTT 3.1.1 and its names in 5
UNCHECKED = "correct its address, or let its certificate go unchecked."
BAD_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"


@asynccontextmanager
async def connected(
    address: Address, *, identifier: str | None = None, will: aiomqtt.Will | None = None
) -> AsyncIterator[aiomqtt.Client]:
    """Raises Rejected, Refused or Unreachable, on entering and whenever the connection breaks within."""
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=address.user or None,
        password=address.password or None,
        identifier=identifier,
        will=will,
        tls_context=_tls(address),
        timeout=TIMEOUT_S,
        keepalive=KEEPALIVE_S,
        max_queued_incoming_messages=MOST_WAITING,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # else each state waits 40 ms for an ACK
    )
    try:
        async with AsyncExitStack() as stack:
            await _enter(stack, client, address)
            yield client
    except aiomqtt.MqttError as error:
        raise _ours(error, address) from None


async def _enter(stack: AsyncExitStack, client: aiomqtt.Client, address: Address) -> None:
    try:
        await stack.enter_async_context(client)
    except ValueError as error:  # from the look-up of what can be no name
        raise Refused(f"{address.host} cannot be looked up: {error}.") from None


def _tls(address: Address) -> ssl.SSLContext | None:
    if not address.tls:
        return None
    context = ssl.create_default_context()
    if not address.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _ours(error: aiomqtt.MqttError, address: Address) -> Refused | Unreachable:
    if isinstance(error, MqttConnectError):
        code = getattr(error.rc, "value", error.rc)
        if code in REJECTIONS:
            return Rejected(f"The MQTT broker at {address} rejects user and password.")
        return Refused(f"The MQTT broker at {address} refuses the connection: {error.rc}.", retry=True)
    if BAD_CERTIFICATE in str(error):
        return Refused(f"The certificate of the MQTT broker at {address} is not trusted: {UNCHECKED}", retry=True)
    return Unreachable(f"The MQTT broker at {address} does not answer: {error}.")
