"""What sets the distance of an optic in place of spacers: a part that its maker built to it."""

from rigd.optics.back_focus import glass_term
from rigd.train.file_format import TrainFile
from rigd.train.maker_set import MakerSetDistance
from rigd.train.part_facts import Completion, Lookup
from rigd.train.question import TrainQuestion, glass_of
from rigd.units import mm_from_um


def find_maker_distance(file: TrainFile, lookup: Lookup) -> MakerSetDistance | None:
    """Return what sets the distance, by a maker's statement; None if spacers do.

    A device does where its maker names the optic and the camera, and nothing else is in the train.
    With a camera that its maker does not name it takes the place of spacers all the same; whether
    it gives the distance nobody says then. An optic whose maker supplies an adapter made for the
    camera is alike. A distance that the file states comes first.
    """
    optic = file.optic
    if optic.id is None or optic.required_back_focus_mm is not None or optic.adjustable_mm:
        return None
    if len(file.devices) == 1 and (id := file.devices[0].id) is not None:
        facts = lookup.part(id)
        for one in facts.completes if facts else ():
            if one.optic != optic.id:
                continue
            name = (facts.name if facts else None) or id
            is_named = not one.cameras or file.camera.id in one.cameras
            says = f"{name}: {one.says}" if is_named else _words_for_other(name, one, file, lookup)
            return MakerSetDistance(words=says, plates=one.plates)
    known = lookup.optic(optic.id)
    if known is None or known.distance_set_by is None or known.planes:
        return None
    return MakerSetDistance(words=f"{known.name}: {known.distance_set_by}")


def _words_for_other(name: str, known: Completion, file: TrainFile, lookup: Lookup) -> str:
    """Say that a device is in place of spacers, with a camera that its maker does not name."""
    named = [camera.name for id in known.cameras if (camera := lookup.camera(id)) is not None]
    id = file.camera.id
    camera = lookup.camera(id) if id is not None else None
    yours = file.camera.name or (camera.name if camera is not None else "your camera")
    return (
        f"{name} is in place of spacers, none belongs between: its maker builds it to the working"
        f" distance for {', '.join(named) or 'certain cameras'}; that it gives the distance for"
        f" {yours} too no source says: ask the maker"
    )


def uncounted_glass_um(question: TrainQuestion) -> int:
    """Return what the glass in the train asks beyond that which the maker counted, in µm."""
    counted = question.set_by_maker.plates if question.set_by_maker else ()
    focal_ratio = question.optic.focal_ratio
    return glass_of(question).middle_um - glass_term(counted, focal_ratio).middle_um


def maker_words(question: TrainQuestion) -> str | None:
    """Say what sets the distance, and what the glass asks beside it; None if spacers set it."""
    if question.set_by_maker is None:
        return None
    glass_um = uncounted_glass_um(question)
    more = ""
    if glass_um:
        asks = "more" if glass_um > 0 else "less"
        more = f"; the glass wants {mm_from_um(abs(glass_um)):g} mm {asks}"
    return question.set_by_maker.words + more
