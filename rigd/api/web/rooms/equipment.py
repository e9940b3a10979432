"""Equipment: the devices with what the catalog says of them, the profiles, and the questions."""

import asyncio
from collections.abc import Mapping
from typing import Any

from rigd.api.web.address import address_of
from rigd.api.web.effect_words import EffectWords, effect_words
from rigd.api.web.profile_change import newest_change, undo, undo_of_last
from rigd.api.web.profile_history import shown_changes
from rigd.api.web.room import Action, Asked, Done, Press, Room, Visit
from rigd.errors import InvalidValueError, RigdError
from rigd.view.questions import AnswerKind, RigQuestion

MOST_CHANGES = 10


async def _show(visit: Visit) -> Mapping[str, Any]:
    profiles, rig = visit.observatory.profiles, visit.rig.name
    kept = await profiles.listed()
    history = await profiles.history(MOST_CHANGES)
    return {
        "kept": [one for one in kept.profiles if not one.archived],
        "archived": [one for one in kept.profiles if one.archived],
        "in_force": next((one.name for one in kept.profiles if rig in one.rigs), None),
        "proposal": await visit.observatory.proposal(rig),
        "history": await asyncio.to_thread(shown_changes, history.changes),
        "switch": await _preview(visit),
    }


async def _preview(visit: Visit) -> Mapping[str, Any] | None:
    """What a switch would do that the address asks about; None if it asks about none."""
    name = visit.query.get("switch")
    if name is None:
        return None
    try:
        effect: EffectWords | None = effect_words(
            await visit.rest.ask("POST", f"rigs/{visit.rig.name}/profile/effect", {"profile": name})
        )
    except RigdError as error:
        return {"name": name, "error": str(error), "effect": None}
    return {"name": name, "error": None, "effect": effect}


async def _switch(asked: Asked) -> Done:
    """Put another profile in force, whose effect was shown."""
    rig, name = asked.rig.name, asked.text("profile")
    present = await asked.visit.observatory.profiles.of(rig)
    if present is not None and present.name != asked.text("now"):
        msg = f"{present.name!r} is in force now: look again at what the switch would do"
        raise InvalidValueError(msg)
    number = await newest_change(asked.rest)
    await asked.rest.ask("PUT", f"rigs/{rig}/profile", {"profile": name})
    back = await undo_of_last(asked.rest, rig, ROOM, number)
    return Done(said=f"{name} is in force. Nothing moved.", undo=back)


async def _shelve(asked: Asked) -> Done:
    """Take a profile out of the archive, or put it there."""
    name, archived = asked.text("profile"), asked.text("archived") == "yes"
    number = await newest_change(asked.rest)
    await asked.rest.ask("PATCH", f"profiles/{name}", {"archived": archived})
    back = await undo_of_last(asked.rest, asked.rig.name, ROOM, number)
    return Done(said=f"{name} is {'archived' if archived else 'restored'}.", undo=back)


async def _answer(asked: Asked) -> Done:
    """The owner's answer to a question, or the end of one."""
    rig, key = asked.rig, asked.text("key")
    forget = "forget" in asked.form
    question = next((one for one in rig.questions.questions if one.key == key), None)
    value = None if forget else _value(asked, question)
    body = {"key": key, "value": value}
    await asked.rest.ask("POST", f"rigs/{rig.name}/answers", body)
    if forget:
        return Done(said=f"{key}: the answer was taken back. Nothing moved.")
    back = Press(
        label="Undo",
        address=address_of(rig.name, ROOM, "answer"),
        fields={"key": key, "forget": "yes"},
    )
    return Done(said=f"{key}: {value}. Nothing moved.", undo=back)


def _value(asked: Asked, question: RigQuestion | None) -> str:
    """The answer as text: a number with its word, where the question has both."""
    value = asked.text("value")
    if question is not None and question.kind is AnswerKind.NUMBER:
        value = value.replace(",", ".")
    word = asked.text("word", "")
    return f"{value} {word}" if word else value


async def _confirm(asked: Asked) -> Done:
    """A human's word: the profile is right, whatever contradicts it."""
    answer = await asked.rest.ask("POST", f"rigs/{asked.rig.name}/profile/confirm", {})
    return Done(said=f"The profile is right: {answer['confirmed']} contradictions are settled.")


ROOM = Room(
    slug="equipment",
    title="Equipment",
    template="equipment.html",
    show=_show,
    actions=(
        Action("switch", _switch),
        Action("archive", _shelve),
        Action("answer", _answer),
        Action("confirm", _confirm),
        Action("undo", undo),
    ),
)
