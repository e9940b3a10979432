"""The spacers and adapters that an owner has, as the profile or an answer of the rig says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rigd.api.web.rest import Rest
from rigd.api.web.room import Visit
from rigd.equipment.profile_toml import parse_profile, profile_text

KEY: Final = "train.owned"
MOST: Final = 20
"""Of one part; our choice: nobody has more, and a finger may slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedPart:
    """A part at hand besides those from boxes."""

    id: str
    name: str
    count: int


async def owned_parts(visit: Visit) -> tuple[OwnedPart, ...]:
    """Every part that is owned, by its name."""
    rows = [
        OwnedPart(id=one, name=await part_name(visit, one), count=count)
        for one, count in (await read_owned(visit)).items()
        if count
    ]
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


async def read_owned(visit: Visit) -> Mapping[str, int]:
    """How many there are of each part, by its id."""
    in_force = await visit.observatory.profiles.of(visit.rig.name)
    if in_force is not None:
        train = parse_profile(in_force.toml, in_force.name).train
        if "owned" in train.model_fields_set:
            return train.owned
    return _answered(visit)


async def keep_owned(visit: Visit, rest: Rest, owned: Mapping[str, int]) -> None:
    """Remember what is owned: in the profile if that states it, else as the owner's answer."""
    in_force = await visit.observatory.profiles.of(visit.rig.name)
    kept = {one: count for one, count in owned.items() if count}
    if in_force is not None:
        profile = parse_profile(in_force.toml, in_force.name)
        if "owned" in profile.train.model_fields_set:
            train = profile.train.model_copy(update={"owned": kept})
            text = profile_text(profile.model_copy(update={"train": train}))
            seen = f'"{in_force.revision}"'
            await rest.ask("PUT", f"profiles/{in_force.name}", {"toml": text}, if_match=seen)
            return
    body = {"key": KEY, "value": kept or "none"}
    await rest.ask("POST", f"rigs/{visit.rig.name}/answers", body)


async def part_name(visit: Visit, part: str) -> str:
    """What a person calls a part of the catalog; its id if the catalog has none."""
    found = await visit.observatory.offer_names("own", part)
    return part if found.meant is None or found.meant.id != part else found.meant.name


def _answered(visit: Visit) -> Mapping[str, int]:
    given = (one.value for one in visit.rig.questions.answers if one.key == KEY)
    return next((value for value in given if isinstance(value, Mapping)), {})
