"""A camera lens in place of a telescope: its bayonet says where the sensor stands. Pure."""

import re

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.open_end import Standard
from rigd.train.connection import Coupling, Gender

LENS = "lens"
_LENS_MAKERS = ("samyang", "rokinon", "sigma", "tamron", "tokina", "zeiss", "irix", "laowa")
_RATIO = re.compile(r"\b[fF]\s*/?\s*(?P<ratio>\d{1,2}(?:[.,]\d+)?)(?!\d)(?!\s*mm)")
_SHOWS_LENS = re.compile(r"\bf\s*/?\s*\d|\d\s*mm\b|\d\s*/\s*\d", re.IGNORECASE)
"""A focal ratio or a focal length beside the bayonet: `Rokinon 135 f/2`, `Samyang 135mm`."""
_LENGTH = re.compile(r"\b(?P<mm>\d{1,4})\s*mm\b")


def lens_mount(words: str, catalog: Catalog) -> Standard | None:
    """Return the bayonet of which words name a lens: `Samyang 135 mm lens, Canon EF`.

    The word stands for itself, as does a focal length or a focal ratio.
    None: no lens is named, or no bayonet whose flange distance the catalog knows.
    """
    said = normalise(_RATIO.sub(" ", words))  # "Nikon f/2.8" says no Nikon F
    if LENS not in said and _SHOWS_LENS.search(words) is None:
        return None
    named = [
        (len(name), standard)
        for standard in catalog.all(Standard)
        if standard.coupling is Coupling.BAYONET and standard.flange_distance_mm is not None
        for name in map(normalise, (standard.name, *standard.aliases))
        if name in said
    ]
    # Canon EF is in the name of Canon EF-M too.
    return max(named, key=lambda row: row[0])[1] if named else None


def lens_row(words: str, mount: Standard) -> dict[str, object]:
    """Return the optic of a train file that a lens with a mount is."""
    end = {"coupling": mount.coupling, "standard": mount.name, "gender": Gender.MALE}
    ratio, length = _RATIO.search(words), _LENGTH.search(words)
    return {
        **({"focal_ratio": float(ratio["ratio"].replace(",", "."))} if ratio else {}),
        **({"focal_length_mm": float(length["mm"])} if length else {}),
        "name": words,
        "required_back_focus_mm": mount.flange_distance_mm,
        "measured_from": f"the face of its {mount.name} mount",
        "end": end,
    }


def mounts_of_maker(words: str, catalog: Catalog) -> list[Standard]:
    """Return the bayonets of a maker of bodies whom words name, of known flange distance."""
    said = normalise(words)
    makers = {
        normalise(camera.maker)
        for camera in catalog.all(Camera)
        if camera.any_body and normalise(camera.maker) in said
    }
    return [
        mount
        for mount in catalog.all(Standard)
        if mount.coupling is Coupling.BAYONET and mount.flange_distance_mm is not None
        if any(normalise(mount.name).startswith(maker) for maker in makers)
    ]


def is_lens_maker(words: str) -> bool:
    """Whether words begin with the maker of camera lenses, who makes no telescopes."""
    return words.casefold().split()[:1] in [[maker] for maker in _LENS_MAKERS]
