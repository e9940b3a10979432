"""The misbehaving Alpaca host misbehaves as it is told, over HTTP."""

import json
import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.drivers.alpaca_host import AlpacaHost, Focuser, Wheel, hosting
from tests.limits import LIMIT_S
from tests.motor import Motor


def ask(host: AlpacaHost, path: str, **fields: object) -> dict[str, Any]:
    """GET a member, or PUT it if there are fields."""
    url = f"http://127.0.0.1:{host.port}{path}" + ("" if fields else "?ClientTransactionID=1")
    body = urlencode({**fields, "ClientTransactionID": 1}).encode() if fields else None
    request = Request(url, data=body, method="PUT" if fields else "GET")
    with urlopen(request, timeout=LIMIT_S) as reply:  # noqa: S310 - loopback
        return json.loads(reply.read())  # type: ignore[no-any-return]


def focuser_of(name: str, unique_id: str) -> Focuser:
    return Focuser("Focuser", name, unique_id, 4)


def test_two_devices_of_one_name_swap_their_numbers_in_a_restart() -> None:
    one, two = focuser_of("EAF", "uid-1"), focuser_of("EAF", "uid-2")
    one.motor.sync(100)
    with hosting(one, two) as host:
        before = ask(host, "/api/v1/focuser/0/position")["Value"]
        host.restart(two, one)
        after = ask(host, "/api/v1/focuser/0/position")["Value"]
        listed = ask(host, "/management/v1/configureddevices")["Value"]

    assert (before, after) == (100, 25000)
    assert [device["DeviceName"] for device in listed] == ["EAF", "EAF"]
    assert [device["UniqueID"] for device in listed] == ["uid-2", "uid-1"]


def test_a_put_that_blocks_answers_when_it_is_done() -> None:
    focuser = focuser_of("EAF", "uid")
    focuser.blocks_s["move"] = 0.2
    with hosting(focuser) as host:
        began_s = time.monotonic()
        ask(host, "/api/v1/focuser/0/move", Position=25100)

        assert time.monotonic() - began_s >= 0.2
        assert ask(host, "/api/v1/focuser/0/position")["Value"] == 25100


def test_a_focuser_that_begins_late_is_deaf_and_never_says_that_it_stands() -> None:
    now_s = 0.0
    focuser = focuser_of("EAF", "uid")
    focuser.motor = Motor(
        steps=25000, start_delay_s=0.2, halts="moving", endless=True, clock=lambda: now_s
    )
    with hosting(focuser) as host:
        ask(host, "/api/v1/focuser/0/move", Position=25100)
        early = ask(host, "/api/v1/focuser/0/ismoving")["Value"]
        ask(host, "/api/v1/focuser/0/halt", x=1)
        now_s = 9.0

        assert early is False
        assert ask(host, "/api/v1/focuser/0/position")["Value"] == 25100
        assert ask(host, "/api/v1/focuser/0/ismoving")["Value"] is True


@pytest.mark.parametrize("odd", [-1, 10**19, None])
def test_one_read_fails_and_another_is_odd(odd: object) -> None:
    focuser = focuser_of("EAF", "uid")
    with hosting(focuser) as host:
        focuser.fail_next("position")
        bad = ask(host, "/api/v1/focuser/0/position")
        good = ask(host, "/api/v1/focuser/0/position")
        focuser.answers["position"] = odd

        assert bad["ErrorNumber"] == 0x500
        assert (good["ErrorNumber"], good["Value"]) == (0, 25000)
        assert ask(host, "/api/v1/focuser/0/position")["Value"] == odd


def test_a_wheel_that_never_says_that_it_turns_stands_at_its_old_slot_until_it_arrives() -> None:
    wheel = Wheel("FilterWheel", "EFW", "uid", 3, turn_s=600, says_turning=False)
    with hosting(wheel) as host:
        ask(host, "/api/v1/filterwheel/0/position", Position=2)
        during = ask(host, "/api/v1/filterwheel/0/position")["Value"]
        wheel.ends_s = 0.0

        assert during == 0
        assert ask(host, "/api/v1/filterwheel/0/position")["Value"] == 2
