"""A camera lens in place of a telescope: its bayonet says where the sensor stands. Pure."""

import re

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.open_end import Standard
from rigd.train.connection import Coupling, Gender

LENS = "lens"
_RATIO = re.compile(r"\b[fF]\s*/?\s*(?P<ratio>\d{1,2}(?:[.,]\d+)?)(?!\d)(?!\s*mm)")
_LENGTH = re.compile(r"\b(?P<mm>\d{1,4})\s*mm\b")


def lens_mount(words: str, catalog: Catalog) -> Standard | None:
    """Return the bayonet of which words name a lens: `Samyang 135 mm lens, Canon EF`.

    None: no lens is named, or no bayonet whose flange distance the catalog knows.
    """
    said = normalise(words)
    if LENS not in said:
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
