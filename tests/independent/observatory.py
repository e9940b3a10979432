"""Devices, computers and time: what happens between the acts, all of it repeatable.

Of a guide camera's focuser it is played that it counts where a focuser is shared: the second rig
may have the first one's focuser for its guide focuser. Nothing else of it is: the rules say nothing
of when it moves and whereto, so that nobody could judge it by them.
"""

from collections import deque
from collections.abc import Callable

from rigd.devices.events import (
    CameraReport,
    DeviceGone,
    DeviceSeen,
    FocuserReport,
    GuiderReport,
    MountReport,
    ServerDown,
    ServerUp,
    WheelReport,
)
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.focus.focuser_sharing import (
    find_other_applier,
    find_sharers,
    find_sharing,
    known_devices,
)
from rigd.focus.other_rigs import describe_other_rigs, name_rig
from rigd.focus.state.effects import HaltFocuser, Step
from rigd.focus.state.requests import (
    AnyEvent,
    HaltRequested,
    HoldRequested,
    OtherRigsJudged,
    SharingJudged,
    Tick,
    TrainJudged,
)
from rigd.focus.state.settings import Mode, RigSettings
from tests.independent.belief import Belief
from tests.independent.judge import Judge
from tests.independent.machine import Died, Machine
from tests.independent.orders import tell_focuser
from tests.independent.plan import Plan
from tests.independent.plant import Carousel, Cause, Guider, Motor
from tests.independent.rigs import (
    GUIDER,
    NAME,
    UNIQUE,
    focuser_ref,
    has_guide_focuser,
    settings_of,
    wheel_of,
    wheel_refs,
)
from tests.independent.rules import Rule
from tests.independent.watch import Glass, Healthy, Watch

STEP_S = 0.25
THERMOMETER_S = 20.0
"""How often the focuser says its temperature, at least."""
START = 30000


class Observatory:
    """One focuser, a rig or two, each with a wheel of its own, and one camera."""

    def __init__(self, plan: Plan, forgiven: frozenset[Rule] = frozenset()) -> None:
        self.plan = plan
        self.now_s = 100.0
        self.focuser = Motor(
            position=START,
            speed=plan.speed,
            poll_s=plan.poll_s,
            even=plan.even,
            hides=plan.hides,
            stale_ok=plan.stale_ok,
            busy_at_once=plan.busy_at_once,
        )
        self.focuser_link = True
        self.told_count = START
        self.camera_busy = False
        self.camera_until_s = 0.0
        self.slewing = False
        self.slewing_until_s = 0.0
        self.firmware_follows = False
        """Whether the focuser's firmware compensates the temperature."""
        self.mismatch = False
        self.guider = Guider()
        self.focuser_said_s = self.thermometer_s = 0.0
        self.focuser_said = (START, False)
        """What it last said: where it is, and whether it moves."""
        self.stray_count: int | None = None
        self.unread: str | None = None
        """Whether the focuser's driver has not read it since it is back, and says 0: in `ok` or
        in `alert`, until it moves or is connected anew."""
        """What its driver says of its place meanwhile, which is no reading."""
        self.inbox: deque[tuple[Machine | None, AnyEvent]] = deque()
        self.asked: list[Machine] = []
        """Who waits for a read of the focuser."""
        self.carousels: dict[str, list[Carousel]] = {}
        self.links: dict[str, bool] = {}
        self.wheel_said_at_s: dict[str, float] = {}
        self.turned_by: dict[str, str] = {}
        self.turned_at_s: dict[str, float] = {}
        self.turns_by_hand: dict[str, int] = {}
        self.hand_key: dict[str, str] = {}
        self.machines: list[Machine] = []
        self.events = 0
        self.next_tick_s = self.now_s
        watches = {}
        for number in range(plan.rigs):
            name = f"rig{number}"
            belief = Belief(START, 10.0)
            healthy = Healthy(START, 0, belief.accounts)
            watches[name] = Watch(glasses=self._glasses(), belief=belief, healthy=healthy)
            self.carousels[name] = self._new_wheels()
            self.links[name] = True
            self.wheel_said_at_s[name] = 0.0
            self.hand_key[name] = "L"
            self.note_turn(name, "nobody")
            self.machines.append(
                Machine(settings_of(plan, number, self._glasses()), self, lambda: self.now_s)
            )
        self.judge = Judge(self, watches)
        self.judge.forgiven = forgiven
        self.focuser.listeners.append(self._moved)
        for machine in self.machines:
            machine.disk.swapped = "L"
            self.start(machine)
        self.pass_time(4.0)

    # What the judge looks at.

    def is_manual(self) -> bool:
        """Whether a hand turns the wheels."""
        return self.plan.wheel == "manual"

    def lit_slot(self, name: str) -> int | None:
        """The slot in the light; None while a wheel turns."""
        if self.is_manual():
            keys = [glass.key for glass in self.judge.watches[name].glasses]
            return keys.index(self.hand_key[name]) if self.hand_key[name] in keys else None
        return self._slot(name) if all(one.at_rest for one in self.carousels[name]) else None

    def _slot(self, name: str) -> int:
        slot = 0
        for one in self.carousels[name]:
            slot = slot * one.slots + one.slot
        return slot

    def lit_key(self, name: str) -> str | None:
        """The filter in the light."""
        if self.is_manual():
            return self.hand_key[name]
        glass = self.judge.watches[name].glass(self.lit_slot(name))
        return glass.key if glass else None

    def seated_key(self, name: str) -> str | None:
        """The filter in the light while no wheel has begun to turn; None if one turns."""
        still = all(one.at_rest or one.is_asleep(self.now_s) for one in self.carousels[name])
        glass = self.judge.watches[name].glass(self._slot(name)) if still else None
        return glass.key if glass and not self.is_manual() else self.lit_key(name)

    def has_focuser(self, name: str) -> bool:
        """Whether the focuser is a rig's main one."""
        return not has_guide_focuser(self.plan, int(name.removeprefix("rig")))

    def wheel_link(self, name: str) -> bool:
        """Whether a rig's wheel can be reached."""
        return self.links[name]

    def wheel_fault(self, name: str) -> bool:
        """Whether a rig's wheel complains."""
        return any(one.fault for one in self.carousels[name])

    def wheel_faults(self, name: str) -> set[str]:
        """What keeps a rig's wheel from turning as it should."""
        wheels = self.carousels[name]
        faults = {"jam"} if any(one.jams for one in wheels) else set()
        return faults | (
            {"slow wheel"} if any(n > 1.5 for one in wheels for n in one.naps) else set()
        )

    def wheel_is_rigs(self, name: str) -> bool:
        """Whether the last turn of a rig's wheel was rigd's."""
        return self.turned_by[name] != "hand"

    def appliers(self) -> set[str]:
        """The rigs that apply, as far as they run."""
        alive = (m for m in self.machines if m.rig is not None)
        return {m.name for m in alive if m.rig and m.rig.settings.mode is Mode.APPLY}

    def wheel_turned_at_s(self, name: str) -> float:
        """When the last turn of a rig's wheel was begun."""
        return self.turned_at_s[name]

    def hand_turns(self, name: str) -> int:
        """How often a rig's wheel was turned by others."""
        return self.turns_by_hand[name]

    def note_turn(self, name: str, who: str) -> None:
        """Somebody turns a rig's wheel."""
        self.turned_by[name], self.turned_at_s[name] = who, self.now_s
        self.turns_by_hand[name] = self.turns_by_hand.get(name, 0) + (who == "hand")

    def wheel_said(self, name: str) -> bool:
        """Whether the wheel stands, and has said so."""
        still = all(one.at_rest and one.fault is None for one in self.carousels[name])
        return still and self.links[name] and self.now_s > self.wheel_said_at_s[name] + STEP_S

    def said_s(self) -> float:
        """When the focuser last moved, or said something new."""
        return self.focuser_said_s

    def reads_focuser(self) -> bool:
        """Whether what the focuser's driver says has been read there."""
        return self.stray_count is None

    def is_blind(self, name: str) -> bool:
        """Whether a rig cannot see the focuser."""
        machine = next(one for one in self.machines if one.name == name)
        return machine.rig is None or not self.focuser_link

    # Time.

    def pass_time(self, seconds: float) -> None:
        """Let time pass, in small steps while anything happens."""
        self.pump()
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s += min(STEP_S if self._is_busy() else 4.0, end_s - self.now_s)
            self._run_devices()
            self.pump()
            for machine in self.machines:
                if machine.rig is None and self.now_s >= machine.starts_at_s:
                    self.start(machine)
                elif machine.rig is not None:
                    self._guarded(machine, machine.work)
            if self.now_s >= self.next_tick_s - 1e-9:
                self.next_tick_s = self.now_s + 0.5
                self.inbox.append((None, Tick(at_s=self.now_s)))
            self.pump()

    def _is_busy(self) -> bool:
        waits = any(
            m.rig is None
            or m.queue
            or m.unsaved
            or m.rig.move is not None
            or m.rig.change
            or not (m.rig.ledger_checked or m.rig.focuser is None)  # it looks again with its ticks
            for m in self.machines
        )
        turning = any(not one.at_rest for wheels in self.carousels.values() for one in wheels)
        turning = turning and not self.is_manual()
        focusing = not self.focuser.at_rest or self.focuser.shown_moving
        focusing = focusing or (self.focuser_link and not self.focuser.is_said)
        waits = waits or bool(self.asked)
        waits = waits or self.guider.asked is not None
        return waits or turning or focusing or self.camera_busy or self.slewing

    def _run_devices(self) -> None:
        for name, carousels in self.carousels.items():
            for number, one in enumerate(carousels):
                before = (one.at_rest, one.fault)
                one.run(self.now_s)
                if (one.at_rest, one.fault) != before:
                    self.say_wheel(name, number)
        motor = self.focuser
        before_count = motor.count
        motor.run(self.now_s, STEP_S)
        if motor.count != before_count:
            self.focuser_said_s = self.now_s
        asked, self.asked = self.asked, []
        for machine in asked:
            looks = not motor.stale_ok and not motor.shown_moving
            is_new = looks and motor.poll(motor.next_poll_s)
            self.say_focuser(None if is_new else machine)  # news is told to whoever listens
        is_due = self.now_s - self.thermometer_s >= THERMOMETER_S
        if (self.focuser_link and motor.poll(self.now_s)) or is_due:
            self.say_focuser()
        if self.slewing and self.now_s >= self.slewing_until_s:
            self.slewing = False
            self.say_mount()
        if self.camera_busy and self.now_s >= self.camera_until_s:
            self.camera_busy = False
            self.say_camera()
        if self.guider.run(self.now_s):
            self.say_guider()

    def _moved(self, cause: Cause, before: int, after: int) -> None:
        self.focuser_said_s = self.now_s
        self.judge.note_motion(cause, before, after)

    # Events.

    def feed(self, machine: Machine, event: AnyEvent) -> Step | None:
        """Take one event to one rig at once; None if its process is dead or dies of it."""
        self.pump()
        step = self._take(machine, event)
        self.pump()
        return step

    def pump(self) -> None:
        """Deliver everything that was said."""
        while self.inbox:
            to, event = self.inbox.popleft()
            for machine in self.machines:
                if to is None or to is machine:
                    self._take(machine, event)
            if isinstance(event, DeviceSeen | DeviceGone | Tick):
                self.judge_sharing()

    def find_applier(self, asking: RigSettings) -> str | None:
        """Why a rig must not apply, as the process that runs all of them finds it."""
        alive = [m.rig for m in self.machines if m.rig is not None]
        others = (rig.settings for rig in alive if rig.settings.name != asking.name)
        return find_other_applier(asking, others, known_devices(alive))

    def judge_sharing(self) -> None:
        """Tell each rig with which other one it shares the focuser."""
        alive = [(m, m.rig) for m in self.machines if m.rig is not None]
        if len(self.machines) < 2 or not alive:
            return
        rigs = [rig for _, rig in alive]
        said = find_sharing((rig.settings for rig in rigs), known_devices(rigs))
        for machine, rig in alive:
            if said[machine.name] != rig.sharing:
                told = SharingJudged(at_s=self.now_s, sentence=said[machine.name])
                self._take(machine, told)
            self._tell_of_others(machine)

    def _tell_sharers(self, machine: Machine, event: AnyEvent, step: Step) -> None:
        """Tell the other rig what this one does with the focuser, as the process of both does."""
        halts = machine.rig is not None and any(isinstance(e, HaltFocuser) for e in step.effects)
        asked = event.client if isinstance(event, HaltRequested | HoldRequested) else None
        for other in self.machines:
            if other is not machine:
                by = name_rig(machine.rig, asked) if machine.rig is not None and halts else None
                self._tell_of_others(other, by)

    def _tell_of_others(self, machine: Machine, stopped_by: str | None = None) -> None:
        rigs = {m.name: m.rig for m in self.machines if m.rig is not None}
        if machine.rig is None or len(rigs) < 2:
            return
        settings = tuple(rig.settings for rig in rigs.values())
        sharers = find_sharers(settings, known_devices(rigs.values()))
        others = describe_other_rigs(sharers.get(machine.name, ()), rigs)
        if others != machine.rig.others or stopped_by is not None:
            told = OtherRigsJudged(at_s=self.now_s, others=others, stopped_by=stopped_by)
            self._take(machine, told)

    def others_move(self, name: str) -> bool:
        """Whether another rig waits for a move of the focuser."""
        others = [m.rig for m in self.machines if m.name != name and m.rig is not None]
        focusers = [one for rig in others for one in (rig.main_focuser, rig.guide_focuser)]
        return any(one is not None and one.move is not None for one in focusers)

    def _take(self, machine: Machine, event: AnyEvent) -> Step | None:
        if machine.rig is None:
            return None
        self.events += 1
        before = machine.rig
        reads = isinstance(event, FocuserReport) and event.position_steps != self.stray_count
        if isinstance(event, FocuserReport) and reads and event.position_steps is not None:
            self.told_count = event.position_steps
        self.judge.before(machine, event)
        step = machine.advance(event)
        self.judge.after(machine, event, before, step)
        self._guarded(machine, machine.work)
        if machine.rig is not None and machine.rig.settings.mode is not before.settings.mode:
            self.judge_sharing()
        if len(self.machines) > 1:
            self._tell_sharers(machine, event, step)
        while machine.late and machine.rig is not None:
            self.inbox.append((machine, machine.late.popleft()))
        return step

    def _guarded(self, machine: Machine, work: Callable[[], None]) -> None:
        try:
            work()
        except Died:
            self.kill(machine, 3.0)

    def kill(self, machine: Machine, down_s: float) -> None:
        """rigd's process ends, with all of its rigs."""
        for one in self.machines:
            if one is machine or one.rig is not None:
                one.die(down_s)
                self.judge.process_died(one)

    def start(self, machine: Machine) -> None:
        """rigd starts, and its devices introduce themselves."""
        machine.start()
        assert machine.rig is not None
        now_s = self.now_s
        self._take(machine, machine.disk.recall(machine.rig.settings, now_s))
        number = self.machines.index(machine)
        servers = {"hub", focuser_ref(number).server}
        for server in sorted(servers):
            self.inbox.append((machine, ServerUp(at_s=now_s, server=server)))
        self.introduce(machine, focuser=True, wheel=True)
        self.say_camera(machine)
        self.say_mount(machine)
        self.say_guider(machine)
        if self.mismatch:
            said = TrainJudged(at_s=now_s, mismatch="another telescope")
            self.inbox.append((machine, said))
        self.pump()

    def introduce(self, machine: Machine, *, focuser: bool, wheel: bool) -> None:
        """Devices appear, as far as they are there."""
        number = self.machines.index(machine)
        name = machine.name
        if focuser and self.focuser_link:
            self.judge.watches[name].sees_since_s = self.now_s
            if not self.focuser.at_rest:
                self.judge.watches[name].excuse("found in motion")
            if abs(self.focuser.shown - self.told_count) > self.judge.near:
                self.judge.watches[name].foreign_s = self.now_s  # so it looks: found elsewhere
            self._see(machine, focuser_ref(number), DeviceKind.FOCUSER, UNIQUE)
            self.say_focuser(machine)
        if wheel and self.links[name]:
            for part, one in enumerate(self.carousels[name]):
                one.told_baseline = True
                self._see(
                    machine, wheel_refs(self.plan, number)[part], DeviceKind.FILTERWHEEL, None
                )
                self.say_wheel(name, part)

    def _see(self, machine: Machine, ref: DeviceRef, kind: DeviceKind, unique: str | None) -> None:
        identity = DeviceIdentity(
            ref=ref,
            protocol=WireProtocol.ALPACA,
            name=ref.key if unique is None else NAME,
            kinds=frozenset({kind}),
            unique_id=unique,
        )
        for one in self.machines:  # every rig of a process lists every device
            if one is machine or one.rig is not None:
                self.inbox.append((one, DeviceSeen(at_s=self.now_s, identity=identity)))

    def say_focuser(self, to: Machine | None = None, count: int | None = None) -> None:
        """The focuser's driver says what it knows."""
        if not self.focuser_link:
            return
        motor, probe = self.focuser, self.focuser.probe_says
        if self.unread is not None and motor.shown_moving:
            self.unread = self.stray_count = None
        count = self.stray_count if count is None else count
        self.thermometer_s = self.now_s
        if (motor.shown, motor.shown_moving) != self.focuser_said:
            self.focuser_said, self.focuser_said_s = (motor.shown, motor.shown_moving), self.now_s
        for number, machine in enumerate(self.machines):
            if to is None or to is machine:
                report = FocuserReport(
                    at_s=self.now_s,
                    ref=focuser_ref(number),
                    connected=True,
                    position_steps=motor.shown if count is None else count,
                    position_alert=self.unread == "alert",
                    moving=motor.shown_moving,
                    min_steps=motor.low,
                    max_steps=motor.high,
                    temperature_c=motor.temperature if probe is None else probe,
                    temperature_at_s=self.now_s,
                    temperature_compensation=self.firmware_follows,
                    driver_backlash=False,
                    can_halt=True,
                    poll_s=motor.poll_s,
                )
                self.inbox.append((machine, report))

    def say_wheel(self, name: str, part: int = 0) -> None:
        """A wheel's driver says what it knows."""
        number = int(name.removeprefix("rig"))
        machine, one = self.machines[number], self.carousels[name][part]
        if not self.links[name]:
            return
        self.wheel_said_at_s[name] = self.now_s
        position = one.slot if one.at_rest and not one.fault else None
        if self.is_manual() and position is not None:
            keys = [glass.key for glass in self.judge.watches[name].glasses]
            swapped = machine.disk.swapped
            position = keys.index(swapped) if swapped in keys else None
        report = WheelReport(
            at_s=self.now_s,
            ref=wheel_refs(self.plan, number)[part],
            connected=True,
            filter_position=position,
            moving=not one.at_rest and one.fault is None,
            baseline=one.told_baseline,
            slots=one.slots,
            fault=one.fault,
        )
        if one.at_rest:
            one.told_baseline = False
        self.inbox.append((machine, report))

    def say_camera(self, to: Machine | None = None) -> None:
        """The camera's driver says whether it exposes, if there is one to be seen."""
        if self.plan.camera != "visible":
            return
        ref = DeviceRef("hub", "Camera")
        report = CameraReport(at_s=self.now_s, ref=ref, connected=True, busy=self.camera_busy)
        self.inbox.append((to, report))

    def say_mount(self, to: Machine | None = None) -> None:
        """The mount's driver says whether it slews."""
        ref = DeviceRef("hub", "Mount")
        report = MountReport(at_s=self.now_s, ref=ref, connected=True, slewing=self.slewing)
        self.inbox.append((to, report))

    def say_guider(self, to: Machine | None = None) -> None:
        """The guiding program says whether it guides, if there is one."""
        if not self.plan.guider:
            return
        guides, paused = self.guider.guides, self.guider.paused
        report = GuiderReport(
            at_s=self.now_s, ref=GUIDER, connected=True, guiding=guides, paused=paused
        )
        self.inbox.append((to, report))

    def lose(self, *, focuser: bool, wheel: bool) -> None:
        """Connections are lost."""
        self.pump()
        focuser = focuser and self.focuser_link
        if focuser and self.unread is not None:
            self.unread = self.stray_count = None
        if wheel:
            self.judge.sight_lost(focuser=False)
        if focuser:
            self.judge.sight_lost(focuser=True)
        for number, machine in enumerate(self.machines):
            refs = [focuser_ref(number)] if focuser else []
            if wheel and self.links[machine.name]:
                refs += wheel_refs(self.plan, number)
            for ref in refs:
                self.inbox.append((machine, DeviceGone(at_s=self.now_s, ref=ref)))
            if focuser and wheel:
                down = ServerDown(at_s=self.now_s, server="hub", reason="it was ended")
                self.inbox.append((machine, down))
        self.pump()
        for name in self.links if wheel else ():
            self.links[name] = False
        self.focuser_link = self.focuser_link and not focuser

    # Commands.

    def tell_wheel(self, machine: Machine, ref: DeviceRef, slot: int) -> None:
        """rigd turns a wheel."""
        if not self.links[machine.name]:
            raise ConnectionError(f"{ref}: not connected")
        part = wheel_refs(self.plan, self.machines.index(machine)).index(ref)
        one = self.carousels[machine.name][part]
        one.turn(slot, self.now_s)
        self.note_turn(machine.name, "rigd")
        if one.naps == [] or self.is_manual():
            self.say_wheel(machine.name, part)

    def tell_focuser(self, machine: Machine, ref: DeviceRef, count: int, number: int) -> None:
        """rigd moves the focuser."""
        del ref
        if not self.focuser_link:
            self.judge.watches[machine.name].disturb("the command was lost")
            raise ConnectionError("the focuser is not connected")
        cause = tell_focuser(self.judge, machine, number)
        if self.focuser.naps and self.focuser.naps[0] > 1.5:
            self.judge.watches[machine.name].disturb("slow to begin")
            self.judge.watches[machine.name].excuse("slow to begin")
        self.focuser.command(count, cause, self.now_s)
        self.focuser_said_s = self.now_s
        self.say_focuser()

    def halt(self, machine: Machine, ref: DeviceRef) -> None:
        """rigd stops the motor."""
        del machine, ref
        if not self.focuser_link:
            raise ConnectionError("the focuser is not connected")
        self.judge.note_halt()
        self.focuser.halt(self.now_s)

    def read(self, machine: Machine, ref: DeviceRef) -> None:
        """rigd asks where the focuser is; an INDI driver's cache answers."""
        del ref
        if not self.focuser_link:
            raise ConnectionError("the focuser is not connected")
        self.asked.append(machine)  # the answer takes a moment

    def pause(self, machine: Machine, *, paused: bool) -> None:
        """rigd asks the guiding program to pause, or to go on."""
        number, order = self.judge.watches[machine.name].own_open, self.focuser.order
        moves = order is not None and (order.cause.number, order.cause.who) == (
            number,
            machine.name,
        )
        in_sight = machine.rig is not None and machine.rig.move and not machine.rig.move.lost
        if moves and in_sight and not paused:
            self.judge.fail(Rule.GUIDING, f"the guider is let go on during move {number}")
        self.guider.ask(self.now_s, paused=paused)

    def _glasses(self) -> tuple[Glass, ...]:
        return wheel_of(self.plan)

    def _new_wheels(self) -> list[Carousel]:
        if self.plan.wheel == "stacked":
            return [Carousel(slots=2, slot=0, s_per_slot=self.plan.s_per_slot) for _ in range(2)]
        manual = self.is_manual()
        return [Carousel(slots=6, slot=0, s_per_slot=self.plan.s_per_slot, manual=manual)]
