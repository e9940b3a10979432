"""Starting, announcing and ending; set-up pages; discovery."""

import asyncio
import json
import socket
from dataclasses import replace

import pytest

from rigd.api.alpaca.discovery import DiscoveryResponder, discovery, is_request
from rigd.api.server import Address, serve
from rigd.errors import ConfigError
from tests.api.live import SETTINGS, LiveServer, live
from tests.api.observatory import FakeObservatory, make_rig
from tests.limits import LIMIT_S
from tests.ports import free_port


async def test_a_taken_port_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(ConfigError, match=rf"server 127\.0\.0\.1 port {port}: .*in use"):
            await serve(FakeObservatory(), replace(SETTINGS, port=port))


async def test_it_ends_when_cancelled_and_frees_its_port() -> None:
    started: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
    settings = replace(SETTINGS, port=free_port())
    task = asyncio.ensure_future(serve(FakeObservatory(), settings, started=started.set_result))
    address = await started

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    with socket.create_server(("127.0.0.1", address.port)):
        pass


async def test_a_second_start_on_the_same_port_works_at_once() -> None:
    port = free_port()
    for _ in range(2):
        started: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
        settings = replace(SETTINGS, port=port)
        task = asyncio.ensure_future(serve(FakeObservatory(), settings, started=started.set_result))
        await started
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /management/apiversions HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        writer.close()


def test_an_ipv6_server_answers() -> None:
    with (
        live(settings=replace(SETTINGS, host="::1")) as server,
        socket.create_connection(("::1", server.port), LIMIT_S) as sock,
    ):
        sock.sendall(b"GET /management/apiversions HTTP/1.0\r\n\r\n")

        assert b"200" in sock.recv(100)
    assert str(Address(host="::1", port=7)) == "[::1]:7"


def test_the_setup_page_names_the_server_and_every_device(server: LiveServer) -> None:
    answer = server.get("/setup")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    for text in ("rigd", "1.2.3", "Discovery port", "/setup/v1/filterwheel/0/setup"):
        assert text in answer.text


@pytest.mark.parametrize("kind", ["filterwheel", "focuser", "safetymonitor"])
def test_every_device_has_a_setup_page(server: LiveServer, kind: str) -> None:
    answer = server.get(f"/setup/v1/{kind}/0/setup")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "rig0" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/setup/v1/filterwheel/1/setup",
        "/setup/v1/camera/0/setup",
        "/setup/v2/filterwheel/0/setup",
        "/setup/v1/filterwheel/0/Setup",
        "/setup/v1/FilterWheel/0/setup",
        "/setup/v1",
    ],
)
def test_a_bad_setup_path_is_forbidden_html(server: LiveServer, path: str) -> None:
    answer = server.get(path)

    assert answer.status == 403
    assert answer.headers["content-type"].startswith("text/html")


def test_a_name_cannot_write_into_a_setup_page(server: LiveServer) -> None:
    name = "<script>alert(1)</script>"
    server.on_loop(server.observatory.change, "rig0", wheel={"name": name})

    pages = [server.get("/setup").text, server.get("/setup/v1/filterwheel/0/setup").text]

    assert all("<script" not in page and "&lt;script" in page for page in pages)


class Asker(asyncio.DatagramProtocol):
    """Collects answers."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.answers.put_nowait(data)


async def ask(port: int, *requests: bytes, host: str = "127.0.0.1") -> list[bytes]:
    """The answers to several requests and one good one; they arrive in order."""
    loop = asyncio.get_running_loop()
    transport, asker = await loop.create_datagram_endpoint(Asker, remote_addr=(host, port))
    try:
        for request in (*requests, b"alpacadiscovery1"):
            transport.sendto(request)
        async with asyncio.timeout(LIMIT_S):
            found = [await asker.answers.get()]
        while not asker.answers.empty():
            found.append(asker.answers.get_nowait())
        return found
    finally:
        transport.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_discovery_answers_with_the_port(host: str) -> None:
    port = free_port(socket.SOCK_DGRAM)
    async with discovery(port, 4567, lambda _: True, loopback_only=True):
        answers = await ask(port, host=host)

    assert answers == [b'{"AlpacaPort":4567}']
    assert json.loads(answers[0]) == {"AlpacaPort": 4567}


async def test_discovery_ignores_what_is_malformed() -> None:
    port = free_port(socket.SOCK_DGRAM)
    async with discovery(port, 4567, lambda _: True, loopback_only=True):
        answers = await ask(
            port, b"alpacadiscovery", b"AlpacaDiscovery1", b"", b"\xff" * 64, b"a" * 1400
        )

    assert len(answers) == 1


async def test_two_servers_share_the_discovery_port() -> None:
    port = free_port(socket.SOCK_DGRAM)
    async with (
        discovery(port, 1, lambda _: True, loopback_only=True),
        discovery(port, 2, lambda _: True, loopback_only=True),
    ):
        answers = await ask(port)

    assert answers[0] in {b'{"AlpacaPort":1}', b'{"AlpacaPort":2}'}


async def test_a_taken_discovery_port_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        async with discovery(port, 1, lambda _: True, loopback_only=True):
            pass

    assert [r.levelname for r in caplog.records].count("WARNING") == 1
    assert str(port) in caplog.text


@pytest.mark.parametrize(
    ("data", "good"),
    [
        (b"alpacadiscovery1", True),
        (b"alpacadiscovery1" + b"\0" * 48, True),
        (b"alpacadiscovery2", True),
        (b"alpacadiscovery1" + b"\0" * 49, False),
        (b"alpacadiscovery", False),
        (b"alpacadiscovery0", False),
        (b"alpacadiscoveryx", False),
        (b"", False),
    ],
)
def test_a_request_is_the_word_and_a_version(data: bytes, *, good: bool) -> None:
    assert is_request(data) is good


class Wire:
    """A transport that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, object]] = []

    def sendto(self, data: bytes, addr: object) -> None:
        self.sent.append((data, addr))


def test_who_may_not_ask_is_not_answered() -> None:
    wire = Wire()
    responder = DiscoveryResponder(4567, lambda address: address == "10.0.0.1")
    responder.connection_made(wire)

    for address in ("10.0.0.2", "10.0.0.1"):
        responder.datagram_received(b"alpacadiscovery1", (address, 9))

    assert wire.sent == [(b'{"AlpacaPort":4567}', ("10.0.0.1", 9))]


def test_alpyca_discovers_the_server() -> None:
    from alpaca import discovery as alpyca

    port = free_port(socket.SOCK_DGRAM)
    with live(settings=replace(SETTINGS, discovery_port=port)) as server:
        before, alpyca.port = alpyca.port, port
        try:
            found = alpyca.search_ipv4(numquery=1, timeout=0.2)
        finally:
            alpyca.port = before

    assert f"127.0.0.1:{server.port}" in found


def test_what_is_open_survives_a_restart() -> None:
    observatory = FakeObservatory()
    with live(observatory) as server:
        server.put("/api/v1/focuser/0/connected", Connected=True, ClientID=7)

    with live(observatory) as server:
        answer = server.get("/api/v1/focuser/0/position", ClientID=7)

    assert answer.json["Value"] == 30000


def test_after_a_restart_a_poll_waits_for_the_hardware_to_come_back() -> None:
    observatory = FakeObservatory()
    uid = observatory.views["rig0"].focuser.unique_id
    observatory.kept[uid] = ("127.0.0.1#7",)
    observatory.change("rig0", focuser={"connected": False})
    with (
        live(observatory, replace(SETTINGS, recovery_s=60.0)) as server,
        socket.create_connection(("127.0.0.1", server.port), LIMIT_S) as sock,
    ):
        sock.sendall(b"GET /api/v1/focuser/0/position?ClientID=7 HTTP/1.0\r\n\r\n")
        server.wait_until(lambda: len(observatory.waiters) >= 1)
        server.on_loop(observatory.change, "rig0", focuser={"connected": True})
        answer = b"".join(iter(lambda: sock.recv(4096), b""))

    assert b'"Value":30000' in answer
    assert observatory.asked == []


def test_hardware_that_does_not_come_back_is_not_connected() -> None:
    observatory = FakeObservatory()
    observatory.kept[observatory.views["rig0"].focuser.unique_id] = ("127.0.0.1#7",)
    observatory.change("rig0", focuser={"connected": False})
    with live(observatory) as server:
        position = server.get("/api/v1/focuser/0/position", ClientID=7).json
        connected = server.get("/api/v1/focuser/0/connected", ClientID=7).json

    assert position["ErrorNumber"] == 0x407
    assert "hardware" in position["ErrorMessage"]
    assert connected["Value"] is False


def test_one_clients_disconnect_is_not_anothers() -> None:
    with live() as server:
        for client in (1, 2):
            server.put("/api/v1/focuser/0/connected", Connected=True, ClientID=client)
        server.put("/api/v1/focuser/0/connected", Connected=False, ClientID=1)
        connected = [
            server.get("/api/v1/focuser/0/connected", ClientID=client).json["Value"]
            for client in (1, 2, 3)
        ]
        server.put("/api/v1/focuser/0/disconnect", ClientID=2)
        after = server.get("/api/v1/focuser/0/connected", ClientID=3).json["Value"]

    assert connected == [False, True, True]
    assert after is False
    assert server.observatory.views["rig0"].focuser.connected


def test_connect_asks_the_hardware_and_reports_the_end() -> None:
    observatory = FakeObservatory({"rig0": make_rig(connected=False)}, connects=None)
    with live(observatory) as server:
        server.put("/api/v1/focuser/0/connect")
        during = server.get("/api/v1/focuser/0/connecting").json
        server.on_loop(observatory.change, "rig0", focuser={"connected": True})
        after = server.get("/api/v1/focuser/0/connecting").json
        connected = server.get("/api/v1/focuser/0/connected").json

    assert observatory.asked == [("connect", "rig0")]
    assert (during["Value"], after["Value"], connected["Value"]) == (True, False, True)


def test_a_failed_connect_is_an_error_of_connecting() -> None:
    observatory = FakeObservatory({"rig0": make_rig(connected=False)}, connects="no such port")
    with live(observatory) as server:
        asked = server.put("/api/v1/focuser/0/connect").json
        connecting = server.get("/api/v1/focuser/0/connecting").json
        connected = server.get("/api/v1/focuser/0/connected").json
        server.put("/api/v1/focuser/0/disconnect")
        after = server.get("/api/v1/focuser/0/connecting").json

    assert asked["ErrorNumber"] == 0
    assert (connecting["ErrorNumber"], connecting["ErrorMessage"]) == (0x500, "no such port")
    assert connected["Value"] is False
    assert after["Value"] is False


@pytest.mark.parametrize(
    ("connects", "sentence"), [("no such port", "no such port"), (None, "did not connect within")]
)
def test_setting_connected_waits_for_the_hardware_and_says_why_not(
    connects: str | None, sentence: str
) -> None:
    observatory = FakeObservatory({"rig0": make_rig(connected=False)}, connects=connects)
    with live(observatory, replace(SETTINGS, connect_limit_s=0.05)) as server:
        answer = server.put("/api/v1/focuser/0/connected", Connected=True).json
        connected = server.get("/api/v1/focuser/0/connected").json

    assert answer["ErrorNumber"] == 0x500
    assert sentence in answer["ErrorMessage"]
    assert connected["Value"] is False


def test_connect_that_takes_too_long_is_an_error_of_connecting() -> None:
    observatory = FakeObservatory({"rig0": make_rig(connected=False)}, connects=None)
    with live(observatory, replace(SETTINGS, connecting_limit_s=0.0)) as server:
        server.put("/api/v1/focuser/0/connect")
        answer = server.get("/api/v1/focuser/0/connecting").json

    assert answer["ErrorNumber"] == 0x500
    assert "did not connect within" in answer["ErrorMessage"]
