"""Who asked: the program's own name with its address, and what it may have kept."""

import pytest

from rigd.focus.state.settings import Mode
from tests.api.live import FORM, LiveServer
from tests.api.observatory import make_rig

RECOMPUTE = "Action=rigd:recompute&Parameters="
PATH = "/api/v1/filterwheel/0/action"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("N.I.N.A./3.1.2 (Windows)", "N.I.N.A. at 127.0.0.1"),
        ("alpyca", "alpyca at 127.0.0.1"),
        ("<script>", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("a" * 500, f"{'a' * 32} at 127.0.0.1"),
    ],
)
def test_a_client_is_named_by_its_product_and_address(
    server: LiveServer, agent: str, name: str
) -> None:
    server.ask("PUT", PATH, RECOMPUTE, {**FORM, "user-agent": agent})

    assert server.observatory.asked == [("recompute", "rig0", name)]


def test_two_client_ids_of_one_program_are_one_client(server: LiveServer) -> None:
    for number in (1, 2):
        body = f"{RECOMPUTE}&ClientID={number}"
        server.ask("PUT", PATH, body, {**FORM, "user-agent": "N.I.N.A./3.1"})

    assert {asked[2] for asked in server.observatory.asked} == {"N.I.N.A. at 127.0.0.1"}


def test_who_reads_offsets_that_are_not_zero_is_noted(server: LiveServer) -> None:
    server.put("/api/v1/filterwheel/0/connected", Connected=True)

    server.get("/api/v1/filterwheel/0/focusoffsets")

    assert server.observatory.asked[-1] == ("offsets read", "rig0", "127.0.0.1")


def test_who_reads_zeros_is_not(server: LiveServer) -> None:
    server.on_loop(server.observatory.views.update, rig0=make_rig(mode=Mode.APPLY))
    server.put("/api/v1/filterwheel/0/connected", Connected=True)

    server.get("/api/v1/filterwheel/0/focusoffsets")

    assert not [asked for asked in server.observatory.asked if asked[0] == "offsets read"]
