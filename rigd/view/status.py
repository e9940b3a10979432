"""A rig as it stands: what `GET /rigd/v1/rigs/{rig}` and `rigd status` show."""

from dataclasses import dataclass, field

from rigd.devices.events import ProgramOffset
from rigd.devices.identity import DeviceKind, WireProtocol
from rigd.focus.cautions import cautions
from rigd.focus.declared_offsets import declared_applier
from rigd.focus.device_names import name_device
from rigd.focus.foreign_commands import why_unheard
from rigd.focus.hand_request import asked_of
from rigd.focus.obstacles import Obstacle
from rigd.focus.published_offsets import published_offsets
from rigd.focus.stand_down import missing_applier
from rigd.focus.state.focuser import FocuserRole
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode
from rigd.view.explanation import (
    ChangeOutcome,
    GuideFocuserExplanation,
    explain_guide_focuser,
    filter_name,
    last_change,
)
from rigd.view.questions import RigQuestions
from rigd.view.to_json import MERGED
from rigd.view.trust import why_not_trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelStatus:
    """rigd's virtual filter wheel, in short."""

    name: str
    connected: bool
    filter_position: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FocuserStatus:
    """rigd's virtual focuser, in short."""

    name: str
    connected: bool
    position_steps: int | None
    moving: bool
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RigInShort:
    """A rig in the list of rigs."""

    name: str
    number: int
    mode: Mode
    wheel: WheelStatus
    focuser: FocuserStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RigList:
    """Every rig, by number."""

    config: str | None
    """The path of the configuration that the daemon was started with."""
    rigs: tuple[RigInShort, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachableServer:
    """A server of devices that does not answer."""

    server: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDevice:
    """A real device of the rig."""

    server: str
    name: str
    kinds: tuple[DeviceKind, ...]
    protocol: WireProtocol
    driver: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLink:
    """Whether a device that the profile names is connected."""

    role: str
    name: str
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFramesStatus:
    """Frames of the filter in the light that began before the focuser stood in its focus."""

    filter: str
    count: int
    off_steps: int | None
    """How far the focuser was from its focus when the last one began; null if that is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountStatus:
    """What the mount says."""

    focal_length_mm: float | None
    aperture_mm: float | None
    altitude_deg: float | None
    slewing: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStatus:
    """What a capture program says of its own filter offsets; null where it says nothing."""

    server: str
    program: str | None
    applies: bool | None
    offsets: tuple[ProgramOffset, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeChoice:
    """A mode that was chosen while running, with who and when."""

    mode: Mode
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RigSummary:
    """What stands and what is wrong; `RigInShort` comes before it."""

    filter: str | None
    filter_position: int | None
    asked_filter: str | None
    """The filter that somebody is asked to put in by hand; null: none."""
    focuser_position_steps: int | None
    focuser_temperature_c: float | None
    focus_known: bool
    unknown_because: str | None
    last_change: ChangeOutcome | None
    published_zeros_because: str | None
    hold_by: str | None
    not_stored: str | None
    """Why what was said last is not stored: a restart would not know of it; null if it is."""
    guide_focuser: GuideFocuserExplanation | None
    servers_down: tuple[UnreachableServer, ...]
    devices: tuple[SeenDevice, ...]
    device_links: tuple[DeviceLink, ...]
    """By role, those alone that the profile names."""
    early_frames: EarlyFramesStatus | None
    """Frames that began out of focus since the filter was changed; null: none."""
    mount: MountStatus | None
    learning: str | None
    """What was learnt from autofocus runs, or why nothing; null where none were asked."""
    cautions: tuple[str, ...]
    open_questions: tuple[str, ...]
    mode_chosen_by: str | None
    mode_chosen_at: str | None
    second_applier: str | None
    programs: tuple[ProgramStatus, ...]
    others: str | None
    echo_not_heard_because: str | None
    nobody_applies: str | None
    not_trusted_because: str | None
    obstacles: tuple[Obstacle, ...]
    """What rigd waits for or refuses at this moment, and what ends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RigStatus:
    """One rig as it is now."""

    in_short: RigInShort = field(metadata=MERGED)
    summary: RigSummary = field(metadata=MERGED)


def summarise(
    rig: Rig,
    questions: RigQuestions,
    chosen: ModeChoice | None,
    obstacles: tuple[Obstacle, ...] = (),
    *,
    watch_problems: tuple[str, ...] = (),
    learning: str | None = None,
) -> RigSummary:
    """What stands and what is wrong.

    Args:
        rig: as it is now.
        questions: those that are open are named.
        chosen: who chose the mode while running; None if the configuration says it.
        obstacles: what it waits for or refuses at this moment.
        watch_problems: what is wrong with the directories that are watched for it.
        learning: what was learnt from its autofocus runs, or why nothing.
    """
    _, why_zeros = published_offsets(rig)
    at = None if rig.wheel_turning else rig.filter_position
    return RigSummary(
        filter=filter_name(rig, at),
        filter_position=at,
        asked_filter=_asked_filter(rig),
        focuser_position_steps=rig.ledger.raw_steps,
        focuser_temperature_c=rig.focuser.temperature_c if rig.focuser else None,
        focus_known=rig.ledger.embodied is not None and rig.ledger_checked,
        unknown_because=rig.ledger.unknown_because,
        last_change=last_change(rig),
        published_zeros_because=why_zeros,
        hold_by=rig.hold_by,
        not_stored=rig.not_stored,
        guide_focuser=explain_guide_focuser(rig),
        servers_down=tuple(UnreachableServer(server=s, reason=r) for s, r in rig.servers_down),
        devices=_devices(rig),
        device_links=_device_links(rig),
        early_frames=_early_frames(rig),
        mount=_mount(rig),
        learning=learning,
        cautions=cautions(rig) + watch_problems,
        open_questions=tuple(one.key for one in questions.questions),
        mode_chosen_by=chosen.by if chosen else None,
        mode_chosen_at=chosen.at if chosen else None,
        second_applier=rig.foreign_moves.applier or declared_applier(rig),
        programs=_programs(rig),
        others=rig.foreign_moves.verdict,
        echo_not_heard_because=why_unheard(rig),
        nobody_applies=missing_applier(rig),
        not_trusted_because=why_not_trusted(rig),
        obstacles=obstacles,
    )


def _asked_filter(rig: Rig) -> str | None:
    asked = asked_of(rig)
    return None if asked is None else rig.settings.name_filter(asked.filter_key)


def _devices(rig: Rig) -> tuple[SeenDevice, ...]:
    return tuple(
        SeenDevice(
            server=identity.ref.server,
            name=identity.name,
            kinds=tuple(sorted(identity.kinds)),
            protocol=identity.protocol,
            driver=identity.driver,
        )
        for identity in sorted(rig.identities, key=lambda i: i.ref)
    )


def _device_links(rig: Rig) -> tuple[DeviceLink, ...]:
    settings, guide = rig.settings, rig.focuser_of(FocuserRole.GUIDE).report
    links = (
        ("wheel", settings.wheel, rig.wheel),
        ("focuser", settings.focuser, rig.focuser),
        ("guide_focuser", settings.guide_focuser, guide),
        ("camera", settings.camera, rig.camera),
        ("mount", settings.mount, rig.mount),
        ("guider", settings.guider, rig.guider),
    )
    return tuple(
        DeviceLink(
            role=role,
            name=name_device(rig, ref),
            connected=report is not None and report.connected,
        )
        for role, ref, report in links
        if ref is not None
    )


def _early_frames(rig: Rig) -> EarlyFramesStatus | None:
    """Those that the diary has spoken of: the others may be an autofocus."""
    early = rig.early_frames
    if early is None or early.untold or not early.own_count:
        return None
    return EarlyFramesStatus(filter=early.name, count=early.own_count, off_steps=early.off_steps)


def _mount(rig: Rig) -> MountStatus | None:
    mount = rig.mount
    if mount is None:
        return None
    return MountStatus(
        focal_length_mm=mount.focal_length_mm,
        aperture_mm=mount.aperture_mm,
        altitude_deg=mount.altitude_deg,
        slewing=mount.slewing,
    )


def _programs(rig: Rig) -> tuple[ProgramStatus, ...]:
    told = {one.server: one for one in rig.declared_offsets}
    return tuple(
        ProgramStatus(
            server=server,
            program=one.program if one else None,
            applies=one.applies if one else None,
            offsets=one.offsets if one else None,
        )
        for server in rig.settings.programs
        for one in (told.get(server),)
    )
