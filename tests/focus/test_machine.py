"""A state machine over the pure core: whatever happens, no offset is ever stacked.

Every rule is something that a client, a hand, a fault or a crash does to the world of
`tests/focus/world.py`; its judge checks the invariants after every event. The suite plays some
thousand of them; `./dev bench soak` plays as many as are asked for.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.settings import Mode
from tests.focus.clients import BEHAVIOURS, Client
from tests.focus.world import DT_S, World

pytestmark = pytest.mark.slow
SLOT = st.integers(min_value=0, max_value=4)
STEPS = st.sampled_from([1, 3, 10, 25, 40, 100, 1000]).flatmap(
    lambda steps: st.sampled_from([steps, -steps])
)
OFFSET = st.sampled_from([None, -60, -25, 0, 15, 40, 80])
INTERVALS = st.sampled_from([1, 2, 4, 8, 16, 30])
DONE = object()
UP = Backlash(steps=30, final_direction=FinalDirection.UP)
DOWN = Backlash(steps=30, final_direction=FinalDirection.DOWN)
LEARNT = Backlash(steps=30)


class RigMachine(RuleBasedStateMachine):
    """Clients, hands, faults, crashes and edits around one rig."""

    @initialize(
        settings=st.fixed_dictionaries(
            {
                "mode": st.sampled_from([Mode.APPLY, Mode.APPLY, Mode.PUBLISH, Mode.OBSERVE]),
                "tolerance": st.sampled_from([0, 1, 5]),
                "dead_band": st.sampled_from([0, 20]),
                "reactive": st.booleans(),
                "sequential": st.booleans(),
                "lag": st.integers(min_value=0, max_value=2),
                "max_steps": st.sampled_from([60000, 30050]),
                "filter_position": SLOT,
                "guider_pause": st.booleans(),
                "backlash": st.sampled_from([None, UP, DOWN, LEARNT]),
                "guide_ratio": st.sampled_from([None, -1.25, 0.4]),
                "guide_max_steps": st.sampled_from([60000, 10040]),
                "steps_per_c": st.sampled_from([None, 4.0, -11.5]),
                "groups": st.sampled_from([False, False, True]),
            }
        )
    )
    def arrange(self, settings: dict[str, Any]) -> None:
        self.world = World(**settings)
        self.clients: list[Client] = []

    @rule(behaviour=st.sampled_from(BEHAVIOURS), to=SLOT, direct=st.booleans())
    @precondition(lambda self: len(self.clients) < 2)
    def client(self, behaviour: object, to: int, direct: bool) -> None:
        self.clients.append(behaviour(self.world, to, direct=direct))  # type: ignore[operator]

    @rule(intervals=INTERVALS)
    def time_passes(self, intervals: int) -> None:
        for _ in range(intervals):
            self.world.pass_time(DT_S)
            self.clients = [c for c in self.clients if next(c, DONE) is not DONE]

    @rule()
    def a_quiet_while_passes(self) -> None:
        self.time_passes(140)

    @rule(to=SLOT)
    def filter_is_asked(self, to: int) -> None:
        self.world.ask_filter(to)

    @rule(steps=STEPS)
    def focuser_is_asked(self, steps: int) -> None:
        self.world.ask_move((self.world.shown_steps or 30000) + steps)

    @rule(to=SLOT)
    def hand_turns_wheel(self, to: int) -> None:
        self.world.turn_wheel(to)

    @rule(steps=STEPS)
    def hand_moves_focuser(self, steps: int) -> None:
        self.world.move_foreign(self.world.focuser.pos + steps, by_hand=True)

    @rule(steps=STEPS)
    def another_client_moves_focuser(self, steps: int) -> None:
        self.world.move_foreign(self.world.focuser.pos + steps)

    @rule(part=st.sampled_from([0.5, 1.0, 1.0, 1.7]))
    def another_client_meddles_with_a_move(self, part: float) -> None:
        self.world.meddle(part)

    @rule(steps=STEPS)
    def another_client_is_not_obeyed(self, steps: int) -> None:
        self.world.tell_in_vain(self.world.focuser.pos + steps)

    @rule(heard=st.booleans())
    def echo(self, heard: bool) -> None:
        self.world.hear(heard=heard)

    @rule(steps=STEPS)
    def trim_is_set(self, steps: int) -> None:
        self.world.ask_trim(steps)

    @rule()
    def halt(self) -> None:
        self.world.halt()

    @rule(hold=st.booleans())
    def hold(self, hold: bool) -> None:
        self.world.hold(hold=hold)

    @rule()
    def adopt(self) -> None:
        self.world.adopt()

    @rule(mode=st.sampled_from(Mode))
    def mode_is_switched(self, mode: Mode) -> None:
        self.world.switch(mode)

    @rule(position=SLOT, offset=OFFSET)
    def edit_or_refit(self, position: int, offset: int | None) -> None:
        self.world.set_offset(position, offset)

    @rule()
    def focuser_is_lost(self) -> None:
        self.world.lose_focuser()

    @rule(shift=st.sampled_from([0, 0, 5000, -5000]))
    def focuser_comes_back(self, shift: int) -> None:
        self.world.find_focuser(shift)

    @rule(state=st.sampled_from(["ok", "alert"]))
    def focuser_comes_back_unread(self, state: str) -> None:
        self.world.find_focuser(unread=state)

    @rule(rehomes=st.booleans())
    def wheel_is_lost(self, rehomes: bool) -> None:
        self.world.wheel.rehomes = rehomes
        self.world.lose_wheel()

    @rule()
    def wheel_comes_back(self) -> None:
        self.world.find_wheel()

    @rule(complains=st.sampled_from([None, None, "fault", "nowhere", "busy"]))
    def wheel_complains(self, complains: str | None) -> None:
        self.world.upset_wheel(complains)

    @rule()
    def wheel_jams(self) -> None:
        self.world.wheel.jams = True

    @rule(after=st.sampled_from([0, 3, 10, 100]))
    def focuser_stalls(self, after: int) -> None:
        self.world.focuser.stalls_after = after

    @rule(seconds=st.sampled_from([1.0, 3.0, 8.0]))
    def focuser_begins_late(self, seconds: float) -> None:
        self.world.focuser.sleeps_s = seconds

    @rule(data=st.data())
    def focuser_ends_beside_its_target(self, data: st.DataObject) -> None:
        tolerance = self.world.focuser.tolerance
        self.world.focuser.slack = data.draw(st.integers(-tolerance, tolerance))

    @rule(focuser=st.booleans(), wheel=st.booleans())
    def devices_refuse(self, focuser: bool, wheel: bool) -> None:
        self.world.focuser.refuses, self.world.wheel.refuses = focuser, wheel

    @rule(steps=STEPS)
    def hand_moves_guide_focuser(self, steps: int) -> None:
        self.world.move_guide(self.world.guide_focuser.pos + steps)

    @rule()
    def guide_focuser_is_lost(self) -> None:
        self.world.lose_guide()

    @rule(shift=st.sampled_from([0, 0, 5000]))
    def guide_focuser_comes_back(self, shift: int) -> None:
        self.world.find_guide(shift)

    @rule(
        after=st.sampled_from([None, 0, 3, 10]),
        refuses=st.booleans(),
        loses_reply=st.booleans(),
        rate=st.sampled_from([1, 5, 400]),
    )
    def guide_focuser_fails(
        self, after: int | None, refuses: bool, loses_reply: bool, rate: int
    ) -> None:
        box = self.world.guide_focuser
        box.stalls_after, box.refuses, box.loses_reply, box.rate = after, refuses, loses_reply, rate

    @rule(data=st.data())
    def guide_focuser_ends_beside_its_target(self, data: st.DataObject) -> None:
        tolerance = self.world.guide_focuser.tolerance
        self.world.guide_focuser.slack = data.draw(st.integers(-tolerance, tolerance))

    @rule()
    def reply_is_lost(self) -> None:
        self.world.focuser.loses_reply = True

    @rule(full=st.booleans())
    def disk(self, full: bool) -> None:
        self.world.journal.full = full

    @rule(parts=st.integers(min_value=0, max_value=6))
    def rigd_dies_between_two_effects(self, parts: int) -> None:
        self.world.fuse = parts

    @rule()
    def rigd_dies(self) -> None:
        self.world.crash()

    @rule()
    def rigd_starts(self) -> None:
        self.world.start()

    @rule()
    def all_is_well_again(self) -> None:
        self.world.heal()

    @rule(seconds=st.sampled_from([1.0, 5.0, 30.0]))
    def camera_exposes(self, seconds: float) -> None:
        self.world.expose(seconds)

    @rule(slewing=st.booleans())
    def mount(self, slewing: bool) -> None:
        self.world.slew(slewing=slewing)

    @rule(on=st.booleans())
    def driver_counts_the_other_way(self, on: bool) -> None:
        self.world.reverse(on=on)

    @rule(on=st.booleans())
    def firmware_compensates(self, on: bool) -> None:
        self.world.compensate(on=on)

    @rule(degrees=st.sampled_from([-3.0, -0.5, 0.25, 1.0]))
    def it_becomes_warmer(self, degrees: float) -> None:
        self.world.warm(degrees)

    @rule(celsius=st.sampled_from([-127.0, 45.0, 85.0]), dies=st.booleans())
    def thermometer_fails(self, celsius: float, dies: bool) -> None:
        self.world.glitch(celsius)
        self.world.sensor.dead = dies

    @rule(celsius=st.sampled_from([-39.0, 45.0, None]))
    def thermometer_breaks(self, celsius: float | None) -> None:
        self.world.break_thermometer(celsius)

    @rule(
        guides=st.sampled_from([None, True, True, False]),
        paused=st.sampled_from([None, None, True, False]),
        connected=st.sampled_from([True, True, True, False]),
        deaf=st.booleans(),
    )
    def guiding(
        self, guides: bool | None, paused: bool | None, connected: bool, deaf: bool
    ) -> None:
        self.world.guider.deaf = deaf
        self.world.guide(guides=guides, paused=paused, connected=connected)

    @rule(
        applies=st.sampled_from([None, True, True, False]),
        ha_steps=st.sampled_from([0, 120]),
        answers=st.sampled_from([True, True, False]),
    )
    def program_says(self, applies: bool | None, ha_steps: int, answers: bool) -> None:
        self.world.tell_offsets(applies=applies, ha_steps=ha_steps, answers=answers)

    @rule(rate=st.sampled_from([1, 5, 40, 400]), turn_s=st.sampled_from([0.25, 2.0, 6.0]))
    def speeds(self, rate: int, turn_s: float) -> None:
        self.world.focuser.rate, self.world.wheel.turn_s = rate, turn_s

    @invariant()
    def at_rest_the_ledger_is_right_or_unknown(self) -> None:
        if hasattr(self, "world"):
            self.world.judge.rest()


TestRig = RigMachine.TestCase
TestRig.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
