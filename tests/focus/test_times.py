"""The times that devices are given, counted from the moment they were told."""

from rigd.devices.events import FocuserReport
from rigd.focus.state.effects import HaltFocuser
from rigd.focus.state.requests import TrimRequested
from rigd.focus.state.times import Times
from tests.focus.night import FOCUSER, Night


def test_a_focusers_time_to_begin_counts_from_the_moment_it_was_told() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)

    night.later(4.8)
    _stand(night, 30000)
    night.tell()
    night.later(1.9)
    _stand(night, 30000)
    assert night.rig.move is not None
    night.wheel(1)
    night.arrive(30040)

    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30000


def test_a_focuser_that_does_not_begin_in_its_time_has_failed() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.wheel(1)

    night.later(2.1)
    night.stand(30000)

    assert night.result == "failed"


def test_a_wheel_that_never_says_that_it_turns_is_given_its_time() -> None:
    night = Night().begin(30000)
    night.ask(1)
    night.arrive(30040)

    for _ in range(6):
        night.later(0.5).wheel(0)
    assert night.rig.change is not None
    night.wheel(1)

    assert night.result == "done"


def test_a_wheel_that_stays_where_it_was_has_failed_once_its_time_is_over() -> None:
    night = Night(times=Times(wheel_start_grace_s=5.0)).begin(30000)
    night.ask(1)
    night.arrive(30040)

    night.later(5.1).wheel(0)

    assert night.result == "failed"
    assert "the wheel stopped at slot 1 instead of 2" in night.said


def test_a_complaint_from_before_the_command_is_not_of_the_move() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.ask(1)
    night.stand(30000, fault="an old alert")
    assert night.rig.move is not None

    night.tell()
    night.wheel(1)
    night.arrive(30040)

    assert night.result == "done"


def test_a_trims_deadline_counts_from_the_moment_it_was_told() -> None:
    night = Night().begin(30000)
    night.tells = False
    night.feed(TrimRequested(at_s=night.now_s, trim_steps=6, client="human"))
    night.later(27.0).tell()

    night.later(27.0).tick()
    early = [e for e in night.effects if isinstance(e, HaltFocuser)]
    night.later(1.5).tick()

    assert early == []
    assert any(isinstance(e, HaltFocuser) for e in night.effects)


def _stand(night: Night, position: int) -> None:
    """The focuser says twice that it stands."""
    for _ in range(2):
        night.feed(
            FocuserReport(
                at_s=night.now_s,
                ref=FOCUSER,
                connected=True,
                position_steps=position,
                max_steps=60000,
            )
        )
