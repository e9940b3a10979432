"""Glass in a converging beam: refractive indices, and how far a plate moves the focus back.

Constants: refractiveindex.info database (CC0) at commit 37773dce; each entry names its origin.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rigd.errors import TrainError
from rigd.units import UM_PER_MM, um_from_nm

MID_VISIBLE_NM = 550.0
"""Where an index is taken for a filter without a band of its own."""
VISIBLE_NM = (400.0, 700.0)
UNKNOWN_GLASS_INDEX = (1.46, 1.60)
"""What filter glass can be: fused silica up to the dense glasses of some broad-band filters."""
FAST_BEAM_FOCAL_RATIO = 4.0
"""Below this the plate's spherical aberration moves the best focus too."""

_PUPIL_ZONES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexInterval:
    """A refractive index and how well it is known; low = high for a known glass and colour."""

    low: float
    middle: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether one number is known."""
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sellmeier:
    """n^2 - 1 = A + sum(B L^2 / (L^2 - C)), L and the root of C in µm."""

    origin: str
    range_nm: tuple[float, float]
    constant: float = 0.0
    terms: tuple[tuple[float, float], ...]

    def index(self, wavelength_nm: float) -> float:
        square = um_from_nm(wavelength_nm) ** 2
        return math.sqrt(
            1.0 + self.constant + sum(b * square / (square - c) for b, c in self.terms)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Measured indices, interpolated linearly in 1/L^2 (Cauchy); the end pieces reach outward."""

    origin: str
    range_nm: tuple[float, float]
    points: tuple[tuple[float, float], ...]

    def index(self, wavelength_nm: float) -> float:
        last = len(self.points) - 2
        piece = sum(1 for nm, _ in self.points[1:-1] if nm <= wavelength_nm)
        (nm_a, n_a), (nm_b, n_b) = self.points[min(piece, last)], self.points[min(piece, last) + 1]
        x, x_a, x_b = wavelength_nm**-2, nm_a**-2, nm_b**-2
        return n_a + (n_b - n_a) * (x - x_a) / (x_b - x_a)


GLASSES: Mapping[str, _Sellmeier | _Table] = MappingProxyType(
    {
        "N-BK7": _Sellmeier(
            origin="Schott Zemax catalog 2017-01-20b",
            range_nm=(300.0, 2500.0),
            terms=(
                (1.03961212, 0.00600069867),
                (0.231792344, 0.0200179144),
                (1.01046945, 103.560653),
            ),
        ),
        "D263T": _Sellmeier(
            origin="Schott D263T eco, Zemax catalog 2017-01-20b",
            range_nm=(334.0, 2325.0),
            terms=(
                (1.23795755, 0.00863080926),
                (0.0466468888, 0.0469074501),
                (2.46700556, 264.146296),
            ),
        ),
        "Borofloat 33": _Sellmeier(
            origin="Schott Borofloat 33 optical properties, June 2021 (fit by M. Polyanskiy)",
            range_nm=(240.0, 1550.0),
            constant=0.3542,
            terms=((0.78657, 0.10856**2), (0.18285, 4.427**2)),
        ),
        "fused silica": _Sellmeier(
            origin="I. H. Malitson, J. Opt. Soc. Am. 55, 1205 (1965)",
            range_nm=(210.0, 6700.0),
            terms=(
                (0.6961663, 0.0684043**2),
                (0.4079426, 0.1162414**2),
                (0.8974794, 9.896161**2),
            ),
        ),
        "B270": _Table(
            origin="Schott B 270 data sheet, August 1993",
            range_nm=VISIBLE_NM,
            points=(
                (435.83, 1.5341),
                (479.99, 1.5297),
                (486.13, 1.5292),
                (546.07, 1.5251),
                (587.56, 1.5230),
                (589.29, 1.5229),
                (643.85, 1.5207),
                (656.27, 1.5203),
            ),
        ),
    }
)
"""Every glass that rigd knows, by its name."""

_DENSE_FLINT = _Sellmeier(
    origin="Schott F5, Zemax catalog 2000-06-22",
    range_nm=(320.0, 2500.0),
    terms=(
        (1.3104463, 0.00958633048),
        (0.19603426, 0.0457627627),
        (0.96612977, 115.011883),
    ),
)
"""No filter is known to be made of it: it bounds what the densest filter glass may be, with the
index of 1.60 and more dispersion than any other."""

_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **{"".join(filter(str.isalnum, name)).casefold(): name for name in GLASSES},
        "bk7": "N-BK7",
        "d263teco": "D263T",
        "d263": "D263T",
        "borofloat": "Borofloat 33",
        "schottb270": "B270",
        "b270i": "B270",
        "fusedquartz": "fused silica",
    }
)


def find_glass(name: str) -> str:
    """Return the name under which `GLASSES` knows a glass; spelling, spaces and case do not matter.

    Raises:
        TrainError: rigd has no constants for that glass.
    """
    found = _ALIASES.get("".join(filter(str.isalnum, name)).casefold())
    if found is None:
        raise TrainError(f"glass: {name!r} is not one of {', '.join(GLASSES)}; give an index")
    return found


def index_of(glass: str, wavelength_nm: float = MID_VISIBLE_NM) -> float:
    """Return the refractive index of a named glass in air.

    Raises:
        TrainError: an unknown glass, or a wavelength outside its data.
    """
    name = find_glass(glass)
    low_nm, high_nm = GLASSES[name].range_nm
    if not low_nm <= wavelength_nm <= high_nm:
        raise TrainError(
            f"wavelength: {wavelength_nm:g} nm is outside {low_nm:g} to {high_nm:g} nm of {name}"
        )
    return GLASSES[name].index(wavelength_nm)


def index_interval(glass: str | None, wavelength_nm: float | None = None) -> IndexInterval:
    """Return the index of a glass that may be unknown, for light whose colour may be unknown.

    An unknown glass is anything from 1.46 to 1.60; a known one in light of an unknown colour has
    the indices that it shows over the visible.
    """
    if glass is None:
        low, high = UNKNOWN_GLASS_INDEX
        return IndexInterval(low=low, middle=2.0 / (1.0 / low + 1.0 / high), high=high)
    if wavelength_nm is not None:
        index = index_of(glass, wavelength_nm)
        return IndexInterval(low=index, middle=index, high=index)
    blue_nm, red_nm = VISIBLE_NM
    return IndexInterval(
        low=index_of(glass, red_nm), middle=index_of(glass), high=index_of(glass, blue_nm)
    )


def plausible_intervals(wavelength_nm: float | None = None) -> tuple[IndexInterval, ...]:
    """Return the index of every glass that a filter of an unknown one may be made of.

    In one order for every colour, so that two filters of one unknown glass can be compared.
    """
    blue_nm, red_nm = VISIBLE_NM if wavelength_nm is None else (wavelength_nm, wavelength_nm)
    middle_nm = MID_VISIBLE_NM if wavelength_nm is None else wavelength_nm
    return tuple(
        IndexInterval(low=one.index(red_nm), middle=one.index(middle_nm), high=one.index(blue_nm))
        for one in (*GLASSES.values(), _DENSE_FLINT)
    )


def plate_shift_um(thickness_mm: float, index: float) -> float:
    """Return the focus shift of a plane-parallel plate, t(1 - 1/n), away from the optic; paraxial.

    Raises:
        TrainError: a negative thickness, or an index below 1.
    """
    _check(thickness_mm, index)
    return thickness_mm * UM_PER_MM * (1.0 - 1.0 / index)


def ray_shift_um(thickness_mm: float, index: float, sin_u: float) -> float:
    """Return the focus shift in µm of a ray at the angle u: t(1 - cos u / sqrt(n^2 - sin^2 u))."""
    _check(thickness_mm, index)
    if not 0.0 <= sin_u < 1.0:
        raise TrainError(f"sine of the ray angle: {sin_u:g} is outside 0 to 1")
    cosine = math.sqrt(1.0 - sin_u**2)
    return thickness_mm * UM_PER_MM * (1.0 - cosine / math.sqrt(index**2 - sin_u**2))


def focus_shift_um(thickness_mm: float, index: float, focal_ratio: float | None = None) -> float:
    """Return the shift of the best focus by a plate; below f/4 that of the smallest RMS spot.

    A filled pupil in a beam free of coma (sin u = 1 / 2N at its edge): the plane where the mean
    square of the rays' distances (shift(u) - z) tan u from the axis is least. A focal ratio that
    is not known leaves the paraxial shift.
    """
    if focal_ratio is None:
        return plate_shift_um(thickness_mm, index)
    if focal_ratio <= 0.5:
        raise TrainError(f"focal ratio: {focal_ratio:g} is not above 0.5")
    if focal_ratio >= FAST_BEAM_FOCAL_RATIO:
        return plate_shift_um(thickness_mm, index)
    edge = (0.5 / focal_ratio) ** 2
    weighted = total = 0.0
    for zone in range(_PUPIL_ZONES):  # zones of equal pupil area: equal steps of sin^2 u
        square = edge * (zone + 0.5) / _PUPIL_ZONES
        weight = square / (1.0 - square)
        weighted += weight * ray_shift_um(thickness_mm, index, math.sqrt(square))
        total += weight
    return weighted / total


def _check(thickness_mm: float, index: float) -> None:
    if not (thickness_mm >= 0.0 and math.isfinite(thickness_mm)):
        raise TrainError(f"glass thickness: {thickness_mm:g} mm is negative or not a number")
    if not 1.0 <= index < 4.0:
        raise TrainError(f"refractive index: {index:g} is outside 1 to 4")
