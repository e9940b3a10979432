"""A rig under test: feeds events to the pure core and keeps what it wanted done."""

from dataclasses import replace

from rigd.devices.events import CameraReport, FocuserReport, WheelReport
from rigd.devices.identity import DeviceRef
from rigd.focus.advance import advance
from rigd.focus.state.effects import DiaryLine, Effect, MoveFocuser, PauseGuider, Step, TurnWheel
from rigd.focus.state.requests import (
    FilterRequested,
    FocuserCommandFailed,
    FocuserTold,
    GuiderTold,
    ModeRequested,
    MoveRequested,
    Tick,
    WheelTold,
)
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, Mode, PeerOffset, RigSettings
from rigd.optics.filter_offsets import SlotKind

WHEEL = DeviceRef("sim", "wheel")
FOCUSER = DeviceRef("sim", "focuser")
CAMERA = DeviceRef("sim", "camera")
GUIDE_FOCUSER = DeviceRef("sim", "guide focuser")

COMMANDS = MoveFocuser | TurnWheel | PauseGuider
"""What a device is told."""
POLLED_S = 3.5
"""After this time a driver has surely told where its focuser stands."""

SLOTS = (
    FilterSlot(filter_position=0, key="l", name="L", kind=SlotKind.FILTER, focus_offset_steps=0),
    FilterSlot(filter_position=1, key="r", name="R", kind=SlotKind.FILTER, focus_offset_steps=40),
    FilterSlot(
        filter_position=2, key="ha", name="Ha", kind=SlotKind.FILTER, focus_offset_steps=-25
    ),
    FilterSlot(
        filter_position=3,
        key="x",
        name="X",
        kind=SlotKind.FILTER,
        reason="thickness of X is not known",
    ),
    FilterSlot(filter_position=4, key="dark", name="Dark", kind=SlotKind.OPAQUE),
)

_NO_GLASS = "glass of its series not known"
TWO_GROUPS = (
    *SLOTS[:2],
    FilterSlot(
        filter_position=2,
        key="ha",
        name="Ha",
        kind=SlotKind.FILTER,
        reason=_NO_GLASS,
        peer_offset=PeerOffset(peer="ha", steps=0, se_steps=0.0, state="modelled"),
    ),
    FilterSlot(
        filter_position=3,
        key="oiii",
        name="OIII",
        kind=SlotKind.FILTER,
        reason=_NO_GLASS,
        peer_offset=PeerOffset(peer="ha", steps=12, se_steps=1.0, state="modelled"),
    ),
    SLOTS[4],
)
"""Of Ha and OIII only their difference is known."""


class Night:
    """Drives one rig through time; devices obey when told to."""

    def __init__(self, mode: Mode = Mode.APPLY, **settings: object) -> None:
        self.rig = Rig(
            settings=RigSettings(
                name="rig",
                mode=mode,
                wheel=WHEEL,
                focuser=FOCUSER,
                camera=CAMERA,
                slots=SLOTS,
            )
        )
        self.rig = replace(
            self.rig,
            settings=replace(self.rig.settings, **settings),  # type: ignore[arg-type]
        )
        self.now_s = 100.0
        self.effects: list[Effect] = []
        self.max_steps = 60000
        self.celsius: float | None = None
        """What the focuser's thermometer says with each report."""
        self.compensates = False
        self.poll_s: float | None = None
        """How often the focuser's driver says that it looks at it."""
        self.tells = True
        """Whether devices are told at once what they are commanded; else `tell` does it."""
        self.untold: list[MoveFocuser | TurnWheel | PauseGuider] = []

    def feed(self, event: object) -> Step:
        step = advance(self.rig, event)  # type: ignore[arg-type]
        self.rig = step.rig
        self.effects += step.effects
        self.untold += [e for e in step.effects if isinstance(e, COMMANDS)]
        if self.tells:
            self.tell()
        return step

    def tell(self) -> None:
        """Devices are told what they were commanded."""
        commands, self.untold = self.untold, []
        for one in commands:
            if isinstance(one, PauseGuider):
                self.feed(GuiderTold(at_s=self.now_s, paused=one.paused))
            elif isinstance(one, MoveFocuser):
                self.feed(FocuserTold(at_s=self.now_s, ref=one.ref, number=one.number))
            else:
                self.feed(WheelTold(at_s=self.now_s, ref=one.ref))

    def later(self, seconds: float) -> "Night":
        self.now_s += seconds
        return self

    def wheel(
        self,
        position: int | None,
        *,
        baseline: bool = False,
        fault: str | None = None,
        by_hand: bool = False,
    ) -> Step:
        return self.feed(
            WheelReport(
                at_s=self.now_s,
                ref=WHEEL,
                connected=True,
                filter_position=position,
                moving=position is None and fault is None,
                baseline=baseline,
                slots=5,
                by_hand=by_hand,
                fault=fault,
            )
        )

    def wheel_gone(self) -> Step:
        return self.feed(WheelReport(at_s=self.now_s, ref=WHEEL, connected=False))

    def wheel_nowhere(self) -> Step:
        """The wheel rests where it can name no slot."""
        return self.feed(WheelReport(at_s=self.now_s, ref=WHEEL, connected=True, slots=5))

    def focuser(
        self,
        position: int,
        *,
        moving: bool = False,
        fault: str | None = None,
        alert: bool = False,
    ) -> Step:
        return self.feed(
            FocuserReport(
                at_s=self.now_s,
                ref=FOCUSER,
                connected=True,
                position_steps=position,
                position_alert=alert,
                moving=moving,
                min_steps=0,
                max_steps=self.max_steps,
                temperature_c=self.celsius,
                temperature_at_s=None if self.celsius is None else self.now_s,
                temperature_compensation=self.compensates,
                poll_s=self.poll_s,
                fault=fault,
            )
        )

    def senseless(self, fault: str) -> Step:
        """The focuser is read, and what it says makes no sense."""
        return self.feed(FocuserReport(at_s=self.now_s, ref=FOCUSER, connected=True, fault=fault))

    def fail_command(self, *, may_have_arrived: bool = False) -> Step:
        """The newest command to the focuser fails."""
        told = next(e for e in reversed(self.untold) if isinstance(e, MoveFocuser))
        return self.feed(
            FocuserCommandFailed(
                at_s=self.now_s,
                ref=told.ref,
                number=told.number,
                reason="no answer",
                may_have_arrived=may_have_arrived,
            )
        )

    def focuser_gone(self) -> Step:
        return self.feed(FocuserReport(at_s=self.now_s, ref=FOCUSER, connected=False))

    def camera(self, *, busy: bool = False) -> Step:
        return self.feed(CameraReport(at_s=self.now_s, ref=CAMERA, connected=True, busy=busy))

    def begin(self, position: int = 30000, filter_position: int = 0) -> "Night":
        self.camera()
        self.wheel(filter_position, baseline=True)
        self.focuser(position)
        self.effects.clear()
        return self

    def arrive(self, position: int) -> None:
        """The focuser moves and comes to rest; two reads agree."""
        self.focuser(position, moving=True)
        self.stand(position)

    def stand_after_motion(self, position: int) -> None:
        """The focuser is seen to move, and stands where it need not have been sent."""
        self.focuser(position, moving=True)
        self.stand(position)

    def stand(self, position: int, *, fault: str | None = None) -> None:
        """The focuser is read at rest twice; elsewhere than at its target a poll lies between."""
        target = self.rig.move.target_steps if self.rig.move else None
        self.focuser(position, fault=fault)
        if position != target:
            self.later(POLLED_S)
        self.focuser(position, fault=fault)

    def ask(self, position: int, client: str = "alpyca") -> Step:
        return self.feed(FilterRequested(at_s=self.now_s, filter_position=position, client=client))

    def move(self, position: int, client: str = "alpyca") -> Step:
        return self.feed(MoveRequested(at_s=self.now_s, position_steps=position, client=client))

    def tick(self) -> Step:
        return self.feed(Tick(at_s=self.now_s))

    def switch(self, mode: Mode, *, confirmed: bool = True) -> Step:
        return self.feed(
            ModeRequested(at_s=self.now_s, client="human", mode=mode, confirmed=confirmed)
        )

    def with_offsets(self, *offsets: int | None) -> Rig:
        """The rig with other offsets in its first slots."""
        slots = tuple(
            replace(slot, focus_offset_steps=steps)
            for slot, steps in zip(self.rig.settings.slots, offsets, strict=False)
        )
        slots += self.rig.settings.slots[len(offsets) :]
        return replace(self.rig, settings=replace(self.rig.settings, slots=slots))

    @property
    def moves(self) -> list[int]:
        """Every focuser position commanded so far."""
        return [e.position_steps for e in self.effects if isinstance(e, MoveFocuser)]

    @property
    def turns(self) -> list[int]:
        return [e.filter_position for e in self.effects if isinstance(e, TurnWheel)]

    @property
    def said(self) -> str:
        return "\n".join(e.sentence for e in self.effects if isinstance(e, DiaryLine))

    @property
    def result(self) -> str | None:
        return self.rig.outcome.result if self.rig.outcome else None
