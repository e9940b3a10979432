"""A camera lens in place of a telescope: its bayonet says where the sensor stands. Pure."""

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.driver_names import normalise
from rigd.catalog.models.open_end import Standard
from rigd.train.connection import Coupling, Gender

LENS = "lens"


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
    return {
        "name": words,
        "required_back_focus_mm": mount.flange_distance_mm,
        "measured_from": f"the face of its {mount.name} mount",
        "end": end,
    }
