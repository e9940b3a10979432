"""What other INDI clients are heard to tell the focuser: proof without a guess, counted once."""

import random
from dataclasses import replace

import pytest

from rigd.devices.events import (
    DeviceSeen,
    EchoHeard,
    EchoLost,
    FocuserCommanded,
    FocuserRenumbered,
    FocuserStopped,
    ServerDown,
)
from rigd.devices.identity import DeviceIdentity, WireProtocol
from rigd.focus.foreign_commands import find_command_during, why_unheard
from rigd.focus.obstacles import find_obstacles
from rigd.focus.second_applier import Finding
from rigd.focus.state.effects import HaltFocuser, RememberMode
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.foreign_moves import HeardCommand
from rigd.focus.state.requests import ModeRequested, Tick
from rigd.focus.state.settings import Mode
from rigd.view.trust import why_not_trusted
from tests.focus.matrix import evening
from tests.focus.night import FOCUSER, POLLED_S, WHEEL, DeviceRef, Night
from tests.focus.replicas import (
    PROGRAMS,
    Ccdciel,
    Ekos,
    Indigo,
    Model,
    Nina,
    PlainModel,
    Program,
)
from tests.focus.test_second_applier import CYCLE, TOGGLE, Watched
from tests.focus.test_second_applier import after as another

RIGDS = {0: 0, 1: 40, 2: -25}
"""Rigd's own table."""


class Heard(Watched):
    """A night on INDI beside an unseen camera: commands are heard."""

    def __init__(self, mode: Mode = Mode.APPLY) -> None:
        super().__init__(mode)
        self.camera()

    def told(self, target: int, stood: int | None = None) -> None:
        position = self.position if stood is None else stood
        self.feed(
            FocuserCommanded(
                at_s=self.now_s, ref=FOCUSER, target_steps=target, stood_steps=position
            )
        )

    def foreign(self, delta: int, seconds: float = 1.0) -> None:
        if delta:
            self.told(self.position + delta)
        super().foreign(delta, seconds)

    def beside(self, slot: int, *, first: bool = False) -> None:
        """The wheel turns; rigd follows, and so does a client with the same table."""
        target = self.position + RIGDS[slot] - RIGDS[self.slot]
        self.wheel(None)
        self.later(2)
        if first:
            self.told(target)
        self.wheel(slot)
        self.slot = slot
        if not first:
            self.later(0.001)
            self.told(target)
        if self.rig.move is None:
            self.arrive(target)
        self.land()

    def against(self, slot: int, *, wins: str) -> None:
        """The wheel turns; rigd follows, and a client with another table commands 20 ms later."""
        start, delta = self.position, self.delta(slot)
        self.turn(slot)
        self.later(0.02)
        self.told(start + delta)
        move = self.rig.move
        ends = start + delta if wins == "client" or move is None else move.target_steps
        self.arrive(ends)
        self.position = ends

    def follow(self, slot: int) -> None:
        """The wheel turns and rigd follows, nobody else."""
        self.turn(slot)
        self.land()

    @property
    def stood_down(self) -> bool:
        return self.rig.settings.mode is Mode.OBSERVE


@pytest.mark.parametrize("first", [True, False], ids=["before-rigd", "after-rigd"])
@pytest.mark.parametrize("order", [TOGGLE, CYCLE], ids=["toggle", "cycle"])
def test_a_client_with_rigds_own_table_is_found_out_by_its_commands(
    order: tuple[int, ...], *, first: bool
) -> None:
    night = Heard()

    for slot in order:
        night.beside(slot, first=first)
        night.quiet()

    assert night.stood_down
    assert "another INDI client tells the focuser to move by about" in night.said
    assert "while rigd makes the same move" in night.said
    assert night.rig.known_appliers == ()


@pytest.mark.parametrize("wins", ["rigd", "client"])
@pytest.mark.parametrize("order", [TOGGLE, CYCLE], ids=["toggle", "cycle"])
def test_a_client_with_another_table_is_found_out_whatever_the_focuser_did(
    order: tuple[int, ...], wins: str
) -> None:
    """Its command and rigd's cross every time; who comes last moves the focuser."""
    night = Heard()

    for slot in order[:4]:
        night.against(slot, wins=wins)
        night.quiet()

    deltas = [s.delta_steps for s in night.rig.foreign_moves.samples]
    assert deltas == {TOGGLE: [60, -60, 60, -60], CYCLE: [60, -105, 45, 60]}[order]
    assert night.stood_down
    assert "rigd stands down to observe: another INDI client" in night.said
    if wins == "rigd":
        assert "tells the focuser to move by about" in night.said
        assert "while rigd makes its own" in night.said


def test_a_prompt_client_with_another_table_is_found_out_once_its_moves_add_up() -> None:
    night = Heard()

    for slot in (1, 2, 0):
        assert not night.stood_down
        night.against(slot, wins="rigd")
        night.quiet()

    assert night.stood_down


def test_three_prompt_commands_in_a_row_are_no_chance_whatever_they_add_up_to() -> None:
    """Four filters go round: their differences add up to nothing only after the fourth."""
    night = Heard()

    for slot, steps in ((1, -90), (2, 30), (3, -90)):
        assert not night.stood_down
        start = night.position
        night.turn(slot)
        night.later(0.02)
        night.told(start + steps)
        if night.rig.move is not None:
            night.arrive(start + steps)
        night.position = start + steps
        night.focuser(night.position)
        night.quiet()

    assert night.stood_down


def test_a_prompt_client_that_missed_a_change_is_found_out_at_the_next_ones() -> None:
    """The first move is answered by rigd's Ok, so that it counts from the filter before."""
    night = Heard()

    night.follow(1)
    night.quiet()
    for slot, steps in ((2, -25), (0, 25), (1, 40)):
        start = night.position
        night.turn(slot)
        night.later(0.02)
        night.told(start + steps)
        night.arrive(start + steps)
        night.position = start + steps
        night.quiet()

    assert night.stood_down


@pytest.mark.parametrize("late_s", [3.0, 8.0])
def test_commands_that_are_not_prompt_need_more_to_be_believed(late_s: float) -> None:
    night = Heard(Mode.OBSERVE)

    for slot in (1, 2, 0):
        delta = night.delta(slot)
        night.turn(slot)
        night.later(late_s)
        night.foreign(delta)
        night.quiet()

    assert night.finding is Finding.UNSURE


def test_a_focus_that_a_client_made_unknown_names_it_at_every_change() -> None:
    night = Heard()
    night.against(1, wins="client")
    night.quiet()

    for slot in (2, 1):
        night.turn(slot)
        outcome = night.rig.outcome
        assert outcome is not None
        assert "another INDI client told it to go to 30060 steps" in outcome.sentence
        night.quiet(5)


def test_commands_that_were_never_carried_out_are_samples_too() -> None:
    """The driver refuses, or rigd's command replaces them: the client has a table all the same."""
    night = Heard(Mode.OBSERVE)

    for slot in TOGGLE:
        delta = night.delta(slot)
        night.turn(slot)
        night.told(night.position + delta)
        night.quiet()

    assert [s.delta_steps for s in night.rig.foreign_moves.samples] == [60, -60, 60, -60]
    assert night.finding is Finding.APPLIES


@pytest.mark.parametrize(
    ("order", "back"), [((1, 0, 1, 0), True), ((1, 2, 0, 1), False)], ids=["toggle", "cycle"]
)
def test_and_back_again_is_said_only_where_something_came_back(
    order: tuple[int, ...], *, back: bool
) -> None:
    night = Heard()

    for slot in order:
        night.against(slot, wins="rigd")
        night.quiet()

    assert ("and back again" in night.said) is back


@pytest.mark.parametrize(
    ("protocol", "advice"),
    [
        pytest.param(
            WireProtocol.INDI,
            "use mode publish, with the offsets of `rigd offsets` in that program's own table",
            id="indi",
        ),
        pytest.param(
            WireProtocol.ALPACA,
            "let it use rigd's wheel and focuser instead of the real ones, with its own offsets",
            id="alpaca",
        ),
    ],
)
def test_the_advice_is_what_works_there(protocol: WireProtocol, advice: str) -> None:
    night = Heard()
    night.feed(
        DeviceSeen(
            at_s=night.now_s, identity=DeviceIdentity(ref=WHEEL, protocol=protocol, name="Wheel")
        )
    )

    for slot in TOGGLE:
        night.against(slot, wins="rigd")
        night.quiet()

    assert night.stood_down
    assert advice in night.said


def test_the_same_is_undetectable_where_commands_are_not_heard() -> None:
    night = Heard()
    night.told = lambda *_, **__: None  # type: ignore[method-assign]

    for slot in CYCLE * 3:
        night.beside(slot)
        night.quiet()

    assert night.rig.settings.mode is Mode.APPLY


def test_rigd_alone_is_never_its_own_second_applier() -> None:
    night = Heard()

    for slot in CYCLE * 10:
        night.follow(slot)
        night.quiet()

    assert night.rig.settings.mode is Mode.APPLY
    assert night.finding is Finding.NOBODY


def test_a_command_and_the_motion_it_causes_are_one_sample() -> None:
    night = Heard(Mode.OBSERVE)

    for slot in TOGGLE:
        another(night, slot)
        night.quiet()

    assert [s.delta_steps for s in night.rig.foreign_moves.samples] == [60, -60, 60, -60]
    assert all(s.heard and not s.beside for s in night.rig.foreign_moves.samples)
    assert "another INDI client moves the focuser by about +60 steps" in night.said


def test_a_command_in_a_loop_is_one() -> None:
    night = Heard()
    night.wheel(None)
    night.later(2)
    night.wheel(1)
    for stood in (30000, 30010, 30039, 30040):
        night.later(0.1)
        night.told(30040, stood=stood)
    night.land()
    night.quiet()

    assert [s.delta_steps for s in night.rig.foreign_moves.samples] == [40]


def test_a_command_to_stay_where_rigd_has_just_gone_is_none() -> None:
    """A program whose offsets are zero still sends a move: to where the focuser stands."""
    night = Heard()

    for slot in CYCLE * 2:
        night.turn(slot)
        move = night.rig.move
        assert move is not None
        night.told(move.target_steps, stood=move.target_steps)
        night.land()
        night.told(night.position)
        night.quiet()

    assert night.rig.settings.mode is Mode.APPLY
    assert {s.delta_steps for s in night.rig.foreign_moves.samples} == {0}


@pytest.mark.parametrize("pause_s", [1, 4, 20])
def test_an_autofocus_on_every_filter_is_no_applier_though_it_is_heard(pause_s: int) -> None:
    """It ends where rigd's offset led, at the same difference every time."""
    night = Heard()

    for slot in CYCLE * 2:
        night.follow(slot)
        night.quiet(pause_s)
        for part in (200, -80, -80, -80, 40):
            night.foreign(part)
            night.quiet(pause_s)
        night.quiet(150)

    assert night.rig.settings.mode is Mode.APPLY


def test_an_autofocus_that_begins_during_rigds_move_is_no_applier() -> None:
    night = Heard()

    for slot in CYCLE * 2:
        start = night.position
        night.turn(slot)
        night.told(start + 200)
        if night.rig.move is not None:
            night.arrive(start + 200)
        night.position = start + 200
        for part in (-80, -80, -80, 40):
            night.later(4)
            night.foreign(part)
        night.quiet(150)

    assert night.rig.settings.mode is Mode.APPLY


def test_a_heard_temperature_compensation_and_a_hand_are_no_applier() -> None:
    for seed in range(40):
        night, chance = Heard(), random.Random(seed)  # noqa: S311 - a seeded night
        for slot in CYCLE * 4:
            night.follow(slot)
            night.quiet(4)
            if chance.random() < 0.4:
                night.foreign(chance.choice([-12, -11, chance.randint(-80, 80)]))
            night.quiet(60)

        assert night.rig.settings.mode is Mode.APPLY, seed


def test_a_move_that_another_client_stopped_names_it() -> None:
    night = Heard()
    night.turn(1)
    night.focuser(30005, moving=True)
    night.feed(FocuserStopped(at_s=night.now_s, ref=FOCUSER))

    night.stand(30012)

    assert "instead of 30040 steps: another INDI client told it to stop" in night.said
    assert "stopped there by itself" not in night.said
    assert night.rig.ledger.base_steps == 30000


@pytest.mark.parametrize("says", [30040, 30012, 500])
def test_a_move_during_which_another_client_set_the_count_anew_is_done_nowhere(says: int) -> None:
    night = Heard()
    night.turn(1)
    night.focuser(30005, moving=True)
    night.feed(FocuserRenumbered(at_s=night.now_s, ref=FOCUSER))

    night.stand(says)
    night.later(10).stand_after_motion(30040)
    night.later(10).focuser(30040)

    assert night.result == "failed"
    assert "another INDI client set its count anew during the move (FOCUS_SYNC)" in night.said
    assert "stopped there by itself" not in night.said
    assert night.rig.ledger.embodied is None
    assert why_not_trusted(night.rig) is not None


def test_a_count_set_anew_at_rest_moves_the_base_and_spoils_no_later_move() -> None:
    night = Heard()
    night.feed(FocuserRenumbered(at_s=night.now_s, ref=FOCUSER))
    night.focuser(30300)

    night.later(35).turn(1)
    night.arrive(30340)

    assert night.result == "done"
    assert night.rig.ledger.base_steps == 30300


def test_a_clients_own_move_that_another_client_stopped_names_it() -> None:
    night = Heard()
    night.move(30500)
    night.focuser(30100, moving=True)
    night.feed(FocuserStopped(at_s=night.now_s, ref=FOCUSER))

    night.stand(30200)

    assert "another INDI client told it to stop" in night.said


def test_a_stop_of_long_before_stops_no_later_move() -> None:
    night = Heard()
    night.feed(FocuserStopped(at_s=night.now_s, ref=FOCUSER))
    night.later(5)
    night.turn(1)
    night.focuser(30005, moving=True)

    night.stand(30012)

    assert "told it to stop" not in night.said


def test_a_move_that_another_client_led_away_is_unknown_and_names_it() -> None:
    night = Heard()
    night.turn(1)
    night.focuser(30005, moving=True)
    night.told(30020, stood=30005)

    night.arrive(30020)

    assert night.rig.ledger.embodied is None
    night.quiet()
    assert [s.delta_steps for s in night.rig.foreign_moves.samples] == [15]
    sentence = "another INDI client told it to go to 30020 steps meanwhile"
    assert sentence in (night.rig.ledger.unknown_because or "")
    assert "stopped there by itself" not in night.said


def test_a_move_that_another_client_takes_over_ends_where_that_client_sent_the_focuser() -> None:
    night = Heard()
    night.turn(1)
    night.focuser(30005, moving=True)
    night.told(30400, stood=30005)
    night.focuser(30400)
    night.focuser(30400)

    assert night.rig.move is None
    assert night.result == "failed"
    assert "another INDI client told it to go to 30400 steps meanwhile" in night.said


def test_a_move_that_stops_short_by_itself_keeps_what_was_read_back() -> None:
    night = Heard()
    night.turn(1)

    night.arrive(30020)

    assert night.rig.ledger.embodied is not None
    assert night.rig.ledger.base_steps == 30000


@pytest.mark.parametrize("ago_s", [3, 40], ids=["fresh", "stale"])
def test_a_command_of_before_explains_no_move_of_now(ago_s: float) -> None:
    night = Heard()
    night.told(90000)
    night.later(ago_s)
    night.turn(1)

    night.arrive(30020)

    assert night.rig.ledger.embodied is not None


def test_a_command_that_was_not_carried_out_is_forgotten() -> None:
    night = Heard()
    night.told(90000)

    night.quiet()

    assert night.rig.foreign_moves.command is None


def test_a_heard_move_within_the_tolerance_is_anothers_and_not_a_tremble() -> None:
    night = Heard()
    night.told(30003)

    night.focuser(30003)

    assert "another INDI client moved the focuser from 30000 to 30003 steps" in night.said
    assert night.rig.ledger.base_steps == 30003


def test_who_was_heard_goes_by_one_name_everywhere() -> None:
    night = Heard()
    night.told(30400)
    night.focuser(30200, moving=True)

    moving = night.feed(asked_for(Mode.PUBLISH, night.now_s)).sentence
    night.focuser(30400)
    moved = night.feed(asked_for(Mode.PUBLISH, night.now_s)).sentence
    gates = {one.name: one.sentence for one in find_obstacles(night.rig, night.now_s)}

    assert moving == "mode stays apply: another INDI client is moving the focuser"
    assert moved.startswith("mode stays apply: another INDI client moved the focuser less than")
    assert gates["mover"].startswith("another INDI client moved the focuser")
    assert "something else" not in night.said


def test_a_move_in_sight_after_a_gap_goes_by_that_name_too() -> None:
    night = Heard()
    state = night.rig.main_focuser
    night.rig = replace(night.rig, main_focuser=replace(state, ledger_checked=False, watched=True))
    night.told(30400)

    for _ in range(3):
        night.later(POLLED_S).focuser(30400)

    assert "another INDI client moved the focuser from 30000 to 30400 steps" in night.said
    assert "something else" not in night.said


def asked_for(mode: Mode, now_s: float) -> ModeRequested:
    return ModeRequested(at_s=now_s, client="hand", mode=mode)


def test_commands_to_another_focuser_are_nobodys_business() -> None:
    night = Heard()

    night.feed(FocuserCommanded(at_s=night.now_s, ref=DeviceRef("sim", "other"), target_steps=1))

    assert night.rig.foreign_moves.command is None


def test_an_echo_that_is_lost_is_said_until_it_is_heard_or_its_server_is_gone() -> None:
    night = Heard()
    lost = EchoLost(at_s=night.now_s, server=FOCUSER.server, reason="nonsense")

    night.feed(EchoLost(at_s=night.now_s, server="elsewhere", reason="x"))
    assert why_unheard(night.rig) is None
    night.feed(lost)
    assert why_unheard(night.rig) == "nonsense"
    night.feed(EchoHeard(at_s=night.now_s, server=FOCUSER.server))
    assert why_unheard(night.rig) is None
    night.feed(lost)
    night.feed(ServerDown(at_s=night.now_s, server=FOCUSER.server, reason="gone"))
    assert why_unheard(night.rig) is None
    assert not any(isinstance(e, RememberMode) for e in night.effects)


@pytest.mark.parametrize("program", [Nina, Ekos, Ccdciel, Indigo, Model])
def test_at_the_real_devices_a_heard_client_with_rigds_table_is_found_out_within_four_changes(
    program: type[Program],
) -> None:
    cell = evening(program, Mode.APPLY, in_path=False, echo=True)

    assert cell.stood_down_at is not None
    assert cell.stood_down_at <= 4


@pytest.mark.parametrize(
    "program", [p for p in PROGRAMS if p not in {Nina, Ekos, Ccdciel, Indigo, Model}]
)
def test_at_the_real_devices_no_other_heard_client_is_taken_for_an_applier(
    program: type[Program],
) -> None:
    cell = evening(program, Mode.APPLY, in_path=False, echo=True)

    assert cell.stood_down_at is None
    assert cell.unknown == (program is PlainModel)


def test_a_motion_that_another_client_has_ordered_since_is_not_halted() -> None:
    night = Heard()
    night.turn(1)
    night.focuser(30005, moving=True)
    night.told(40000, stood=30005)
    for _ in range(60):
        night.later(1).focuser(30400, moving=True)
        night.feed(Tick(at_s=night.now_s))

    assert not [e for e in night.effects if isinstance(e, HaltFocuser)]
    assert night.result == "failed"


@pytest.mark.parametrize(("start", "leads"), [(29940, False), (29560, True)])
def test_an_order_that_was_carried_out_where_a_move_begins_leads_it_nowhere(
    start: int, leads: bool
) -> None:
    heard = HeardCommand(at_s=99.5, stood_steps=29560, target_steps=29940, counted=True)
    night = Night()
    rig = replace(night.rig, foreign_moves=replace(night.rig.foreign_moves, command=heard))
    move = FocuserMove(
        number=1,
        start_steps=start,
        target_steps=30400,
        terms=None,
        filter_key=None,
        began_at_s=100.0,
        by="the wheel",
    )

    assert (find_command_during(rig, move) is heard) is leads


@pytest.mark.parametrize("says", [30300, 39000], ids=["near", "far"])
def test_a_count_set_anew_at_rest_is_called_no_motion(says: int) -> None:
    night = Heard()
    night.feed(FocuserRenumbered(at_s=night.now_s, ref=FOCUSER))

    for _ in range(40):
        night.later(1).focuser(says)

    assert f"set the focuser's count anew (FOCUS_SYNC), from 30000 to {says} steps" in night.said
    assert "moved the focuser from" not in night.said


def test_a_hand_that_moves_the_focuser_after_that_has_moved_it() -> None:
    night = Heard()
    night.feed(FocuserRenumbered(at_s=night.now_s, ref=FOCUSER))
    night.later(1).focuser(30300)

    night.later(1).focuser(30350, moving=True)
    night.later(1).focuser(30400)

    assert night.said.count("FOCUS_SYNC") == 1
    assert "something else moved the focuser from 30300 to 30400 steps" in night.said
