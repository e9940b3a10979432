"""What the pair does for clients: the same over Alpaca and over INDI, in each mode."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from tests.live.indi_door.rig import driver_command
from tests.live.indiserver import IndiServer
from tests.live.pair.alpaca import AlpacaPair
from tests.live.pair.door import Pair, RefusedError
from tests.live.pair.indi import IndiPair
from tests.live.simulated import SimulatedDaemon

pytestmark = pytest.mark.live

SLOTS = 8
RED, GREEN, H_ALPHA, LUMINANCE = 0, 1, 3, 7
RESERVED_STEPS = 500
"""So near must a move beyond an end come to it: the filter in the light may need the rest."""
FORM = {"content-type": "application/json"}


class Served(NamedTuple):
    """A daemon in one mode, and a client that has its pair connected."""

    daemon: SimulatedDaemon
    mode: str
    pair: Pair

    def raw_steps(self) -> int:
        """Where the focuser itself stands."""
        steps = self.daemon.raw_steps()
        assert isinstance(steps, int)
        return steps

    def offset_steps(self, position: int) -> int:
        """How far rigd moves the focuser for a filter, from the reference filter's focus."""
        offsets = self.daemon.read("/rigd/v1/rigs/demo/offsets")["offsets"]
        assert isinstance(offsets, list)
        steps = next(
            one["focus_offset_steps"] for one in offsets if one["filter_position"] == position
        )
        assert isinstance(steps, int)
        return steps if self.mode == "apply" else 0

    def hold(self, *, on: bool) -> None:
        """Say hands off at rigd, or take it back."""
        body = '{"hold": true}' if on else '{"hold": false}'
        status, answer = self.daemon.ask("POST", "/rigd/v1/rigs/demo/hold", body, FORM)
        assert status == 200, answer


@pytest.fixture(scope="module", params=["apply", "publish", "observe"])
def daemon(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SimulatedDaemon, str]]:
    with SimulatedDaemon(tmp_path_factory.mktemp("pair"), request.param) as started:
        yield started, request.param


@pytest.fixture(scope="module", params=["alpaca", "indi"])
def served(request: pytest.FixtureRequest, daemon: tuple[SimulatedDaemon, str]) -> Iterator[Served]:
    started, mode = daemon
    with (through_alpaca if request.param == "alpaca" else through_indi)(started) as pair:
        pair.connect()
        yield Served(started, mode, pair)
        pair.disconnect()


@contextmanager
def through_alpaca(daemon: SimulatedDaemon) -> Iterator[Pair]:
    yield AlpacaPair(daemon.port)


@contextmanager
def through_indi(daemon: SimulatedDaemon) -> Iterator[Pair]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIGD_INDI", str(daemon.directory / "rigd-indi.sock"))
        with IndiServer(daemon.directory, (driver_command(daemon.directory),)) as server:
            pair = IndiPair(server.port)
            try:
                yield pair
            finally:
                pair.close()


@pytest.fixture(autouse=True)
def at_rest(served: Served) -> None:
    """Every case begins in the middle, with the reference filter in the light."""
    served.pair.change_filter(LUMINANCE)
    served.pair.move(served.pair.most_steps() // 2)


def test_it_has_a_name_for_every_slot(served: Served) -> None:
    names = served.pair.names()

    assert len(names) == len(set(names)) == SLOTS
    assert all(names)


def test_it_walks_to_every_filter_and_shows_no_other_on_the_way(served: Served) -> None:
    last = SLOTS - 1

    for target in [*range(SLOTS), *range(last, -1, -1), 0, last, last - 1, 0, last // 2, 0]:
        shown = served.pair.change_filter(target)

        assert shown[-1] == target
        assert set(shown) <= {None, target}


def test_a_filter_is_shown_only_once_the_focuser_is_where_it_belongs(served: Served) -> None:
    base, logical = served.raw_steps(), served.pair.focuser_steps()

    for target in (H_ALPHA, GREEN, RED, LUMINANCE):
        served.pair.change_filter(target)

        assert served.raw_steps() == base + served.offset_steps(target)
        assert served.pair.focuser_steps() == logical


def test_the_filter_in_the_light_asked_for_again_moves_nothing(served: Served) -> None:
    served.pair.change_filter(GREEN)
    there = served.raw_steps()

    assert served.pair.change_filter(GREEN)[-1] == GREEN

    assert served.raw_steps() == there


def test_the_filter_under_way_asked_for_again_is_one_change(served: Served) -> None:
    base = served.raw_steps()
    served.pair.begin_change(H_ALPHA)
    served.pair.begin_change(H_ALPHA)

    assert served.pair.await_filter() == H_ALPHA
    assert served.raw_steps() == base + served.offset_steps(H_ALPHA)


@pytest.mark.parametrize("outside", [-1, SLOTS, 32767])
def test_what_is_no_slot_is_refused_with_the_number_and_the_range(
    served: Served, outside: int
) -> None:
    there = served.raw_steps()

    with pytest.raises(RefusedError, match=r"outside [01] to [78]"):
        served.pair.change_filter(outside)

    assert served.pair.filter_position() == LUMINANCE
    assert served.raw_steps() == there


def test_the_focuser_moves_by_a_tenth_and_back(served: Served) -> None:
    start, raw = served.pair.focuser_steps(), served.raw_steps()
    away = served.pair.most_steps() // 10

    for target, ends in ((start + away, raw + away), (start, raw)):
        assert served.pair.move(target) == target
        assert served.raw_steps() == ends


def test_behind_another_filter_too_a_step_is_a_step(served: Served) -> None:
    served.pair.change_filter(H_ALPHA)
    start, raw = served.pair.focuser_steps(), served.raw_steps()

    assert served.pair.move(start - 300) == start - 300

    assert served.raw_steps() == raw - 300


@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_beyond_an_end_it_goes_as_far_as_it_can_or_is_refused_with_both_numbers(
    served: Served, end: str
) -> None:
    most, there = served.pair.most_steps(), served.raw_steps()
    beyond, limit = (-10, 0) if end == "lowest" else (most + 10, most)

    if served.pair.clamps:
        reached = served.pair.move(beyond)
        assert abs(reached - limit) <= RESERVED_STEPS
        assert 0 <= served.raw_steps() <= most
    else:
        with pytest.raises(RefusedError, match=f"{beyond} is outside 0 to {most} steps"):
            served.pair.move(beyond)
        assert served.raw_steps() == there
    start = most // 2
    assert served.pair.move(start) == start


def test_halt_stops_the_motor_and_is_no_failure(served: Served) -> None:
    start, most = served.pair.focuser_steps(), served.pair.most_steps()
    served.pair.begin_move(most - RESERVED_STEPS)

    stopped = served.pair.halt()

    assert start <= stopped < most - RESERVED_STEPS
    assert served.pair.focuser_steps() == stopped
    assert served.pair.move(start) == start


def test_a_move_during_a_change_leaves_both_where_they_were_asked_for(served: Served) -> None:
    base, start = served.raw_steps(), served.pair.focuser_steps()
    served.pair.begin_change(H_ALPHA)

    assert served.pair.move(start + 150) == start + 150
    assert served.pair.await_filter() == H_ALPHA
    assert served.raw_steps() == base + 150 + served.offset_steps(H_ALPHA)


def test_a_human_who_says_hands_off_is_obeyed_until_it_is_taken_back(served: Served) -> None:
    there = served.raw_steps()
    served.hold(on=True)
    try:
        with pytest.raises(RefusedError, match="hands off"):
            served.pair.move(served.pair.most_steps() // 4)
        if served.pair.waits:
            served.pair.begin_change(GREEN)
            assert "hands off" in served.pair.sentence()
        else:
            with pytest.raises(RefusedError, match="hands off"):
                served.pair.change_filter(GREEN)
        assert served.raw_steps() == there
    finally:
        served.hold(on=False)

    if not served.pair.waits:
        served.pair.begin_change(GREEN)
    assert served.pair.await_filter() == GREEN


def test_a_pair_that_nobody_has_connected_moves_nothing(served: Served) -> None:
    there = served.raw_steps()
    served.pair.disconnect()
    try:
        with pytest.raises(RefusedError, match="connect"):
            served.pair.change_filter(GREEN)
        with pytest.raises(RefusedError, match="connect"):
            served.pair.move(there + 100)
    finally:
        served.pair.connect()

    assert served.pair.filter_position() == LUMINANCE
    assert served.raw_steps() == there


def test_the_temperature_is_the_focusers(served: Served) -> None:
    told = served.daemon.read("/rigd/v1/rigs/demo")["focuser_temperature_c"]

    assert served.pair.temperature_c() == pytest.approx(told, abs=0.01)
