"""A sensor that has failed moves nothing, however long it says the same."""

from dataclasses import replace

import pytest

from rigd.focus.obstacles import Obstacle, find_obstacles
from rigd.focus.state.requests import AdoptRequested, ProfileChanged
from rigd.focus.state.thermometer import Thermometer
from tests.focus.night import FOCUSER, Night
from tests.focus.test_autofocus import focus
from tests.focus.test_temperature import ON, begun, expose, restarted, tick, warm


def say(night: Night, celsius: float, seconds: float, every_s: float = 10.0) -> None:
    """The thermometer says this again and again."""
    night.celsius = celsius
    for _ in range(round(seconds / every_s)):
        night.later(every_s).focuser(night.rig.ledger.read_steps or 0)
        night.tick()


def say_and_arrive(night: Night, celsius: float, seconds: float) -> None:
    """The thermometer says this once; the focuser follows."""
    say(night, celsius, seconds, every_s=seconds)
    if night.rig.move is not None:
        night.arrive(night.moves[-1])


def obstacle(night: Night) -> Obstacle | None:
    return next(
        (o for o in find_obstacles(night.rig, night.now_s) if o.name == "thermometer"), None
    )


@pytest.mark.parametrize("dead_c", [-55.0, -127.0, 85.0, 0.0, 30.0, -39.0, 17.5])
def test_a_dead_sensor_is_not_followed_however_long_it_lasts(dead_c: float) -> None:
    night = begun()
    say(night, 10.0, 60)

    say(night, dead_c, 7200)
    night.ask(1)
    night.wheel(1)
    night.arrive(night.moves[-1])

    assert night.moves == [30040]
    found = obstacle(night)
    assert found is not None
    assert f"the focuser says {dead_c:g} °C" in found.sentence
    assert "look at its probe" in found.ends_when
    assert night.said.count("the temperature is not followed") == 1
    assert f"part stays as it is: the focuser says {dead_c:g} °C" in night.said


def test_a_sensor_that_is_dead_in_a_long_silence_is_not_followed_either() -> None:
    night = begun()
    tick(night, 599)

    say(night, -12.0, 3600)

    assert night.moves == []


def test_a_sensor_that_slides_away_faster_than_any_night_is_not_followed_to_the_end() -> None:
    night = begun()
    say(night, 10.0, 60)

    for step in range(60):
        say(night, 10.0 - step, 10)
    say(night, -49.0, 1200)
    followed = night.rig.ledger.raw_steps or 0

    assert followed > 30000 - 10 * 20
    assert obstacle(night) is not None


def test_back_where_it_was_it_is_followed_again() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, -39.0, 7200)

    say(night, 5.0, 60)
    early = list(night.moves)
    say(night, 5.0, 30)

    assert early == []
    assert night.moves == [29950]
    assert obstacle(night) is None
    assert "the temperature is followed again: 5 °C" in night.said


def test_one_wrong_reading_changes_nothing_and_is_not_said() -> None:
    night = begun()
    say(night, 10.0, 60)

    say(night, -127.0, 10)
    shown = obstacle(night)
    say(night, 11.0, 10)

    assert shown is None
    assert night.moves == [30010]
    assert "not followed" not in night.said


def test_a_roof_that_opens_is_followed() -> None:
    night = begun()
    say(night, 10.0, 60)

    for step in range(60):
        say_and_arrive(night, 10.0 - step / 3, 10)
    say_and_arrive(night, -10.0, 10)

    assert night.rig.ledger.raw_steps == 29800
    assert "not followed" not in night.said


def test_a_roof_that_opens_is_followed_by_a_sensor_that_says_it_every_two_minutes() -> None:
    night = begun()

    for step in range(1, 6):
        say(night, 10.0 - 4 * step, 120, every_s=120)
    say(night, -10.0, 120, every_s=60)

    assert night.moves == [29800]


def test_what_is_said_at_a_new_focus_counts_and_the_sensor_that_is_back_moves_nothing() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, -39.0, 600)

    focus(night, (30060, 30010, 30020), "N.I.N.A.")
    moved = list(night.moves)
    say(night, -39.0, 300)
    meanwhile = obstacle(night)
    base = night.rig.ledger.temperature_base
    say(night, 10.0, 1200)

    assert meanwhile is None
    assert base is not None
    assert base.celsius == -39.0
    assert night.moves == moved
    assert obstacle(night) is not None


def test_a_search_that_finds_nothing_puts_the_old_temperature_back_and_nothing_moves() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, -39.0, 600)

    for position in (30100, 30050, 29950, 30000):
        focus(night, (position,))
        say(night, -39.0, 70)
    moved = list(night.moves)
    say(night, -39.0, 600)

    assert night.moves == moved
    assert night.rig.ledger.temperature_base is not None
    assert night.rig.ledger.temperature_base.celsius == 10.0
    assert obstacle(night) is not None


def test_what_is_said_is_judged_by_a_temperature_that_is_put_back_before_anything_follows() -> None:
    night = Night(temperature=ON)
    night.celsius = 45.0
    night.begin(30000)
    expose(night)
    say(night, 45.0, 120)
    wrong = night.rig.ledger.temperature_base
    say(night, 10.0, 10)

    focus(night, (29850, 29700, 29550, 30000))
    moved = list(night.moves)
    say(night, 10.0, 600)

    assert wrong is not None
    assert wrong.celsius == 45.0
    assert "has found nothing" in night.said
    assert night.rig.ledger.temperature_base == wrong
    assert night.moves == moved
    assert obstacle(night) is not None


def test_a_focus_found_while_a_jump_is_not_believed_yet_belongs_to_what_turns_out_true() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, 6.0, 3, every_s=3)

    focus(night, (30060, 29940, 29970), "N.I.N.A.")
    meanwhile = night.rig.ledger.temperature_base
    moved = list(night.moves)
    say(night, 6.0, 600)
    base = night.rig.ledger.temperature_base
    say(night, 7.0, 10)

    assert meanwhile is None
    assert base is not None
    assert base.celsius == 6.0
    assert night.moves == [*moved, 29980]


def test_a_focus_that_is_adopted_during_one_wrong_reading_belongs_to_what_is_said_then() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, 14.0, 10)

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    say(night, 10.5, 120)
    say(night, 11.5, 10)

    assert night.moves == [30010]


def test_a_human_s_word_makes_what_is_said_then_count() -> None:
    night = begun()
    say(night, 10.0, 60)
    say(night, 35.0, 600)

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))
    say(night, 35.0, 70)
    say(night, 36.0, 10)

    assert obstacle(night) is None
    assert night.moves == [30010]


def test_after_a_restart_a_dead_sensor_is_not_followed() -> None:
    night = begun()
    warm(night, 12.0)
    night.arrive(30020)

    later = restarted(night)
    later.rig = replace(later.rig, thermometer=Thermometer())
    expose(later)
    say(later, -25.0, 1200)

    assert later.moves == []
    assert obstacle(later) is not None


def test_after_a_restart_the_temperature_counts_that_the_place_stands_for() -> None:
    night = begun()
    for celsius in range(10, -6, -1):
        say_and_arrive(night, float(celsius), 60)
    assert night.rig.ledger.raw_steps == 29850

    later = restarted(night)
    later.rig = replace(later.rig, thermometer=Thermometer())
    expose(later)
    say(later, -7.0, 120)

    assert later.moves == [29830]


def test_another_focuser_has_a_thermometer_of_its_own() -> None:
    night = begun()
    settings = replace(night.rig.settings, focuser=replace(FOCUSER, key="another"))

    night.feed(ProfileChanged(at_s=night.now_s, settings=settings, starts_over=True, sentence=""))

    assert night.rig.thermometer == Thermometer()


def test_a_change_before_the_first_temperature_is_believed_says_when_that_will_be() -> None:
    night = Night(temperature=begun().rig.settings.temperature)
    night.celsius = 10.5
    night.begin(30000)

    night.ask(1)

    said = "part stays as it is: 10.5 °C was not said before, and is believed once the focuser says"
    assert said in night.said
