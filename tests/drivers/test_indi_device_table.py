"""When what an INDI device says of its focuser counts as read."""

import pytest
from rigd.drivers.indi.device_table import DeviceTable
from rigd.drivers.indi.echo import IndiEcho
from rigd.drivers.indi.properties import IndiProperty

from rigd.devices.events import Event, FocuserReport

NAME = "TCF"
POSITION = "ABS_FOCUS_POSITION"


class Table:
    """A focuser that was connected, and defined 0 steps, at 10 s."""

    def __init__(self, poll_ms: float | None) -> None:
        self.heard: list[Event] = []
        self.table = DeviceTable("local", self.heard.append, IndiEcho("local", lambda _: None))
        self.table.is_replayed = True  # the times are said by the test
        self.define("DRIVER_INFO", DRIVER_INTERFACE="8")
        self.define("CONNECTION", CONNECT=True)
        if poll_ms is not None:
            self.define("POLLING_PERIOD", PERIOD_MS=poll_ms)
        self.define(POSITION, FOCUS_ABSOLUTE_POSITION=0.0)

    def define(self, name: str, **elements: str | bool | float) -> None:
        said = IndiProperty(name=name, state="Ok", elements=elements, ranges={})
        self.heard += self.table.take_definition(NAME, said, 10.0)

    def answer(self, steps: float, at_s: float) -> None:
        self.table.take_answer(NAME, POSITION, steps, at_s)

    def read(self, steps: float, at_s: float) -> None:
        said = IndiProperty(
            name=POSITION, state="Ok", elements={"FOCUS_ABSOLUTE_POSITION": steps}, ranges={}
        )
        self.heard += self.table.take_update(NAME, said, at_s)

    @property
    def steps(self) -> int | None:
        return [one for one in self.heard if isinstance(one, FocuserReport)][-1].position_steps


@pytest.mark.parametrize(("poll_ms", "polled_s"), [(500.0, 11.0), (None, 12.0), (5000.0, 20.0)])
def test_an_answer_before_its_first_polls_is_no_reading(
    poll_ms: float | None, polled_s: float
) -> None:
    early, late = Table(poll_ms), Table(poll_ms)

    early.answer(0, polled_s - 0.1)
    late.answer(0, polled_s)

    assert early.steps is None
    assert late.steps == 0


def test_what_it_reads_after_an_early_answer_is_where_it_stands() -> None:
    table = Table(500)
    table.answer(0, 10.2)
    table.read(3500, 10.4)
    assert table.steps == 3500
    table.answer(3500, 10.6)
    assert table.steps == 3500


def test_defined_anew_it_has_its_polls_again() -> None:
    table = Table(500)
    table.read(3500, 10.4)
    table.heard += table.table.take_definition(
        NAME,
        IndiProperty(
            name=POSITION, state="Ok", elements={"FOCUS_ABSOLUTE_POSITION": 0.0}, ranges={}
        ),
        60.0,
    )
    table.answer(0, 60.5)
    assert table.steps is None
    table.answer(0, 61.0)
    assert table.steps == 0
