"""Filters: every offset with its error and how it is known; names, offsets and slots to change.

A change is a link first, which shows its effect, and then a form, which makes it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from rigd.api.http.errors import shorten
from rigd.api.web.address import address_of
from rigd.api.web.effect_words import effect_words, nothing_changes
from rigd.api.web.filter_edit import FIELDS, edited, sentence_of, slot_of
from rigd.api.web.profile_change import newest_change, undo, undo_of_last
from rigd.api.web.room import Action, Asked, Done, Press, Room, Visit
from rigd.equipment.filter_edits import slot_keys, spare_keys
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.errors import InvalidValueError, RigdError
from rigd.view.observatory import Observatory
from rigd.view.profiles import ProfileView

MOST_HITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry of the catalog that a filter may be."""

    id: str
    name: str
    facts: str
    """Thickness, glass and bands, as far as the catalog has them."""


async def _show(visit: Visit) -> Mapping[str, Any]:
    found = await visit.observatory.profiles.of(visit.rig.name)
    profile = None if found is None else parse_profile(found.toml, "profile")
    plot = visit.observatory.learning_requests.offset_plot
    values: dict[str, Any] = {
        "plot": await asyncio.to_thread(plot, visit.rig.name),
        "can_edit": profile is not None and bool(slot_keys(profile)),
        "edit": None,
    }
    if found is None or profile is None or "slot" not in visit.query:
        return values
    try:
        slot = slot_of(profile, visit.query)
    except RigdError:
        return values
    key = slot_keys(profile)[slot]
    said = profile.filters[key]
    words = visit.query.get("find", said.name)
    hits = _search(visit.observatory, words)
    values["edit"] = {
        "slot": slot + 1,
        "filter": said,
        "entry": _title(visit.observatory, said.id),
        "find": words,
        "hits": hits,
        "spare": [(one, profile.filters[one].name) for one in spare_keys(profile)],
        "others": [(one, profile.filters[one].name) for one in slot_keys(profile) if one != key],
        "preview": await _preview(visit, found, profile),
    }
    return values


async def _preview(
    visit: Visit, found: ProfileView, profile: EquipmentProfile
) -> Mapping[str, Any] | None:
    """What the change would do that the address asks about; None if it asks about none."""
    if "do" not in visit.query:
        return None
    said = _said(visit.observatory, visit.query, profile)
    title = _title(visit.observatory, said.get("entry"))
    try:
        after = edited(profile, said, _entry(visit.observatory, said))
        effect = await visit.rest.ask(
            "POST", f"rigs/{visit.rig.name}/profile/effect", {"toml": profile_text(after)}
        )
    except RigdError as error:
        return {"said": said, "error": str(error), "title": title}
    words = effect_words(effect)
    others = [one for one in found.summary.in_short.rigs if one != visit.rig.name]
    return {
        "said": said,
        "error": None,
        "title": title,
        "sentence": sentence_of(profile, said, title),
        "effect": words,
        "nothing": nothing_changes(words),
        "others": others,
        "revision": found.revision,
    }


def _said(
    observatory: Observatory, given: Mapping[str, str], profile: EquipmentProfile
) -> dict[str, str]:
    """The fields of a change; a new filter without a name is called as the catalog calls it."""
    said = {name: given[name] for name in FIELDS if name in given}
    if said.get("do") == "new" and "name" not in said and "entry" in said:
        found = observatory.catalog_entry("filter", said["entry"])
        model = str(found.entry.get("model", said["entry"])) if found else said["entry"]
        taken = {one.name.casefold() for one in profile.filters.values()}
        name, number = model[:60], 2
        while name.casefold() in taken:
            name, number = f"{model[:56]} {number}", number + 1
        said["name"] = name
    return said


def _search(observatory: Observatory, words: str) -> Sequence[Hit]:
    """The filters of the catalog that contain every word."""
    page = observatory.catalog_page(words=words[:200], kind="filter", offset=0, limit=MOST_HITS)
    return [
        Hit(id=row.id, name=row.name, facts=_facts(observatory, row.id)) for row in page.entries
    ]


def _facts(observatory: Observatory, entry_id: str) -> str:
    found = observatory.catalog_entry("filter", entry_id)
    if found is None:
        return ""
    said, parts = found.entry, []
    if (thickness := said.get("thickness_mm")) is not None:
        parts.append(f"{thickness} mm thick")
    if (substrate := said.get("substrate")) is not None:
        parts.append(str(substrate).replace("_", " "))
    bands: Any = said.get("bands", ())
    parts += [f"{one['name']} {one['centre_nm']:g} nm" for one in bands[:4]]
    return ", ".join(parts)


def _entry(observatory: Observatory, said: Mapping[str, str]) -> Mapping[str, object] | None:
    """What the catalog says of the filter that a change names; None: it names none.

    Raises:
        InvalidValueError: the catalog has no such filter.
    """
    entry = said.get("entry")
    if not entry:
        return None
    found = observatory.catalog_entry("filter", entry)
    if found is None:
        msg = f"the catalog has no filter {shorten(entry)!r}"
        raise InvalidValueError(msg)
    return found.entry


def _title(observatory: Observatory, entry_id: str | None) -> str | None:
    """What a person calls an entry."""
    if entry_id is None:
        return None
    found = observatory.catalog_entry("filter", entry_id)
    if found is None:
        return None
    return f"{found.entry.get('maker', '')} {found.entry.get('model', entry_id)}".strip()


async def _change(asked: Asked) -> Done:
    """Make a change whose effect was shown."""
    rig, observatory = asked.rig.name, asked.visit.observatory
    found = await observatory.profiles.of(rig)
    if found is None:
        return Done(said="No profile is in force; nothing was changed.")
    profile = parse_profile(found.toml, "profile")
    said = {name: asked.form[name][0] for name in FIELDS if name in asked.form}
    after = edited(profile, said, _entry(observatory, said))
    revision = asked.whole("revision")
    number = await newest_change(asked.rest)
    body = {"toml": profile_text(after)}
    await asked.rest.ask("PUT", f"profiles/{found.name}", body, if_match=f'"{revision}"')
    sentence = sentence_of(profile, said, _title(observatory, said.get("entry")))
    back = await undo_of_last(asked.rest, rig, ROOM, number)
    query = urlencode({"slot": said["slot"]})
    return Done(
        said=f"{sentence}. Nothing moved.", undo=back, to=f"{address_of(rig, ROOM)}?{query}"
    )


async def _swap(asked: Asked) -> Done:
    """Somebody has put this filter in the light."""
    name, before = asked.text("filter"), asked.rig.summary.filter
    answer = await asked.rest.ask("POST", f"rigs/{asked.rig.name}/swap", {"filter": name})
    back = None
    if before is not None and before != name:
        address = address_of(asked.rig.name, ROOM, "swap")
        back = Press(label=f"It is {before}", address=address, fields={"filter": before})
    to = asked.text("to", "")
    home = address_of(asked.rig.name)
    return Done(said=f"{answer['said']}.", undo=back, to=home if to == "tonight" else None)


ROOM = Room(
    slug="filters",
    title="Filters",
    template="filters.html",
    show=_show,
    actions=(Action("change", _change), Action("swap", _swap), Action("undo", undo)),
)
