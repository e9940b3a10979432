"""The imaging train: an optic, devices and passive parts, a camera; lengths are whole micrometres.

`front` is the end towards the telescope, `back` the end towards the camera.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from rigd.errors import TrainError
from rigd.train.connection import Coupling, End, Gender, may_mate
from rigd.units import um_from_mm

_METRIC = re.compile(r"M(?P<diameter>\d+(\.\d+)?)x(?P<pitch>\d+(\.\d+)?)")


class Doubt(StrEnum):
    """What of an end is not known, and so has to be checked before anything is bought."""

    GENDER = "gender assumed"
    THREAD = "thread not known"
    MAKER = "taken to fit its maker's own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An end with its depth: how far a male thread reaches, how deep a female one may be filled."""

    end: End | None
    """None where nobody knows it: it is then taken to fit its neighbour, and that is said."""
    depth_um: int | None = None
    """None where it is not known; then it hinders nothing."""
    doubt: Doubt | None = None
    maker: str | None = None
    """Of what it is an end of, where that matters: nobody else has a maker's own bolts."""
    nests: tuple[str, ...] = ()
    """Of a ring's end that sinks into a neighbour's, and of that: the ids of the rings."""
    usual: Gender | None = None
    """Of an end that nobody knows: what it is taken to be. None: whatever fits its neighbour."""

    @property
    def is_male(self) -> bool:
        """Whether it is known to go into its neighbour."""
        return self.end is not None and self.end.gender is Gender.MALE

    @property
    def is_bayonet(self) -> bool:
        """Whether it is the mount of a camera or a lens."""
        return self.end is not None and self.end.coupling is Coupling.BAYONET

    @property
    def is_bolted(self) -> bool:
        """Whether screws hold it."""
        return self.end is not None and self.end.coupling is Coupling.BOLTS

    @property
    def is_of_sct(self) -> bool:
        """Whether it is a thread that Schmidt-Cassegrain telescopes alone have."""
        return self.end is not None and self.end.standard.startswith("SCT ")

    @property
    def is_barrel(self) -> bool:
        """Whether it is a barrel of an eyepiece, or takes one."""
        return self.end is not None and self.end.coupling in (Coupling.PUSH_FIT, Coupling.CLAMP)

    def __str__(self) -> str:
        return Doubt.THREAD.value if self.end is None else str(self.end)


SUPPOSED = "supposed"
"""What a length that only serves as an example is marked with."""
ASSUMED = "assumed"
"""What a length is marked with that the catalog has, and no source."""
UNKNOWN_PORT = Port(end=None, doubt=Doubt.THREAD)


def may_join(one: Port, other: Port) -> bool:
    """Return whether two ports can be joined: the ends mate, and the male thread is not too long.

    An unknown depth hinders nothing: hardly any data sheet states one. An unknown end hinders
    nothing either: the length of a train is an answer without its threads. But it is a thread or a
    barrel: what has a bayonet, or belongs to a Schmidt-Cassegrain, is known for it; and a circle of
    bolts is its maker's own. A ring that nests in its neighbour does not stand before it at its own
    length: the two are one part there, with the length that they have together.
    """
    if one.nests and not set(one.nests).isdisjoint(other.nests):
        return False
    if one.end is None or other.end is None:
        if any(port.is_bolted for port in (one, other)):
            return one.maker is not None and one.maker == other.maker
        if _is_unusual(one, other) or _is_unusual(other, one):
            return False
        return not any(port.is_bayonet or port.is_of_sct for port in (one, other))
    if not may_mate(one.end, other.end):
        return False
    if one.depth_um is None or other.depth_um is None:
        return True
    if one.end.gender is Gender.MALE:
        return one.depth_um <= other.depth_um
    if other.end.gender is Gender.MALE:
        return other.depth_um <= one.depth_um
    return True


def _is_unusual(unknown: Port, known: Port) -> bool:
    """Whether a neighbour asks of an end that nobody knows to be what such ends are not."""
    usual = unknown.usual
    return usual is not None and known.end is not None and known.end.gender is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPart:
    """A passive part (spacer, adapter, ring) or a device with a fixed place (wheel, guider)."""

    id: str
    name: str | None = None
    """What a person calls it; None: its id."""
    front: Port
    back: Port
    optical_length_um: int
    """What it adds to the path; 0 for a ring that nests inside its neighbour."""
    length_doubt: str | None = None
    """What there is to doubt about its length, in words."""
    other_lengths_um: tuple[int, ...] = ()
    """What others say of its length."""
    tilts: bool = False
    """Whether the tilt of what is behind it can be set at it."""
    clear_aperture_um: int | None = None
    turned_aperture_um: int | None = None
    """The same where it is turned round, and another thread stands at its telescope side."""
    aperture_bounded: bool = False
    """The opening is not known: `clear_aperture_um` is what the threads allow at most."""
    filter_opening_um: int | None = None
    """Of the filters that it holds; the search takes them at its telescope side."""
    reversible: bool = False
    owned: int = 0
    buyable: int = 0
    box: str | None = None
    """Where it lies, or with what it came."""
    made_of: tuple[str, ...] = ()
    """Ids of the parts that it is put together from, if one sits inside the other."""

    def __post_init__(self) -> None:
        """Refuse values that no part can have."""
        if self.optical_length_um < 0:
            raise TrainError(f"{self.id}: optical_length_um {self.optical_length_um} is negative")
        if self.clear_aperture_um is not None and self.clear_aperture_um <= 0:
            raise TrainError(
                f"{self.id}: clear_aperture_um {self.clear_aperture_um} is not above 0"
            )
        if self.owned < 0 or self.buyable < 0:
            raise TrainError(f"{self.id}: owned {self.owned} or buyable {self.buyable} is negative")

    @property
    def label(self) -> str:
        """What to call it in words."""
        return self.name or self.id

    @property
    def base_id(self) -> str:
        """The id without what sits inside it."""
        return self.made_of[-1] if self.made_of else self.id

    @property
    def narrowest_um(self) -> int | None:
        """Its own opening or that of its filters; None if neither is known."""
        own_um, filter_um = self.clear_aperture_um, self.filter_opening_um
        return own_um if filter_um is None or (own_um or filter_um) < filter_um else filter_um

    def orientations(self) -> tuple[tuple[Port, Port], ...]:
        """(front, back) as it stands, and turned round if that is possible and differs."""
        there = (self.front, self.back)
        turned = (self.back, self.front)
        return (there, turned) if self.reversible and turned != there else (there,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMount:
    """One way to open the front of a camera."""

    id: str
    port: Port
    flange_distance_um: int
    clear_aperture_um: int | None = None
    aperture_bounded: bool = False
    length_doubt: str | None = None
    """What there is to doubt about the flange distance, in words."""
    other_lengths_um: tuple[int, ...] = ()
    """What others say of it."""
    reading: str | None = None
    """By which of several sources that disagree it is one of the camera's, in words."""
    note: str | None = None
    """What has to be done for it, in words: which ring or plate to take off."""
    cost: str | None = None
    """What that costs the owner."""
    loses_tilt: bool = False
    """Whether the tilt can no longer be set at the camera."""
    as_shipped: bool = False
    """Whether the camera is sold like this: of several that are, its owner has one."""
    added: tuple[str, ...] = ()
    """Ids of the parts that the flange distance already counts."""
    removed: tuple[str, ...] = ()
    """Ids of the parts that had to come off for it."""
    devices: tuple[str, ...] = ()
    """Ids of the devices within the distance, where a source states the total alone."""

    def __post_init__(self) -> None:
        """Refuse values that no part can have."""
        if self.flange_distance_um < 0:
            raise TrainError(f"{self.id}: flange_distance_um {self.flange_distance_um} is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A part at its place in a finished train."""

    part: TrainPart
    turned: bool = False
    device: bool = False
    bought: bool = False

    @property
    def aperture_um(self) -> int | None:
        """Its opening at the telescope side."""
        turned_um = self.part.turned_aperture_um if self.turned else None
        return self.part.clear_aperture_um if turned_um is None else turned_um

    @property
    def front(self) -> Port:
        """The port that now looks towards the telescope."""
        return self.part.back if self.turned else self.part.front

    @property
    def back(self) -> Port:
        """The port that now looks towards the camera."""
        return self.part.front if self.turned else self.part.back


def opening_limit_um(end: End | None) -> int | None:
    """Return the widest opening in µm that a metric thread leaves: d - 1.0825 P (ISO 68-1)."""
    if end is None:
        return None
    match = _METRIC.fullmatch(end.standard)
    if end.coupling is not Coupling.THREAD or match is None:
        return None
    return um_from_mm(float(match["diameter"]) - 1.0825 * float(match["pitch"]))


def with_aperture_limit(part: TrainPart) -> TrainPart:
    """Return the part with its opening or, where that is unknown, the most its threads allow.

    The opening counts at the telescope side. So does the thread there; that at the other side is
    its neighbour's too, and counts there.
    """
    if part.clear_aperture_um is not None:
        return part
    front_um, back_um = (opening_limit_um(port.end) for port in (part.front, part.back))
    return replace(
        part,
        clear_aperture_um=front_um,
        turned_aperture_um=back_um if part.reversible else None,
        aperture_bounded=True,
    )


def mount_with_aperture_limit(mount: CameraMount) -> CameraMount:
    """Return the camera's face with its opening or the most that its thread allows."""
    if mount.clear_aperture_um is not None:
        return mount
    limit_um = opening_limit_um(mount.port.end)
    return replace(mount, clear_aperture_um=limit_um, aperture_bounded=True)


def nest(ring: TrainPart, host: TrainPart, length_um: int) -> TrainPart | None:
    """Return a host with a ring inside, on its telescope side; None if their ends do not join.

    Args:
        ring: The ring that sits inside.
        host: The part or device that it sits in.
        length_um: What the ring adds to the path there.
    """
    if not may_join(ring.back, host.front):
        return None
    openings = [part.clear_aperture_um for part in (ring, host) if part.clear_aperture_um]
    return replace(
        host,
        id=f"{host.id} with {ring.id} inside",
        name=f"{host.label} with {ring.label} inside",
        front=ring.front,
        optical_length_um=host.optical_length_um + length_um,
        clear_aperture_um=min(openings) if len(openings) == 2 else None,
        reversible=False,
        buyable=0,
        made_of=(ring.id, host.id),
    )


def exceeds_stock(chain: tuple[Placed, ...], camera: CameraMount, stock: Mapping[str, int]) -> bool:
    """Return whether a chain needs more of a part than is at hand, also inside others.

    What is bought is counted by the search; what the camera's front has on it is in use there.

    Args:
        chain: The parts, from the telescope.
        camera: The way in which the camera is opened.
        stock: How many of each part are at hand, of those that may be used in several ways.
    """
    used: dict[str, int] = {}
    for placed in chain:
        if not placed.bought:
            for name in placed.part.made_of or (placed.part.id,):
                used[name] = used.get(name, 0) + 1
    free = {name: max(0, number - (name in camera.added)) for name, number in stock.items()}
    return any(number > free[name] for name, number in used.items() if name in free)


def path_length_um(chain: tuple[Placed, ...], camera: CameraMount) -> int:
    """Return the length of a whole stack, from the optic's rear shoulder to the sensor."""
    return sum(placed.part.optical_length_um for placed in chain) + camera.flange_distance_um


def check_chain(optic: Port, chain: tuple[Placed, ...], camera: CameraMount) -> None:
    """Make sure that a train as built can be screwed together.

    Raises:
        TrainError: names the first joint, from the telescope, that cannot be made.
    """
    names = ("the telescope", *(placed.part.id for placed in chain), camera.id)
    backs = (optic, *(placed.back for placed in chain))
    fronts = (*(placed.front for placed in chain), camera.port)
    for (above, below), back, front in zip(pairwise(names), backs, fronts, strict=True):
        if not may_join(back, front):
            raise TrainError(f"{below} ({front}) cannot be joined to {above} ({back})")
