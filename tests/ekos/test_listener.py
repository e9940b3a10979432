"""The independent listener of `./dev ekos`: it hears devices and other clients, in order."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.ekos.listener import Listener, Vector
from bench.ekos.sky import Sky, Starlight
from tests.limits import LIMIT_S
from tests.live.indiserver import CAMERA, WHEEL

SAYS = """<setNumberVector device="W" name="FILTER_SLOT" state="Busy">
<oneNumber name="FILTER_SLOT_VALUE">
2
</oneNumber></setNumberVector>
<message device="W" message="turning"/>
<newNumberVector device="F" name="ABS_FOCUS_POSITION">
  <oneNumber name="FOCUS_ABSOLUTE_POSITION">50040</oneNumber></newNumberVector>
<setTextVector device="W" name="NAMES" state="Ok"><oneText name="A">Red</oneText></setTextVector>
"""


class Server:
    """Takes one client and says what it is given."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.told = b""
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        self.wait_for(b"getProperties")
        self._client.sendall(text.encode())

    def wait_for(self, text: bytes) -> None:
        with self._news:
            assert self._news.wait_for(lambda: text in self.told, LIMIT_S), self.told

    def close(self) -> None:
        self._thread.join(LIMIT_S)
        self._client.close()
        self._door.close()

    def _take(self) -> None:
        self._client, _ = self._door.accept()
        while data := self._client.recv(4096):
            with self._news:
                self.told += data
                self._news.notify_all()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_it_keeps_every_vector_of_devices_and_clients_in_order(
    server: Server, tmp_path: Path
) -> None:
    with Listener(server.port) as wire:
        server.say(SAYS)
        wire.wait(lambda: len(wire.heard) == 3, "three vectors", LIMIT_S)

        assert [(v.what, v.device, v.state, v.number) for v in wire.heard] == [
            ("set", "W", "Busy", 2.0),
            ("new", "F", "", 50040.0),
            ("set", "W", "Ok", None),
        ]
        assert sorted(v.at_s for v in wire.heard) == [v.at_s for v in wire.heard]
        wire.keep(tmp_path / "wire.txt")
    assert len((tmp_path / "wire.txt").read_text(encoding="utf-8").splitlines()) == 3


def test_a_command_is_not_what_a_device_said(server: Server) -> None:
    with Listener(server.port) as wire:
        server.say(SAYS)
        wire.wait(lambda: len(wire.heard) == 3, "three vectors", LIMIT_S)

        assert wire.latest("F", "ABS_FOCUS_POSITION") is None
        assert isinstance(wire.latest("W", "FILTER_SLOT"), Vector)


def test_the_stars_are_sharp_at_the_focus_of_the_filter_that_the_wheel_is_asked_for(
    server: Server,
) -> None:
    asked = (
        f'<newNumberVector device="{WHEEL}" name="FILTER_SLOT">'
        '<oneNumber name="FILTER_SLOT_VALUE">2</oneNumber></newNumberVector>\n'
    )
    with Starlight(server.port, Sky(base_steps=1000, offsets_steps=(0, 100))):
        server.say(asked)

        server.wait_for(b"</newNumberVector>")
    assert f"device='{CAMERA}' name='SIM_FOCUSING'".encode() in server.told
    assert b"<oneNumber name='SIM_FOCUS_POSITION'>1100</oneNumber>" in server.told
