"""What configuration and profile say of a rig: its mode, its slots, its limits and times."""

from dataclasses import dataclass, field
from enum import StrEnum

from rigd.devices.identity import DeviceRef
from rigd.focus.state.backlash import Backlash
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.state.times import Times
from rigd.optics.filter_offsets import SlotKind

FARTHEST_STEPS = 1_000_000_000
"""No focuser has more; its own limits are asked in the core."""


class Mode(StrEnum):
    """Who moves the focuser at a filter change; stated in the configuration, never implied."""

    APPLY = "apply"
    """rigd moves the focuser; its wheel publishes zeros."""
    PUBLISH = "publish"
    """rigd never moves of its own accord; its wheel publishes the true offsets."""
    OBSERVE = "observe"
    """rigd never moves of its own accord, publishes zeros, and says what it would have done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntOffset:
    """What autofocus runs show of a filter's offset, in the focuser's own counts."""

    focus_offset_steps: float | None
    """The mean; None if the runs are not enough for an answer."""
    se_steps: float | None
    low_steps: float | None
    """Of the 95 % interval."""
    high_steps: float | None
    runs: int
    state: str
    """provisional and trusted are applied; modelled and refused are not."""
    reason: str | None
    at: str
    """When it was fitted, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOffset:
    """How far the focus of a filter lies from that of a peer, where only that is known of it."""

    peer: str
    """Key of the filter that it counts from: one for all that are known against each other, and
    that one's own is 0."""
    steps: int
    se_steps: float
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSlot:
    """A slot and the physical filter in it, with the offset that counts from the next change on."""

    filter_position: int
    key: str
    """Identity of the physical filter; offsets belong to it, never to the slot."""
    name: str
    kind: SlotKind
    focus_offset_steps: int | None = None
    focus_offset_um: float | None = None
    state: str = "none"
    """How the offset is known: given, modelled, ..., none."""
    se_steps: float | None = None
    """Standard error of the offset, of a declined one too; None: stated by the user, or unknown."""
    declined_steps: int | None = None
    """An offset that is known and does not count: the reason says why."""
    reason: str | None = None
    """Why no offset counts: what exactly is unknown, or not known surely enough."""
    focus_zone_steps: float | None = None
    """Critical focus zone with this filter, full width; None if it is not known."""
    learnt: LearntOffset | None = None
    """What runs show, whether or not it is what counts."""
    peer_offset: PeerOffset | None = None
    """Its offset against another filter, where the one against the reference filter does not
    count: None also where nothing is known."""

    @property
    def offset(self) -> tuple[int, str | None] | None:
        """Its offset with the key of the filter that it counts from; None if none counts.

        That filter is the reference filter (None) wherever it can be.
        """
        if self.focus_offset_steps is not None:
            return self.focus_offset_steps, None
        peer = self.peer_offset
        return None if peer is None else (peer.steps, peer.peer)

    @property
    def own_focus(self) -> tuple[int, str | None] | None:
        """The same for a focus that was found with it: without any it is its own alone."""
        return self.offset or (None if self.kind is SlotKind.OPAQUE else (0, self.key))

    def offset_from(self, other: "FilterSlot") -> int | None:
        """How much farther its focus lies than that of another filter; None if unknown."""
        if self.key == other.key:
            return 0
        own, others = self.offset, other.offset
        if own is None or others is None or own[1] != others[1]:
            return None
        return own[0] - others[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPart:
    """One of two filter wheels behind each other; together they are the rig's wheel."""

    ref: DeviceRef
    slots: int
    """How many slots the profile names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigSettings:
    """What a rig's configuration and profile say, in the terms of the core."""

    name: str
    mode: Mode
    wheel: DeviceRef | None
    focuser: DeviceRef | None
    stack: tuple[StackPart, ...] = ()
    """The two wheels that `wheel` is made of, optic side first; empty if it is one device."""
    camera: DeviceRef | None = None
    mount: DeviceRef | None = None
    guider: DeviceRef | None = None
    """A guider behind an off-axis guider, which moves of the focuser disturb."""
    guider_pause: bool = True
    """Whether rigd may pause the guider."""
    programs: tuple[str, ...] = ()
    """Servers of the programs that image with this rig and can be asked for their own offsets."""
    named: frozenset[tuple[DeviceRef, DeviceRef]] = frozenset()
    """Devices that the profile gives by name, each with the address that it was found at."""
    ambiguous: frozenset[DeviceRef] = frozenset()
    """Names that several devices turned out to have: which is meant only the owner can say."""
    connect: frozenset[DeviceRef] = frozenset()
    """Devices that rigd connects by itself."""
    slots: tuple[FilterSlot, ...] = ()
    light_path_id: str = ""
    """What gives steps their meaning (focuser, step size, gain, direction, reference filter)."""
    min_steps: int | None = None
    max_steps: int | None = None
    tolerance_steps: int = 5
    """An EAF over INDI does not report moves of 5 steps or fewer."""
    dead_band_steps: int = 0
    """An offset that asks for no more than this is not worth a move."""
    quiet_s: float = 30.0
    """How long the focuser must rest after a foreign move. Our choice: longer than the exposures
    and downloads between the moves of an autofocus usually are."""
    autofocus_moves: int = 3
    """So many moves of one client, with exposures between them, are an autofocus: two could be a
    move and its correction."""
    autofocus_quiet_s: float = 120.0
    """An autofocus that moves no more for this long is over. Our choice: with long exposures and
    slow downloads a client may well be still for a minute."""
    times: Times = field(default_factory=Times)
    """How long its devices may take."""
    sequential: bool = False
    """Whether the focuser waits for the wheel, as on a weak power supply."""
    swap_limit_s: float | None = None
    """How long a human may take to change the filter; None: the wheel has a motor."""
    reactive: bool = True
    """Whether changes made at the real wheel are followed."""
    camera_gate_if_visible: bool = False
    """Whether moves of rigd's own accord are allowed when the camera cannot be seen."""
    unknown_refuses: bool = False
    """Whether a filter change is refused while what is in the focuser's position is unknown."""
    temperature: TemperatureSettings | None = None
    """None: the focuser does not follow the temperature."""
    backlash: Backlash | None = None
    """None: the driver's or nobody's business."""
    guide_focuser: DeviceRef | None = None
    """The focuser of a guide camera that looks through an off-axis guider."""
    guide_steps_per_step: float | None = None
    """Its steps for each step of the filter's part; None: it does not follow."""
    guide_min_steps: int | None = None
    guide_max_steps: int | None = None
    guide_tolerance_steps: int = 5
    _devices: frozenset[DeviceRef] | None = field(
        default=None, init=False, compare=False, repr=False
    )
    """What `devices` has found, once it was asked."""

    def offset_of(self, slot: FilterSlot, against: str | None) -> int | None:
        """The offset of a filter against one, or against the reference filter; None if unknown."""
        return slot.focus_offset_steps if against is None else self.difference_of(against, slot.key)

    def difference_of(self, from_key: str, to_key: str) -> int | None:
        """How much farther the focus of one filter lies than that of another; None if unknown."""
        slots = {slot.key: slot for slot in self.slots}
        old, new = slots.get(from_key), slots.get(to_key)
        return None if old is None or new is None else new.offset_from(old)

    def name_filter(self, key: str | None) -> str:
        """The name of a filter by its key; without one, of the reference filter."""
        if key is None:
            return "the reference filter"
        return next((slot.name for slot in self.slots if slot.key == key), key)

    @property
    def devices(self) -> frozenset[DeviceRef]:
        """Every device that is this rig's."""
        if self._devices is None:
            # Kept: each event of each device is looked up here, by every rig.
            object.__setattr__(self, "_devices", self._find_devices())
        assert self._devices is not None  # noqa: S101 - set above
        return self._devices

    def _find_devices(self) -> frozenset[DeviceRef]:
        roles = (self.wheel, self.focuser, self.camera, self.mount, self.guider, self.guide_focuser)
        stacked = (part.ref for part in self.stack)
        named = frozenset(name for name, _ in self.named)
        used = frozenset(ref for ref in (*roles, *stacked) if ref is not None)
        return used | self.connect | named

    def focuser_ref(self, role: FocuserRole) -> DeviceRef | None:
        """The device of one of the rig's focusers; None if it has none."""
        return self.focuser if role is FocuserRole.MAIN else self.guide_focuser

    def focuser_tolerance_steps(self, role: FocuserRole) -> int:
        """The distance from its target at which one of the focusers has arrived."""
        main = role is FocuserRole.MAIN
        return self.tolerance_steps if main else self.guide_tolerance_steps
