"""The format of a train file: what a person writes, field by field."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rigd.errors import TrainError
from rigd.files.plain_words import is_plain
from rigd.optics.glass import find_glass
from rigd.train.connection import End, Gender
from rigd.train.filter_size import FilterSize, find_filter_size
from rigd.train.merit import DEFAULT_ORDER, Criterion
from rigd.train.question import OpticKind, TrainDeviceKind
from rigd.train.reachable_lengths import MOST_PARTS
from rigd.train.spacer_search import MAX_BUYS, MAX_PARTS
from rigd.train.standards import (
    find_standard,
    standard_name,
    thread_name,
    thread_or_diameter,
)


def _require_plain(values: Iterable[object]) -> None:
    for one in values:
        if isinstance(one, str) and not is_plain(one):
            raise ValueError(f"{one!r}: has a control character")


def _end(value: object) -> object:
    """`"M48x0.75 female"`, or a table with `thread` (or `coupling` and `standard`) and `gender`."""
    if isinstance(value, str):
        name, _, gender = value.strip().rpartition(" ")
        if gender not in tuple(Gender) or not name:
            raise ValueError(f'{value!r}: write it like "M48x0.75 female"')
        known = find_standard(name)
        if known is not None:
            return {"coupling": known.coupling, "standard": known.name, "gender": gender}
        return {"standard": thread_name(name), "gender": gender}
    if isinstance(value, dict):
        _require_plain(value.values())
    if isinstance(value, dict) and "thread" in value:
        rest = {key: item for key, item in value.items() if key != "thread"}
        return {"standard": thread_name(str(value["thread"])), **rest}
    if isinstance(value, dict) and isinstance(value.get("standard"), str):
        return {**value, "standard": standard_name(value["standard"])}
    return value


def _glass(value: object) -> object:
    if isinstance(value, str) and value.strip().casefold() in ("unknown", "?"):
        return None
    if isinstance(value, str):
        try:
            return find_glass(value)
        except TrainError as error:
            raise ValueError(str(error)) from error
    return value


def _filter_size(value: object) -> object:
    found = find_filter_size(value) if isinstance(value, str) else None
    return found or value


def _number(value: object) -> object:
    """Refuse what would be read as a number and is none: `true` is no 1, and "12" is text."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("float_type", "a number is needed")
    return value


_Real = Annotated[float, BeforeValidator(_number)]
_Whole = Annotated[int, BeforeValidator(_number)]
EndText = Annotated[End, BeforeValidator(_end)]
Thread = Annotated[
    str, BeforeValidator(lambda v: thread_or_diameter(v) if isinstance(v, str) else v)
]
"""Of a diameter with several pitches the diameter alone: an id may say which is meant."""
Millimetres = Annotated[_Real, Field(ge=0.0, le=10_000.0, allow_inf_nan=False)]
Opening = Annotated[_Real, Field(gt=0.0, le=10_000.0, allow_inf_nan=False)]
Index = Annotated[_Real, Field(ge=1.0, lt=4.0, allow_inf_nan=False)]
Ratio = Annotated[_Real, Field(gt=0.5, le=200.0, allow_inf_nan=False)]
FilterSizeText = Annotated[FilterSize, BeforeValidator(_filter_size)]
GlassName = Annotated[str | None, BeforeValidator(_glass)]
BandCentre = Annotated[_Real, Field(ge=300.0, le=1100.0, allow_inf_nan=False)]


class Entry(BaseModel):
    """What all entries share: no unknown key, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _has_plain_words(cls, value: object) -> object:
        _require_plain(value if isinstance(value, list | tuple) else (value,))
        return value


class GlassEntry(Entry):
    """A plane-parallel plate in the light."""

    thickness_mm: Millimetres = Field(description="Thickness of the glass.")
    glass: GlassName = Field(default=None, description="Name of the glass; unknown if left out.")
    index: Index | None = Field(default=None, description="Refractive index; wins over glass.")


class OpticEntry(Entry):
    """The last powered element: corrector, flattener, reducer, or the telescope itself."""

    id: str | None = Field(default=None, description="Catalog id.")
    name: str | None = Field(default=None, description="What to call it.")
    kind: OpticKind | None = Field(
        default=None, description="spaced (demands a distance), petzval, or front_camera."
    )
    required_back_focus_mm: Opening | None = Field(
        default=None,
        description="Distance demanded from its reference plane to the sensor, in air.",
    )
    adjustable_mm: tuple[Opening, Opening] | None = Field(
        default=None, description="Range of back focus of an adjustable optic: shortest, longest."
    )
    measured_from: str | None = Field(default=None, description="The reference plane, in words.")
    focal_ratio: Ratio | None = Field(default=None, description="N of the beam behind it.")
    focal_length_mm: Opening | None = Field(default=None, description="Effective focal length.")
    exit_pupil_mm: Opening | None = Field(
        default=None, description="Distance of the exit pupil from the sensor."
    )
    thread: Thread | None = Field(default=None, description='Thread at its rear: "M48x0.75".')
    gender: Gender | None = Field(default=None, description="Gender of that thread.")
    end: EndText | None = Field(default=None, description="Any other joint: bolts, bayonet.")
    tolerance_mm: Opening | None = Field(
        default=None, description="How far off the maker says the distance may be."
    )
    available_back_focus_mm: Opening | None = Field(
        default=None, description="Room behind an optic that demands no distance."
    )
    design_glass: tuple[GlassEntry, ...] | None = Field(
        default=None, description="Glass that the stated distance already includes."
    )

    @model_validator(mode="after")
    def _range_rises(self) -> Self:
        if self.adjustable_mm is not None and self.adjustable_mm[0] > self.adjustable_mm[1]:
            raise ValueError("adjustable_mm: the first is above the second")
        return self


class MountEntry(Entry):
    """One way to open the camera's front."""

    name: str = Field(min_length=1, description="What it is called: 'with the 11 mm ring'.")
    flange_distance_mm: Millimetres = Field(description="Mount face to sensor.")
    thread: Thread | None = Field(default=None, description="Thread of the face.")
    gender: Gender | None = Field(default=None, description="Gender of that thread.")
    end: EndText | None = Field(default=None, description="Any other joint: bolts, bayonet.")
    clear_aperture_mm: Opening | None = Field(default=None, description="Opening of the face.")


class CameraEntry(Entry):
    """The camera: one mount configuration spelt out, a list of them, or a catalog id."""

    id: str | None = Field(default=None, description="Catalog id.")
    name: str | None = Field(default=None, description="What to call it.")
    mount_configuration: str | None = Field(
        default=None, description="Which of the known configurations; all are tried if left out."
    )
    flange_distance_mm: Millimetres | tuple[Millimetres, ...] | None = Field(
        default=None, description="Mount face to sensor; a list where sources disagree."
    )
    thread: Thread | None = Field(default=None, description="Thread of the mount face.")
    gender: Gender | None = Field(default=None, description="Gender of that thread.")
    end: EndText | None = Field(default=None, description="Any other joint: bolts, bayonet.")
    clear_aperture_mm: Opening | None = Field(default=None, description="Opening of the face.")
    mounts: tuple[MountEntry, ...] = Field(default=(), description="Several configurations.")
    sensor_width_mm: Opening | None = Field(default=None, description="Width of the sensor.")
    sensor_height_mm: Opening | None = Field(default=None, description="Height of the sensor.")
    sensor_diagonal_mm: Opening | None = Field(default=None, description="Or its diagonal.")


class Body(Entry):
    """What a device and a spacer have in common."""

    id: str | None = Field(default=None, description="Catalog id, or any name of your own.")
    name: str | None = Field(default=None, description="What to call it.")
    optical_length_mm: Millimetres | None = Field(
        default=None, description="What it adds to the path, screwed fully home."
    )
    recess_mm: Millimetres = Field(
        default=0.0, description="How far it sinks into its neighbour; taken off the length."
    )
    front: EndText | None = Field(default=None, description="End towards the telescope.")
    back: EndText | None = Field(default=None, description="End towards the camera.")
    front_depth_mm: Millimetres | None = Field(
        default=None, description="Length of a male front thread, or room in a female one."
    )
    back_depth_mm: Millimetres | None = Field(default=None, description="The same for the back.")
    clear_aperture_mm: Opening | None = Field(default=None, description="Narrowest opening.")
    reversible: StrictBool | None = Field(
        default=None, description="Whether it may be turned round."
    )


class DeviceEntry(Body):
    """A device in the train, in order from the telescope to the camera."""

    kind: TrainDeviceKind | None = Field(
        default=None, description="What it is; known of those of the catalog."
    )
    before: tuple[str, ...] = Field(
        default=(), description="Devices that must stand nearer to the camera."
    )
    prism_from_back_mm: Millimetres | None = Field(
        default=None, description="Of a guider: middle of its prism to its camera side."
    )
    guide_face_mm: Millimetres | None = Field(
        default=None,
        description="Of a guider: middle of its prism to the face of its guide port, slid in.",
    )
    guide_slide_mm: Millimetres | None = Field(
        default=None, description="Of a guider: how far that face can be slid out."
    )
    glass: tuple[GlassEntry, ...] = Field(
        default=(), description="Glass of its own that is always in the light (ADC, window)."
    )


class GuideCameraEntry(Entry):
    """The guide camera behind an off-axis guider."""

    id: str | None = Field(default=None, description="Catalog id.")
    name: str | None = Field(default=None, description="What to call it.")
    flange_distance_mm: Millimetres | None = Field(
        default=None, description="The face that rests on the guide port to its sensor."
    )
    mount_configuration: str | None = Field(
        default=None, description="Which of the known configurations; all are said if left out."
    )


class PartEntry(Body):
    """A spacer or an adapter that is owned, or may be bought."""

    count: Annotated[_Whole, Field(ge=0, le=1000)] = Field(
        default=1, description="How many at hand."
    )
    buyable: Annotated[_Whole, Field(ge=0, le=1000)] = Field(
        default=0, description="How many more could be bought."
    )
    box: str | None = Field(default=None, description="Where it lies, or what it came with.")


class FilterEntry(Entry):
    """One filter. Those of one device share the light one at a time; others are in series."""

    id: str | None = Field(default=None, description="Catalog id.")
    name: str | None = Field(default=None, description="What to call it.")
    device: str = Field(default="wheel", description="Which wheel or drawer holds it.")
    empty: StrictBool = Field(default=False, description="An empty slot: no glass.")
    size: FilterSizeText | None = Field(
        default=None, description='Its size: "1.25 inch", "36 mm", "50 mm square".'
    )
    clear_aperture_mm: Opening | None = Field(
        default=None, description="Clear width within its cell; the nominal one if left out."
    )
    thickness_mm: Millimetres | None = Field(default=None, description="Thickness of its glass.")
    glass: GlassName = Field(default=None, description="Its glass; unknown if left out.")
    index: Index | None = Field(default=None, description="Refractive index; wins over glass.")
    band_centre_nm: BandCentre | None = Field(
        default=None, description="Middle of the band that it passes."
    )


class SearchEntry(Entry):
    """How to search."""

    tolerance_mm: Opening | None = Field(
        default=None, description="How far off the distance may be; else the optic's own."
    )
    max_parts: Annotated[_Whole, Field(ge=0, le=MOST_PARTS)] | None = Field(
        default=None,
        description=f"Most parts in one train; {MAX_PARTS}, and more only where those are too few.",
    )
    max_buys: Annotated[_Whole, Field(ge=0, le=MOST_PARTS)] | None = Field(
        default=None,
        description=f"Most parts to buy; {MAX_BUYS}, and more only where those are too few.",
    )
    order: tuple[Criterion, ...] = Field(
        default=DEFAULT_ORDER,
        description="What counts first: each criterion once; fit (within the tolerance or not) and "
        "error (to the micrometre, else it counts last) may be left out.",
    )
    shop: StrictBool = Field(
        default=False, description="Whether the catalog's spacers and adapters may be bought."
    )
    device_order: Literal["given", "usual", "any"] = Field(
        default="given",
        description="Keep the devices' order; or leave it where its threads do not close; or try "
        "every one.",
    )
    full_light_only: StrictBool = Field(
        default=False, description="Refuse stacks that darken the corners."
    )


class InventoryFile(Entry):
    """What a person owns: things that train files may name by id, and loose parts."""

    optics: tuple[OpticEntry, ...] = Field(default=(), description="Optics, each with its id.")
    cameras: tuple[CameraEntry, ...] = Field(default=(), description="Cameras, each with its id.")
    devices: tuple[DeviceEntry, ...] = Field(default=(), description="Wheels, guiders and so on.")
    parts: tuple[PartEntry, ...] = Field(default=(), description="Spacers and adapters.")


class TrainFile(Entry):
    """A whole train."""

    inventory: str | None = Field(
        default=None, description="Inventory file, relative to this one; its parts are at hand."
    )

    boxes: StrictBool | tuple[str, ...] = Field(
        default=False,
        description="Whether what came with camera and devices is at hand; a list of catalog ids "
        "adds the boxes of other cameras and devices that one owns.",
    )
    optic: OpticEntry = Field(description="What the camera hangs on.")
    camera: CameraEntry = Field(description="Where the sensor is.")
    devices: tuple[DeviceEntry, ...] = Field(
        default=(), description="Devices, from the telescope to the camera."
    )
    filters: tuple[FilterEntry, ...] = Field(default=(), description="Filters behind the optic.")
    guide_camera: GuideCameraEntry | None = Field(
        default=None, description="The guide camera, at the off-axis guider."
    )
    parts: tuple[PartEntry, ...] = Field(default=(), description="Spacers and adapters.")
    without: tuple[str, ...] = Field(
        default=(), description="Ids of parts that are not at hand though they come with something."
    )
    search: SearchEntry = Field(default=SearchEntry(), description="How to search.")
