"""What happens, as frozen facts. Drivers emit them; the rig is a fold over them.

`at_s` is the monotonic clock of rigd's machine at reception. A report states *all* that is known
of its device now: a later report replaces the earlier one. None is unknown.
"""

from dataclasses import dataclass

from rigd.devices.identity import DeviceIdentity, DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUp:
    """The connection to a server stands."""

    at_s: float
    server: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDown:
    """The connection to a server is lost or could not be made; emitted once per loss."""

    at_s: float
    server: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSeen:
    """A device is there, or more of its identity became known."""

    at_s: float
    identity: DeviceIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGone:
    """A device left its server (or the server went, in which case all its devices do)."""

    at_s: float
    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelReport:
    """A filter wheel now."""

    at_s: float
    ref: DeviceRef
    connected: bool
    filter_position: int | None = None
    """0-based position at rest; None while it turns or is not known."""
    moving: bool = False
    baseline: bool = False
    """The position was only learnt (just connected): differing from before is no filter change."""
    names: tuple[str, ...] = ()
    """The wheel's own labels, one per slot; empty if it has none."""
    slots: int | None = None
    by_hand: bool = False
    """Whether its driver asks a human to change the filter, and waits for a word of theirs."""
    fault: str | None = None
    """The wheel's own complaint while it stands (INDI Alert, Alpaca error); of one that is not
    connected, why its driver could not connect it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserReport:
    """A focuser now."""

    at_s: float
    ref: DeviceRef
    connected: bool
    position_steps: int | None = None
    """The focuser's own absolute counts; None if unknown or if it is relative only."""
    position_unread: bool = False
    """Whether the position is not known yet because its driver has not read it."""
    position_alert: bool = False
    """Whether its driver shows the position in a state of failure (INDI Alert), and was not seen to
    read it since it was connected."""
    moving: bool = False
    min_steps: int | None = None
    max_steps: int | None = None
    temperature_c: float | None = None
    temperature_at_s: float | None = None
    """When the focuser itself last said so; None if it has not."""
    temperature_compensation: bool | None = None
    """Whether the firmware moves the focuser by temperature of its own accord."""
    driver_backlash: bool | None = None
    """Whether the driver compensates backlash itself."""
    idle_backlash_steps: int | None = None
    """The backlash that is set in a driver whose switch for it is off: some focusers take it up
    all the same. None if there is none."""
    reversed: bool | None = None
    """Whether the driver's reverse setting is on; None if it has none."""
    step_size_um: float | None = None
    can_halt: bool | None = None
    poll_s: float | None = None
    """How often its driver looks at it while it rests; None if the driver does not say."""
    fault: str | None = None
    """Its own complaint; of one that is not connected, why its driver could not connect it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraReport:
    """A camera now."""

    at_s: float
    ref: DeviceRef
    connected: bool
    busy: bool | None = None
    """Exposing, reading out or downloading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountReport:
    """A mount now; read only."""

    at_s: float
    ref: DeviceRef
    connected: bool
    slewing: bool | None = None
    altitude_deg: float | None = None
    focal_length_mm: float | None = None
    aperture_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuiderReport:
    """A guiding program now."""

    at_s: float
    ref: DeviceRef
    connected: bool
    guiding: bool | None = None
    """Whether it corrects the mount, or is calibrating or looking for its lost star to do so."""
    calibrating: bool = False
    paused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserCommanded:
    """Another client of an INDI server told a focuser to move: heard on the wire, never rigd's."""

    at_s: float
    ref: DeviceRef
    target_steps: int | None = None
    """Where to; None if that is not known (a relative move of unknown direction)."""
    stood_steps: int | None = None
    """Where the focuser had last said that it is, when the command passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserStopped:
    """Another client of an INDI server told a focuser to stop: heard on the wire, never rigd's."""

    at_s: float
    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserRenumbered:
    """Another client of an INDI server told a focuser what to call its place: heard on the wire.

    `FOCUS_SYNC`: the motor stands still, and its counts mean something else.
    """

    at_s: float
    ref: DeviceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoLost:
    """Other clients' commands on an INDI server are not heard; emitted once per loss."""

    at_s: float
    server: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoHeard:
    """They are heard again."""

    at_s: float
    server: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOffset:
    """What a program's own table has for a slot."""

    filter_position: int
    """0-based."""
    name: str
    """What the program calls the filter; empty if it has no name for it."""
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetsDeclared:
    """What a program says of its own filter offsets now; it was asked."""

    at_s: float
    server: str
    """Which `[[servers]]` table it answers through: one program each."""
    program: str
    """Its name, with the profile that it has in force if it says so."""
    address: str
    """The IP address that the answer came from."""
    applies: bool | None
    """Whether it moves the focuser by them at its filter changes; None: it does not say."""
    offsets: tuple[ProgramOffset, ...] = ()
    """Its own table; empty while it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSilent:
    """A device does not answer its driver, which goes on complaining; or answers again.

    What is then known of the device is old, and no reading of it.
    """

    at_s: float
    ref: DeviceRef
    sentence: str | None
    """What the driver says; None: the device answers again."""


DeviceReport = WheelReport | FocuserReport | CameraReport | MountReport | GuiderReport
Echo = FocuserCommanded | FocuserStopped | FocuserRenumbered | EchoLost | EchoHeard
Event = (
    ServerUp
    | ServerDown
    | DeviceSeen
    | DeviceGone
    | DeviceSilent
    | DeviceReport
    | OffsetsDeclared
    | Echo
)
