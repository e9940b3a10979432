"""What a train file asks a catalog: facts by id, each of which may be unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rigd.optics.back_focus import Plate
from rigd.train.filter_size import FilterOpening, FilterSize
from rigd.train.parts import UNKNOWN_PORT, Port, TrainPart
from rigd.train.question import OpticKind, TrainCamera, TrainDeviceKind
from rigd.train.usual_length import UsualLength


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterFacts:
    """What a catalog knows of a filter."""

    name: str
    thickness_mm: float | None = None
    glass: str | None = None
    index: float | None = None
    band_centre_nm: float | None = None
    clear_aperture_um: int | None = None
    """Clear width within its cell."""
    thickness_by_size: Mapping[FilterSize, float] = field(default_factory=dict)
    series: str | None = None
    """The maker's series that it is of, in lower case; its filters share one glass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePort:
    """The guide camera's side of an off-axis guider; None for what no source states."""

    prism_to_back_um: int | None = None
    """From the middle of its prism to its camera side."""
    prism_to_face_um: int | None = None
    """From there to the face that the guide camera rests on, slid in."""
    slide_um: int | None = None
    """How far that face can be slid out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A device that its maker built to the distance of an optic, for a camera."""

    optic: str
    cameras: tuple[str, ...]
    """Ids; empty: the maker fits it to each."""
    says: str
    plates: tuple[Plate, ...] = ()
    """The glass that it already counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFocusPlane:
    """A demanded distance and the plane that it is measured from."""

    back_focus_um: int | None
    measured_from: str | None = None
    port: Port | None = None
    """The end at that plane, where an optic offers several."""
    doubt: str | None = None
    """What there is to doubt about it, in words."""
    other_lengths_um: tuple[int, ...] = ()
    """What others say of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpticFacts:
    """What a catalog knows of an optic."""

    name: str
    port: Port = UNKNOWN_PORT
    kind: OpticKind = OpticKind.SPACED
    planes: tuple[BackFocusPlane, ...] = ()
    focal_ratio: float | None = None
    focal_length_mm: float | None = None
    tolerance_um: int | None = None
    tolerance_basis: str | None = None
    """Where that is from, in words."""
    available_um: int | None = None
    design_plates: tuple[Plate, ...] = ()
    distance_set_by: str | None = None
    """What sets the distance in place of spacers, in words."""
    adjuster_um: tuple[int, int] | None = None
    """Range of a built-in adjuster's scale; its back focus is stated for the scale's zero."""
    adjuster_settings: tuple[str, ...] = ()
    """The maker's settings for single telescopes, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Both sides of a body as they go together: those of one generation, or bolted on."""

    front: Port
    back: Port
    adapters_um: int = 0
    """Length of the adapter plates that these ends need."""

    @property
    def is_certain(self) -> bool:
        """Whether both ends are known for sure."""
        return self.front.doubt is None and self.back.doubt is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    """What a catalog knows of a spacer, an adapter or a device."""

    name: str | None = None
    maker: str | None = None
    faces: tuple[Faces, ...]
    """Each choice that it offers, the usual one first; never empty."""
    kind: TrainDeviceKind = TrainDeviceKind.OTHER
    optical_length_um: int | None = None
    length_doubt: str | None = None
    """What there is to doubt about it, in words."""
    other_lengths_um: tuple[int, ...] = ()
    """What others say of it."""
    inside_camera: bool = False
    """Whether the camera's distance counts it: it adds nothing."""
    usual_length: UsualLength | None = None
    """What things of its kind measure, where no source states its own length."""
    clear_aperture_um: int | None = None
    reversible: bool = False
    nests_in: tuple[str, ...] = ()
    """Parts inside which it adds `nested_length_um` alone."""
    nested_length_um: int = 0
    box_parts: tuple[str, ...] = ()
    """Parts that come with it."""
    guide_camera_parts: tuple[str, ...] = ()
    """Of a guider: parts that come with it for the guide camera."""
    filter_openings: tuple[FilterOpening, ...] = ()
    """Of each size of filter that a wheel or a drawer may hold."""
    guide_port: GuidePort | None = None
    completes: tuple[Completion, ...] = ()
    """Where its maker built it to the distance."""

    @property
    def front(self) -> Port:
        """The usual end towards the telescope."""
        return self.faces[0].front

    @property
    def back(self) -> Port:
        """The usual end towards the camera."""
        return self.faces[0].back

    def as_part(self, id: str, faces: Faces | None = None) -> TrainPart:
        """Return it as a part of a train, with its usual faces or others; 0 long if unmeasured."""
        faces = faces or self.faces[0]
        return TrainPart(
            id=id,
            name=self.name,
            front=faces.front,
            back=faces.back,
            optical_length_um=(self.optical_length_um or 0) + faces.adapters_um,
            length_doubt=self.length_doubt,
            other_lengths_um=tuple(um + faces.adapters_um for um in self.other_lengths_um),
            tilts=self.kind is TrainDeviceKind.TILTER,
            clear_aperture_um=self.clear_aperture_um,
            reversible=self.reversible,
        )

    @property
    def may_be_stock(self) -> bool:
        """Whether it is known well enough to be chosen as a spacer or an adapter."""
        return self.optical_length_um is not None and self.faces[0].is_certain


class Lookup(Protocol):
    """A catalog, as far as a train file needs one. None: no such id."""

    def optic(self, id: str) -> OpticFacts | None:
        """Return the optic of an id."""

    def camera(self, id: str) -> TrainCamera | None:
        """Return the camera of an id with its mount configurations; their `id` is their name."""

    def part(self, id: str) -> BodyFacts | None:
        """Return a spacer, an adapter or a device of an id."""

    def filter(self, id: str) -> FilterFacts | None:
        """Return the filter of an id."""

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Return spacers and adapters that could be bought, by id."""

    def who_says(self, id: str, field: str) -> str | None:
        """Return in words where a field of an entry is from; None if that is not known."""


_SECOND = " (2)"


def second_device_id(id: str) -> str:
    """Return the name in a train of the second of two devices with one id."""
    return id + _SECOND


def first_device_id(id: str) -> str:
    """Return the id of a device that may be the second of its kind."""
    return id.removesuffix(_SECOND)


class SecondDeviceLookup:
    """A lookup that also answers for the second of two devices with one id.

    A train may hold two wheels of one model; the search needs a name for each.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def optic(self, id: str) -> OpticFacts | None:
        """Return the optic of an id."""
        return self._lookup.optic(id)

    def camera(self, id: str) -> TrainCamera | None:
        """Return the camera of an id."""
        return self._lookup.camera(id)

    def part(self, id: str) -> BodyFacts | None:
        """Return a device of an id, or of a `second_of` it."""
        return self._lookup.part(first_device_id(id))

    def filter(self, id: str) -> FilterFacts | None:
        """Return the filter of an id."""
        return self._lookup.filter(id)

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Return spacers and adapters that could be bought, by id."""
        return self._lookup.for_sale()

    def who_says(self, id: str, field: str) -> str | None:
        """Return in words where a field of an entry is from."""
        return self._lookup.who_says(first_device_id(id), field)


class NoCatalog:
    """A lookup that knows no id: everything must be spelt out."""

    def optic(self, id: str) -> OpticFacts | None:
        """None."""

    def camera(self, id: str) -> TrainCamera | None:
        """None."""

    def part(self, id: str) -> BodyFacts | None:
        """None."""

    def filter(self, id: str) -> FilterFacts | None:
        """None."""

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Nothing."""
        return ()

    def who_says(self, id: str, field: str) -> str | None:
        """None."""
