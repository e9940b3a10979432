"""What the rigs of a world are: their filters, their devices' names and their settings."""

from dataclasses import replace

from rigd.devices.identity import DeviceRef
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.settings import FilterSlot, Mode, PeerOffset, RigSettings, StackPart
from rigd.focus.state.temperature import TemperatureSettings
from rigd.optics.filter_offsets import SlotKind
from tests.independent.plan import Plan
from tests.independent.watch import Glass

UNIQUE = "serial 4711"
ONE_WHEEL = (
    Glass("L", 0),
    Glass("R", 400),
    Glass("G", 150),
    Glass("Ha", -250),
    Glass("X", None),
    Glass("Dark", None, opaque=True),
)
OTHER_WHEEL = (
    Glass("L", 0),
    Glass("O", 310),
    Glass("S", -170),
    Glass("R", 420),
    Glass("Y", None),
    Glass("B", 90),
)
TWO_GROUPS = (
    Glass("L", 0),
    Glass("R", 400),
    Glass("S", -170, group="O"),
    Glass("O", 0, group="O"),
    Glass("X", None),
    Glass("Dark", None, opaque=True),
)
TWO_WHEELS = (Glass("L", 0), Glass("R", 400), Glass("L+P", 150), Glass("R+P", 560))


NAME = "Focuser"
GUIDER = DeviceRef("hub", "Guider")
ABSENT = DeviceRef("hub", "Focuser that is not connected")


def focuser_ref(number: int) -> DeviceRef:
    """Where the one focuser is for a rig: behind two servers that are one."""
    return DeviceRef("hub" if number == 0 else "other", UNIQUE)


def focuser_name(number: int) -> DeviceRef:
    """What a rig's profile calls the one focuser: its name, or its address."""
    return DeviceRef("hub", NAME) if number == 0 else focuser_ref(number)


def wheel_refs(plan: Plan, number: int) -> list[DeviceRef]:
    """A rig's wheels."""
    count = 2 if plan.wheel == "stacked" else 1
    return [DeviceRef("hub", f"Wheel {number}{part}") for part in range(count)]


def has_guide_focuser(plan: Plan, number: int) -> bool:
    """Whether the one focuser is a rig's guide focuser."""
    return plan.guide_focuser and number == 1


def settings_of(
    plan: Plan, number: int, glasses: tuple[Glass, ...], path: str = "path one"
) -> RigSettings:
    """What the configuration and the profile of a rig say."""
    refs = wheel_refs(plan, number)
    stacked = plan.wheel == "stacked"
    settings = RigSettings(
        name=f"rig{number}",
        mode=Mode(plan.mode),
        wheel=DeviceRef("hub", f"Stack {number}") if stacked else refs[0],
        focuser=focuser_name(number),
        stack=tuple(StackPart(ref=ref, slots=2) for ref in refs) if stacked else (),
        camera=DeviceRef("hub", "Camera") if plan.camera == "visible" else None,
        mount=DeviceRef("hub", "Mount"),
        slots=filter_slots(glasses),
        light_path_id=path,
        tolerance_steps=plan.tolerance,
        dead_band_steps=plan.dead_band,
        sequential=plan.sequential,
        swap_limit_s=120.0 if plan.wheel == "manual" else None,
        reactive=plan.reactive,
        camera_gate_if_visible=plan.camera != "visible",
        guider=GUIDER if plan.guider else None,
        guider_pause=plan.guider == "pausable",
    )
    if has_guide_focuser(plan, number):
        settings = replace(
            settings,
            focuser=ABSENT,
            guide_focuser=focuser_name(number),
            guide_steps_per_step=0.5,
        )
    if plan.backlash:
        direction = FinalDirection.UP
        settings = replace(
            settings, backlash=Backlash(steps=plan.backlash, final_direction=direction)
        )
    if plan.steps_per_c:
        follow = TemperatureSettings(
            steps_per_c=plan.steps_per_c, dead_band_steps=8, max_age_s=600.0
        )
        settings = replace(settings, temperature=follow)
    return settings


def wheel_of(plan: Plan) -> tuple[Glass, ...]:
    """What is in a rig's wheel."""
    if plan.wheel == "stacked":
        return TWO_WHEELS
    return TWO_GROUPS if plan.groups else ONE_WHEEL


def filter_slots(glasses: tuple[Glass, ...]) -> tuple[FilterSlot, ...]:
    """The slots as setup computes them."""
    return tuple(
        FilterSlot(
            filter_position=number,
            key=glass.key,
            name=glass.key,
            kind=SlotKind.OPAQUE if glass.opaque else SlotKind.FILTER,
            focus_offset_steps=None if glass.group else glass.offset,
            state="none" if glass.offset is None or glass.group else "given",
            peer_offset=_peer_offset(glass),
        )
        for number, glass in enumerate(glasses)
    )


def _peer_offset(glass: Glass) -> PeerOffset | None:
    if not glass.group or glass.offset is None:
        return None
    return PeerOffset(peer=glass.group, steps=glass.offset, se_steps=1.0, state="modelled")
