"""Which ClientIDs are one client, as programs are known to use them."""

import pytest

from tests.api.live import FORM, LiveServer, live
from tests.api.observatory import FakeObservatory

NAME = "python-requests at 127.0.0.1"
AGENT = {**FORM, "user-agent": "python-requests/2.32"}


class Program:
    """A program on this computer, which uses the same library as all others."""

    def __init__(self, server: LiveServer, client_id: int | None) -> None:
        self.server, self.client_id = server, client_id

    def put(self, path: str, form: str) -> None:
        ids = "" if self.client_id is None else f"&ClientID={self.client_id}"
        self.server.ask("PUT", f"/api/v1/{path}", form + ids, AGENT)

    def open(self, device: str) -> None:
        self.put(f"{device}/0/connected", "Connected=True")

    def close(self, device: str) -> None:
        self.put(f"{device}/0/connected", "Connected=False")

    @property
    def name(self) -> str:
        self.put("filterwheel/0/action", "Action=rigd:recompute&Parameters=")
        return str(self.server.observatory.asked[-1][2])


def test_two_programs_of_one_library_that_have_the_same_device_open_are_two(
    server: LiveServer,
) -> None:
    first, second = Program(server, 111), Program(server, 222)
    for device in ("focuser", "filterwheel"):
        first.open(device)
    second.open("filterwheel")

    assert (first.name, second.name) == (NAME, f"{NAME} (ClientID 222)")


def test_a_program_is_told_apart_as_soon_as_it_must_be(server: LiveServer) -> None:
    first, second = Program(server, 111), Program(server, 222)
    first.open("focuser")
    second.open("filterwheel")
    second.open("focuser")

    assert (first.name, second.name) == (NAME, f"{NAME} (ClientID 222)")


def test_a_client_id_for_each_device_is_one_client(server: LiveServer) -> None:
    """N.I.N.A. and CCDciel: the one that focuses is the one that asks for a filter."""
    focuser, wheel = Program(server, 111), Program(server, 222)
    focuser.open("focuser")
    wheel.open("filterwheel")

    assert {focuser.name, wheel.name} == {NAME}


def test_of_two_programs_with_a_client_id_for_each_device_each_is_one_client(
    server: LiveServer,
) -> None:
    for number, device in enumerate(("focuser", "filterwheel", "focuser", "filterwheel"), 1):
        Program(server, number).open(device)

    names = [Program(server, number).name for number in (1, 2, 3, 4)]

    assert names == [NAME, NAME, f"{NAME} (ClientID 3)", f"{NAME} (ClientID 3)"]


def test_a_client_id_for_each_connection_is_one_client(server: LiveServer) -> None:
    first, again = Program(server, 111), Program(server, 222)
    first.open("focuser")
    first.close("focuser")
    again.open("focuser")

    assert (first.name, again.name) == (NAME, NAME)


@pytest.mark.parametrize("client_id", [None, 0, 333])
def test_a_client_id_that_has_nothing_open_says_nothing(
    server: LiveServer, client_id: int | None
) -> None:
    Program(server, 111).open("focuser")

    assert Program(server, client_id).name == NAME


def test_another_library_is_another_client_as_before(server: LiveServer) -> None:
    Program(server, 111).open("focuser")
    form, other = "Connected=True&ClientID=222", {**FORM, "user-agent": "alpyca"}
    server.ask("PUT", "/api/v1/focuser/0/connected", form, other)

    assert Program(server, 111).name == NAME


def test_who_is_told_apart_stays_so_after_a_restart() -> None:
    observatory = FakeObservatory()
    with live(observatory) as server:
        for number in (111, 222):
            Program(server, number).open("focuser")
        Program(server, 222).open("filterwheel")

    with live(observatory) as server:
        names = [Program(server, number).name for number in (111, 222)]

    assert names == [NAME, f"{NAME} (ClientID 222)"]


def test_who_read_offsets_is_remembered_without_its_client_id(server: LiveServer) -> None:
    for number in (111, 222):
        Program(server, number).open("filterwheel")
    assert Program(server, 222).name != NAME

    server.ask("GET", "/api/v1/filterwheel/0/focusoffsets?ClientID=222", headers=AGENT)

    assert server.observatory.asked[-1] == ("offsets read", "rig0", NAME)
