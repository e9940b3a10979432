"""Changes of profiles, as lines that a person reads."""

from rigd.equipment.fingerprint import contradictions, filter_fingerprint
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_diff import profile_changes
from rigd.equipment.profile_toml import parse_profile
from rigd.units import local_time
from rigd.view.profiles import ProfileChange


def change_line(row: ProfileChange) -> str:
    """A change with its time, who made it and what it was."""
    rig = "" if row.rig is None else f" on {row.rig}"
    undone = "" if row.undoes is None else f" of change {row.undoes}"
    what = f"{row.what}{undone}{rig}"
    return f"{row.number}  {local_time(row.at)}  {what}: {row.profile!r}, by {row.by}"


def difference_lines(row: ProfileChange) -> list[str]:
    """What differs in the profile after a change; nothing where it came or went."""
    if row.before is None or row.after is None:
        return []
    if "toml" not in row.before:
        return [f"{row.before['profile']!r} before"]
    old, new = (parse_profile(str(one["toml"]), "profile") for one in (row.before, row.after))
    return [str(change) for change in profile_changes(old, new)]


def edit_lines(before: EquipmentProfile, after: EquipmentProfile) -> list[str]:
    """What was changed, and what of it makes runs and learnt offsets count no longer."""
    lines = [str(change) for change in profile_changes(before, after)]
    if stated := sorted(contradictions(before, after)):
        lines.append(
            f"{', '.join(stated)}: another light path, in which the runs of the one before, and "
            "what was learnt from them, no longer count. Was it a mistake? `rigd profile undo`. "
            "Was it wrong before, and nothing else was changed? `rigd runs restate KEY --frame "
            "raw` (or logical) takes a run along"
        )
    lines += [
        f"{key} is another filter: it has an offset of its own"
        for key in after.filters
        if key in before.filters
        and filter_fingerprint(before, key) != filter_fingerprint(after, key)
    ]
    return lines
