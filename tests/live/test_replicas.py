"""The replicas of `tests/focus/replicas.py` through alpyca at a real daemon, judged on the wire."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from alpaca.exceptions import InvalidOperationException
from alpaca.filterwheel import FilterWheel
from alpaca.focuser import Focuser

from tests.focus.replicas import Ekos, Indigo, Nina, NinaCopies, Program
from tests.limits import LIMIT_S
from tests.live.daemon import Daemon
from tests.live.indiserver import FOCUSER, FOCUSER_START_STEPS, WHEEL, IndiServer, RawListener
from tests.live.test_clients import get, known, opened, wait

pytestmark = pytest.mark.live
H_ALPHA, FIRST = 3, 0
POLL_S = 0.02


class Alpaca:
    """Rigd's wheel and focuser, as alpyca sees them."""

    def __init__(self, wheel: FilterWheel, focuser: Focuser) -> None:
        self.wheel, self.focuser = wheel, focuser

    def turn(self, to: int) -> bool:
        try:
            self.wheel.Position = to
        except InvalidOperationException:
            return False
        return True

    def filter(self) -> int | None:
        position = int(self.wheel.Position)
        return None if position < 0 else position

    def move(self, target: int) -> None:
        self.focuser.Move(target)

    def position(self) -> int:
        return int(self.focuser.Position)

    def offsets(self) -> tuple[int, ...]:
        return tuple(self.wheel.FocusOffsets)


class Evening:
    """A daemon in a mode, a client with its ports, and the filters' true offsets."""

    def __init__(self, daemon: Daemon) -> None:
        wheel, focuser = opened(daemon)
        wait(lambda: known(daemon), "first sight")
        rows = get(daemon, "/rigs/demo/offsets")["offsets"]
        self.table = [row["focus_offset_steps"] for row in rows]  # type: ignore[attr-defined]
        self.ports = Alpaca(wheel, focuser)

    @property
    def delta(self) -> int:
        return int(self.table[H_ALPHA] - self.table[FIRST])

    def there_and_back(self, kind: type[Program]) -> Iterator[None]:
        """Change to H alpha and back; resumed after each change."""
        program = kind(self.ports, self.table, FIRST)
        for to in (H_ALPHA, FIRST):
            deadline_s = monotonic() + LIMIT_S
            for _ in program.change(to):
                assert monotonic() < deadline_s, f"{kind.__name__} never ends"
                sleep(POLL_S)
            yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[IndiServer]:
    with IndiServer(tmp_path) as running:
        yield running


APPLY = ((Program, 1), (NinaCopies, 1), (Nina, 2))
PUBLISH = ((Program, 0), (NinaCopies, 1), (Nina, 1), (Ekos, 1), (Indigo, 1))
OBSERVE = ((Program, 0), (NinaCopies, 0), (Nina, 1), (Ekos, 1), (Indigo, 1))


@pytest.mark.parametrize(
    ("mode", "times"), [("apply", APPLY), ("publish", PUBLISH), ("observe", OBSERVE)]
)
async def test_how_often_an_offset_is_in_the_focuser_with_each_client(
    server: IndiServer, tmp_path: Path, mode: str, times: tuple[tuple[type[Program], int], ...]
) -> None:
    with Daemon(tmp_path, server, mode=mode) as daemon:
        async with RawListener(server.port) as wire:
            evening = await asyncio.to_thread(Evening, daemon)
            assert evening.delta != 0
            for kind, often in times:
                changes = evening.there_and_back(kind)
                for slot, applied in ((H_ALPHA, often), (FIRST, 0)):
                    await asyncio.to_thread(next, changes)
                    await wire.until(WHEEL, "FILTER_SLOT", slot + 1)
                    stands = FOCUSER_START_STEPS + applied * evening.delta
                    await wire.until(FOCUSER, "ABS_FOCUS_POSITION", stands)


async def test_a_client_that_goes_on_applying_its_own_makes_rigd_stand_down(
    server: IndiServer, tmp_path: Path
) -> None:
    with Daemon(tmp_path, server) as daemon:
        evening = await asyncio.to_thread(Evening, daemon)

        for _ in range(3):
            for _ in await asyncio.to_thread(list, evening.there_and_back(Nina)):
                pass

        said = daemon.said()
        assert "rigd stands down to observe: " in said
        assert "at 127.0.0.1 moves the focuser by about" in said
