"""The tables of an equipment profile's file; `description` of each key is its reference page."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from rigd.equipment.filter_key import Key
from rigd.focus.state.backlash import FinalDirection
from rigd.optics.filter_offsets import Direction, Moves, SlotKind
from rigd.train.connection import End
from rigd.train.filter_size import FilterSize, find_filter_size

NO_GUIDER = "none"

Mm = Annotated[float, Field(allow_inf_nan=False)]
SizeWords = Annotated[
    FilterSize,
    BeforeValidator(
        lambda said: (find_filter_size(said) if isinstance(said, str) else None) or said
    ),
]
"""As people write it: `1.25 inch`, `36 mm`."""

Ids = Annotated[tuple[str, ...], Field(strict=False)]

OPEN_ROLE = (
    "Where rigd finds it. Left out: the device that the camera's ACTIVE_DEVICES name, else the "
    "only one there is; of several, rigd asks which."
)


class ProfileTable(BaseModel):
    """What every table of the file has in common: frozen, strict, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DeviceAddress(ProfileTable):
    """Where a device is found."""

    server: str = Field(description="Name of a [[servers]] table of the configuration.")
    device: str = Field(
        description="INDI device name, Alpaca UniqueID or device name, or simulated device name."
    )
    connect: bool = Field(
        default=False,
        description="Whether rigd connects the device to its hardware by itself. Connecting can "
        "re-home a wheel or stop a focuser, and another program usually does it.",
    )

    @property
    def place(self) -> tuple[str, str]:
        """Server and device."""
        return self.server, self.device


def parse_address(text: str) -> DeviceAddress:
    """Return the address in an answer: `server/device`."""
    server, _, device = text.partition("/")
    return DeviceAddress(server=server, device=device)


class OpticProfile(ProfileTable):
    """The telescope with the corrector that stands in the light."""

    id: str | None = Field(default=None, description="Catalog entry of the optic or corrector.")
    name: str | None = Field(default=None, description="What you call it.")
    required_back_focus_mm: Mm | None = Field(
        default=None, gt=0, description="Required back focus, from the rear shoulder; no filter."
    )
    focal_length_mm: Mm | None = Field(default=None, gt=0, description="Effective focal length.")
    focal_ratio: Mm | None = Field(default=None, gt=0, description="Effective focal ratio.")
    end: End | None = Field(default=None, description="The camera-side end of the optic.")


class CameraProfile(ProfileTable):
    """The imaging camera."""

    address: DeviceAddress | None = Field(default=None, description=OPEN_ROLE)
    id: str | None = Field(default=None, description="Catalog entry.")
    mount_configuration: str | None = Field(
        default=None, description="Which of the entry's mount configurations is in use."
    )
    flange_distance_mm: Mm | None = Field(
        default=None, gt=0, description="Mount face to sensor, if there is no catalog entry."
    )
    end: End | None = Field(default=None, description="The camera's own end, without an entry.")


def _need_no_name(schema: dict[str, Any]) -> None:
    schema["required"] = [key for key in schema.get("required", ()) if key != "name"]
    if not schema["required"]:
        del schema["required"]


class FilterProfile(ProfileTable):
    """A physical filter: a thing with an identity, wherever it stands."""

    model_config = ConfigDict(json_schema_extra=_need_no_name)

    name: str = Field(
        min_length=1,
        description="What you call it. Left out in a file: as `slots` says, else its key.",
    )
    kind: SlotKind = Field(
        default=SlotKind.FILTER,
        strict=False,
        description="filter, empty (no glass), opaque (dark), or unknown.",
    )
    id: str | None = Field(default=None, description="Catalog entry.")
    size: SizeWords | None = Field(
        default=None,
        description='Its size, "1.25 inch", "36 mm", "50 mm square": what it leaves of the light.',
    )
    thickness_mm: Mm | None = Field(default=None, ge=0, description="Glass thickness, not cell.")
    glass: str | None = Field(default=None, description="Substrate, e.g. N-BK7, fused silica.")
    band_centre_nm: Mm | None = Field(default=None, gt=0, description="Centre of the pass band.")
    series: str | None = Field(
        default=None,
        min_length=1,
        description="Maker and name of its set, in the same words: one glass and one thickness.",
    )
    focus_offset_steps: int | None = Field(
        default=None,
        description="An offset you know, in the focuser's own counts against the reference filter; "
        "wins over the modelled one.",
    )
    imported_offset_steps: int | None = Field(
        default=None,
        description="An offset that another program had: counts until runs have taught one.",
    )
    temperature_steps_per_c: Mm | None = Field(
        default=None,
        description="Steps per degree Celsius with this filter, if they are not the focuser's.",
    )


class StackedWheelProfile(ProfileTable):
    """One of two filter wheels that stand behind each other."""

    address: DeviceAddress = Field(description="Where rigd finds it.")
    id: str | None = Field(default=None, description="Catalog entry.")
    slots: tuple[Key, ...] = Field(
        strict=False,
        min_length=1,
        description="The filter in each slot, slot 1 first, by the key or the name of its "
        "[filters.KEY], or by a name that needs no table; an empty slot is one too.",
    )


class WheelProfile(ProfileTable):
    """The filter wheel and what stands in its slots, or two of them behind each other."""

    address: DeviceAddress | None = Field(default=None, description=OPEN_ROLE)
    manual: bool = Field(
        default=False,
        description="A human changes the filter (a drawer, a filter screwed in) and says so: "
        "`rigd swap FILTER`. Then there is no address.",
    )
    swap_limit_s: Mm = Field(
        default=1800.0, gt=0, description="How long a change by hand may take, in seconds."
    )
    id: str | None = Field(default=None, description="Catalog entry.")
    slots: tuple[Key, ...] = Field(
        default=(),
        strict=False,
        description="The filter in each slot, slot 1 first, by the key or the name of its "
        '[filters.KEY], or by a name that needs no table: ["L", "R", "Ha 3nm", "empty"].',
    )
    stack: tuple[StackedWheelProfile, ...] = Field(
        default=(),
        strict=False,
        description="Two wheels behind each other, optic side first: [[wheel.stack]] twice, and "
        "nothing else in [wheel]. Every pair of their slots is a slot of rigd's wheel.",
    )

    @property
    def placed(self) -> tuple[str, ...]:
        """Keys of all filters that stand in it, slot after slot and wheel after wheel."""
        return (*self.slots, *(key for one in self.stack for key in one.slots))

    @model_validator(mode="after")
    def _is_one_or_two(self) -> Self:
        if not self.stack:
            if self.manual and self.address is not None:
                msg = "give either address (it has a motor) or manual = true (a person turns it)"
                raise ValueError(msg)
            if not self.slots:
                msg = "slots is empty: name a filter for each slot"
                raise ValueError(msg)
            return self
        if len(self.stack) != 2:
            msg = f"stack has {len(self.stack)} wheel(s): it must have two"
            raise ValueError(msg)
        if self.address is not None or self.manual or self.id is not None or self.slots:
            msg = "address, manual, id and slots belong to one wheel: with stack leave them out"
            raise ValueError(msg)
        first, second = (one.address for one in self.stack)
        if (first.server, first.device) == (second.server, second.device):
            msg = f"stack: both wheels are {first.device!r} on server {first.server!r}"
            raise ValueError(msg)
        return self


class TemperatureProfile(ProfileTable):
    """That the focuser follows the temperature that it measures itself."""

    steps_per_c: Mm = Field(
        description="Steps for each degree Celsius that it becomes warmer, in the focuser's own "
        "counts; from you or from nights without lag, never a slope through autofocus runs."
    )
    dead_band_steps: int | None = Field(
        default=None,
        ge=0,
        description="Moves this small or smaller are not made; left out: tolerance_steps.",
    )
    max_age_s: Mm = Field(
        default=600.0, gt=0, description="A temperature said longer ago is not used."
    )
    lasts_s: Mm = Field(
        default=60.0,
        ge=0,
        description="The first temperature, and one that jumps by more than 2 degrees, is believed "
        "when it is said again so many seconds later.",
    )
    jump_c: Mm = Field(
        default=5.0,
        gt=0,
        description="A temperature that jumps by more than this, and by more than "
        "jump_c_per_minute besides, is what a failed sensor says: it is not followed however long "
        "it lasts, until it is back or the focus is found anew.",
    )
    jump_c_per_minute: Mm = Field(
        default=2.0,
        ge=0,
        description="By how much more it may jump for each minute between two readings; a gap "
        "counts for no more than two minutes.",
    )
    lowest_c: Mm = Field(default=-40.0, description="A temperature below is never believed.")
    highest_c: Mm = Field(default=50.0, description="A temperature above is never believed.")


class BacklashProfile(ProfileTable):
    """Who takes up the focuser's backlash: exactly one."""

    owner: Literal["driver", "client", "rigd"] = Field(
        description="driver: the focuser or its driver; client: your capture program; rigd: every "
        "move that rigd makes or passes on ends in one direction, by overshoot.",
    )
    steps: int | None = Field(
        default=None, gt=0, description="How far rigd goes beyond a target before it turns."
    )
    final_direction: FinalDirection | None = Field(
        default=None,
        strict=False,
        description="Whether positions count up or down in the last part of a move. Left out: as "
        "this rig's autofocus is seen to end; until then moves go straight.",
    )

    @model_validator(mode="after")
    def _rigd_knows_how(self) -> Self:
        if self.owner == "rigd" and self.steps is None:
            msg = 'owner "rigd" needs steps'
            raise ValueError(msg)
        return self


class FocuserProfile(ProfileTable):
    """The focuser and what it moves."""

    address: DeviceAddress | None = Field(default=None, description=OPEN_ROLE)
    id: str | None = Field(default=None, description="Catalog entry.")
    moves: Moves | None = Field(default=None, strict=False, description="What the motor moves.")
    magnification: Mm | None = Field(
        default=None,
        gt=0,
        description="Of the reducer that rides on the drawtube, or of the secondary mirror.",
    )
    step_size_um: Mm | None = Field(
        default=None, gt=0, description="Travel of the moved element per step, in micrometres."
    )
    direction: Direction | None = Field(
        default=None, strict=False, description="Whether counting up moves focus outward or inward."
    )
    min_steps: int | None = Field(default=None, ge=0, description="Lower limit.")
    max_steps: int | None = Field(default=None, gt=0, description="Upper limit.")
    tolerance_steps: int = Field(
        default=5, ge=0, description="How near to its target this focuser comes to rest."
    )
    dead_band_steps: int = Field(
        default=0, ge=0, description="Moves this small or smaller are not made."
    )
    temperature: TemperatureProfile | None = Field(
        default=None, description="Left out: the focuser does not follow the temperature."
    )
    backlash: BacklashProfile | None = Field(
        default=None, description="Left out: rigd does nothing about backlash."
    )


class MountProfile(ProfileTable):
    """The mount; read only."""

    address: DeviceAddress | None = Field(default=None, description=OPEN_ROLE)


class GuiderProfile(ProfileTable):
    """The guiding program: a [[servers]] table with driver = "phd2"."""

    address: DeviceAddress = Field(description='Where rigd finds it; the device is "PHD2".')
    off_axis: bool = Field(
        description="Whether the guide camera looks through an off-axis guider, so that a move of "
        "the focuser disturbs it; with a guide scope rigd does not mind it."
    )
    pause: bool = Field(
        default=True,
        description="Whether rigd pauses guiding for its own moves; false: it does not move then.",
    )


class GuideFocuserProfile(ProfileTable):
    """A focuser of the guide camera's own, behind an off-axis guider: it follows the filter."""

    address: DeviceAddress = Field(description="Where rigd finds it.")
    steps_per_step: Mm | None = Field(
        default=None,
        description="How many of its own steps make up for one step of the focuser, with the sign "
        "of its own counts; from you. Left out: it never moves.",
    )
    min_steps: int | None = Field(default=None, ge=0, description="Lower limit.")
    max_steps: int | None = Field(default=None, gt=0, description="Upper limit.")
    tolerance_steps: int = Field(
        default=5, ge=0, description="How near to its target this focuser comes to rest."
    )

    @field_validator("steps_per_step")
    @classmethod
    def _moves(cls, ratio: float | None) -> float | None:
        if ratio == 0:
            msg = "0 means that it never moves: leave it out"
            raise ValueError(msg)
        return ratio


class GuideCameraProfile(ProfileTable):
    """The guide camera that looks into the off-axis guider."""

    id: str | None = Field(default=None, description="Catalog entry.")
    name: str | None = Field(default=None, description="What you call it.")
    mount_configuration: str | None = Field(
        default=None,
        description="Which of the entry's mount configurations is in use; all are said if left "
        "out.",
    )
    flange_distance_mm: Mm | None = Field(
        default=None,
        gt=0,
        description="From the face that rests on the guide port to its sensor, if there is no "
        "catalog entry.",
    )


class TrainProfile(ProfileTable):
    """The imaging train between optic and camera."""

    oag: str | None = Field(
        default=None,
        description='Catalog id of the off-axis guider, or "none"; it stands before all `devices`.',
    )
    devices: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Catalog ids of the devices in it, optic side first. The filter wheel that "
        "rigd recognises need not be named: it stands next to the camera.",
    )
    guide_camera: GuideCameraProfile | None = Field(
        default=None, description="The guide camera at the off-axis guider."
    )
    owned: dict[str, int] = Field(
        default_factory=dict,
        description="Catalog ids of spacers and adapters you own, besides what came in the boxes: "
        "how many.",
    )
    boxes: bool | Ids = Field(
        default=True,
        description="Whether what came with camera and devices is at hand; a list of catalog ids "
        "adds the boxes of other cameras and devices that you own.",
    )
    without: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Catalog ids of parts that are not at hand though a box had them.",
    )
