"""An autofocus that was given up on its way has found no focus, and left the one it began from."""

import pytest

from rigd.focus.obstacles import find_obstacles
from rigd.focus.state.effects import AutofocusEnded, DiaryLine, Severity
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AutofocusReported
from tests.focus.night import Night

L, R, HA = 0, 1, 2
START = 30040
"""In focus for R."""


def begun() -> Night:
    night = Night().begin(30000)
    night.ask(R)
    night.wheel(None)
    night.wheel(R)
    night.arrive(START)
    night.later(60).tick()
    night.effects.clear()
    return night


def drive(night: Night, *places: int, client: str | None = None) -> None:
    """A program moves the real focuser, or rigd's."""
    for place in places:
        if client is None:
            night.later(2).focuser(place - 1, moving=True)
            night.stand(place)
        else:
            night.later(2).move(place - night.rig.ledger.shift_steps, client)
            night.arrive(place)


def expose(night: Night) -> None:
    night.later(1).camera(busy=True)
    night.later(3).camera()


def measure(night: Night, *places: int, client: str | None = None) -> None:
    for place in places:
        drive(night, place, client=client)
        expose(night)


def rest(night: Night, seconds: float = 130) -> None:
    for _ in range(round(seconds * 2)):
        night.later(0.5).tick()


def abort_ekos(night: Night) -> None:
    """Ekos 3.6.2 goes out and half back before its first frame; stopped, it stays where it is."""
    drive(night, START + 400, START + 200)
    expose(night)
    measure(night, START + 160, START + 160)
    drive(night, START + 120)


def kill_ekos(night: Night) -> None:
    drive(night, START + 400, START + 200)
    expose(night)
    measure(night, *range(START + 160, START - 120, -40))


def kill_nina(night: Night) -> None:
    """N.I.N.A. goes out once, and measures its way in."""
    measure(night, START + 200, START + 160, START + 120, START + 80, client="N.I.N.A.")


def kill_on_the_way_out(night: Night) -> None:
    """A second sweep is to begin farther out than the first one."""
    kill_ekos(night)
    drive(night, START + 260)


@pytest.mark.parametrize("how", [abort_ekos, kill_ekos, kill_nina, kill_on_the_way_out])
def test_where_it_was_given_up_is_nobodys_focus(how: object) -> None:
    night = begun()

    how(night)  # type: ignore[operator]
    rest(night)

    ledger = night.rig.ledger
    (ended,) = [e for e in night.effects if isinstance(e, AutofocusEnded)]
    assert not ended.proves_focus
    assert ledger.embodied is None
    assert "was given up" in (ledger.unknown_because or "")
    (said,) = [e for e in night.effects if isinstance(e, DiaryLine) and " is over " in e.sentence]
    assert said.severity is Severity.WARNING
    assert said.sentence.endswith("it was given up before it had found the focus, which is unknown")


def test_status_names_the_place_where_it_began_and_there_all_is_known_again() -> None:
    night = begun()
    abort_ekos(night)
    rest(night)

    (unknown,) = [o for o in find_obstacles(night.rig, night.now_s) if o.name == "ledger"]
    night.focuser(START + 10, moving=True)
    night.stand(START)

    assert unknown.ends_when.startswith(f"the focuser is back at {START} steps, or ")
    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.ledger.base_steps == 30000


def test_the_next_change_is_declined_and_the_next_autofocus_counts() -> None:
    night = begun()
    abort_ekos(night)
    rest(night)

    night.ask(L)
    night.wheel(None)
    night.wheel(L)
    declined = (night.result, night.moves)
    drive(night, START + 400, START + 200)
    measure(night, *range(START + 160, START - 120, -40), START + 20)
    rest(night)

    assert declined == ("declined", [])
    assert night.rig.ledger.embodied_filter == "l"
    assert night.rig.ledger.base_steps == START + 20


def test_one_that_its_program_says_has_failed_elsewhere_than_it_began_is_given_up_too() -> None:
    night = begun()
    drive(night, START + 400, START + 200)
    measure(night, *range(START + 160, START - 120, -40), START + 20)

    night.feed(AutofocusReported(at_s=night.now_s, found=False))

    assert night.rig.ledger.embodied is None


def test_a_temperature_compensation_between_frames_still_counts_like_any_other_move() -> None:
    night = begun()

    measure(night, START - 10, START - 20, START - 30, START - 40)
    rest(night)

    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    assert night.rig.ledger.base_steps == 30000 - 40


def test_one_that_went_past_the_focus_and_came_back_has_found_it() -> None:
    night = begun()

    drive(night, START + 400, START + 200)
    expose(night)
    measure(night, *range(START + 160, START - 120, -40))
    drive(night, START + 60, START + 12)
    expose(night)
    rest(night)

    assert night.rig.ledger.embodied_filter == "r"
    assert night.rig.ledger.base_steps == START + 12 - 40
