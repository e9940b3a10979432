"""A mode is switched by a human while nothing moves, and given up beside another applier."""

import pytest

from rigd.focus.mode_switch import stand_down
from rigd.focus.state.effects import MoveFocuser, Refusal, RememberMode
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import AdoptRequested, ModeRequested, Remembered
from rigd.focus.state.settings import Mode
from rigd.focus.virtual_focuser import logical_steps
from tests.focus.night import Night


def switch(night: Night, mode: Mode, **words: object):  # type: ignore[no-untyped-def]
    return night.feed(ModeRequested(at_s=night.now_s, client="human", mode=mode, **words))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [Mode.PUBLISH, Mode.OBSERVE])
def test_leaving_apply_moves_nothing_and_keeps_what_is_embodied(mode: Mode) -> None:
    night = Night().begin(30000, filter_position=1)

    switch(night, mode)
    night.wheel(2)

    assert night.moves == []
    assert night.rig.settings.mode is mode
    assert night.rig.ledger.embodied == Terms(filter_steps=40)
    kept = [e for e in night.effects if isinstance(e, RememberMode)]
    assert [(e.mode, e.by) for e in kept] == [(mode, "human")]


def test_beginning_to_apply_takes_the_focus_for_the_filter_in_the_light() -> None:
    night = Night(Mode.OBSERVE).begin(30000, filter_position=1)

    switch(night, Mode.APPLY)
    assert night.moves == []
    night.wheel(2)

    assert night.moves == [29935]


def test_a_switch_during_a_move_is_refused() -> None:
    night = Night().begin()
    night.ask(1)

    step = switch(night, Mode.OBSERVE)

    assert step.refusal is Refusal.GATE
    assert "a move is under way" in step.sentence
    assert night.rig.settings.mode is Mode.APPLY


def test_a_move_that_was_not_read_back_yet_stays_open_over_a_switch() -> None:
    first = Night().begin()
    first.ask(1)
    night = Night()
    night.feed(Remembered(at_s=100, ledger=first.rig.ledger, move=first.rig.move, moves_begun=1))

    switch(night, Mode.OBSERVE)

    (kept,) = [e for e in night.effects if isinstance(e, RememberMode)]
    assert kept.move == night.rig.move
    assert kept.move is not None


def test_a_switch_while_somebody_focuses_is_refused() -> None:
    night = Night(Mode.OBSERVE).begin()
    night.focuser(30500)

    step = switch(night.later(3), Mode.APPLY)

    assert step.refusal is Refusal.GATE
    assert "moved the focuser" in step.sentence


def test_a_client_with_the_focuser_open_is_named_and_must_be_confirmed() -> None:
    night = Night(Mode.OBSERVE).begin()

    refused = switch(night, Mode.APPLY, clients=("N.I.N.A.",))
    done = switch(night, Mode.APPLY, clients=("N.I.N.A.",), confirmed=True)

    assert "N.I.N.A." in refused.sentence
    assert done.refusal is None
    assert night.rig.settings.mode is Mode.APPLY


def test_publish_to_apply_wants_a_word_that_the_client_forgot_the_offsets() -> None:
    night = Night(Mode.PUBLISH).begin()

    refused = switch(night, Mode.APPLY, readers=("N.I.N.A.", "APT"))

    assert "N.I.N.A., APT read the published offsets and may have kept them" in refused.sentence
    assert "then confirm: `rigd mode apply --confirm`" in refused.sentence
    assert switch(night, Mode.APPLY).sentence == (
        "mode stays publish: the offsets were published, and a program that has read them past "
        "rigd's own wheel would apply them again; make sure that none does, then confirm: "
        "`rigd mode apply --confirm`"
    )
    assert switch(night, Mode.APPLY, confirmed=True).refusal is None


def test_applying_cannot_begin_on_a_filter_without_an_offset() -> None:
    night = Night(Mode.OBSERVE).begin(filter_position=3)

    step = switch(night, Mode.APPLY)

    assert step.refusal is Refusal.GATE
    assert "X" in step.sentence


def test_beside_another_applier_rigd_stands_down_and_undoes_nothing() -> None:
    night = Night().begin(30000, filter_position=1)

    step = stand_down(night.rig, "Ekos moves too", night.now_s)
    night.rig = step.rig
    night.effects += step.effects
    night.wheel(2)

    assert night.rig.settings.mode is Mode.OBSERVE
    assert not any(isinstance(e, MoveFocuser) for e in night.effects)
    assert "stands down" in night.said
    assert "Ekos moves too" in night.said
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_after_a_stand_down_clients_see_the_focuser_where_it_was() -> None:
    night = Night().begin(30000, filter_position=1)
    before = logical_steps(night.rig)

    night.rig = stand_down(night.rig, "Ekos moves too", night.now_s).rig
    night.wheel(2)

    assert logical_steps(night.rig) == before


def test_a_switch_during_an_autofocus_is_refused() -> None:
    night = Night(Mode.OBSERVE).begin()
    for position in (30100, 30050, 30000):
        night.move(position, "N.I.N.A.")
        night.arrive(position)
        night.camera(busy=True)
        night.camera()
    night.later(60)

    step = switch(night, Mode.APPLY, confirmed=True)

    assert step.refusal is Refusal.GATE
    assert "N.I.N.A. is focusing" in step.sentence


def test_adopting_after_a_stand_down_leaves_what_clients_see() -> None:
    night = Night().begin(30000, filter_position=1)
    before = logical_steps(night.rig)
    night.rig = stand_down(night.rig, "Ekos moves too", night.now_s).rig

    night.feed(AdoptRequested(at_s=night.now_s, client="human"))

    assert logical_steps(night.rig) == before == 29960
    assert night.rig.ledger.embodied == Terms(filter_steps=40)
