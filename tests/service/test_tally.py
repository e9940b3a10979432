"""What a rig does is counted once, whatever comes between."""

from rigd.focus.state.effects import Step
from rigd.focus.state.rig import Result
from rigd.service.tally import Tally
from rigd.view.counts import Distribution
from tests.focus.night import Night


class CountedNight(Night):
    """A night of which a tally is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.tally = Tally()

    def feed(self, event: object) -> Step:
        before = self.rig
        step = super().feed(event)
        self.tally.note_step(before, self.rig, self.now_s)
        return step


def test_a_change_at_the_wheel_counts_once_with_its_duration() -> None:
    night = CountedNight()
    night.begin(30000)
    night.wheel(1)
    night.later(3)

    night.arrive(30040)

    counts = night.tally.counts
    assert counts.changes[Result.DONE] == 1
    assert sum(counts.changes.values()) == 1
    assert sum(counts.change_s.counts) == 1
    assert 3 <= counts.change_s.total < 10


def test_a_change_that_waits_is_counted_as_waiting_once() -> None:
    night = CountedNight()
    night.begin(30000)
    night.camera(busy=True)
    night.wheel(1)
    for _ in range(3):
        night.later(1).tick()

    counts = night.tally.counts

    assert counts.changes[Result.WAITING] == 1
    assert counts.changes[Result.DONE] == 0
    assert sum(counts.change_s.counts) == 0


def test_every_frame_that_began_too_early_counts_once() -> None:
    night = CountedNight()
    night.begin(30000)
    night.focuser(30000, moving=True)
    night.focuser(29990)
    night.later(5).wheel(1)
    for _ in range(4):
        night.camera(busy=True)
        night.later(2).camera(busy=False)
    assert night.tally.counts.early_frames == 4

    night.later(125).tick()
    night.arrive(30030)

    assert night.tally.counts.early_frames == 4


def test_the_frames_of_an_autofocus_are_not_counted() -> None:
    night = CountedNight()
    night.begin(30000)
    for position in (30200, 30120, 30040, 29960):
        night.focuser(position, moving=True)
        night.focuser(position)
        night.camera(busy=True)
        night.camera(busy=False)

    assert night.tally.counts.early_frames == 0


def test_a_value_counts_at_the_first_bound_that_it_does_not_exceed() -> None:
    found = Distribution.empty((1.0, 2.0))

    for value in (1.0, 1.5, 2.0, 2.5):
        found = found.with_value(value)

    assert found.counts == (1, 2, 1)
    assert found.cumulative == (1, 3, 4)
    assert found.total == 7.0
