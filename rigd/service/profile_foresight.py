"""What another profile would change on a rig, worked out beside the loop; nothing is changed."""

import asyncio
from collections.abc import Sequence
from time import monotonic

from rigd.catalog.catalog import Catalog
from rigd.config import RigConfig
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_diff import profile_changes
from rigd.focus.profile_switch import change_profile
from rigd.focus.state.requests import ProfileChanged
from rigd.focus.state.settings import FilterSlot
from rigd.service.learning import Learning
from rigd.service.running_rig import RunningRig, slots_with_learnt
from rigd.setup.derive import SetupDeriver
from rigd.store.profile_transaction import is_same_light_path
from rigd.view.profile_effect import FilterEffect, ProfileEffect, StatedChange


async def foresee_profile(
    running: RunningRig,
    config: RigConfig,
    after: EquipmentProfile,
    catalog: Catalog,
    learning: Learning,
) -> ProfileEffect:
    """What would be another thing if a profile were in force on a rig now.

    Args:
        running: the rig.
        config: what the configuration says of it.
        after: the profile.
        catalog: the catalog.
        learning: knows what runs taught of each light path.
    """
    given, rig = running.given, running.rig
    deriver = SetupDeriver(config, after, catalog)
    settings = deriver.settings(given)
    fit = await learning.recall(running.name, settings.light_path_id)
    changed = ProfileChanged(at_s=monotonic(), settings=settings, starts_over=True, sentence="")
    derived = await asyncio.to_thread(
        lambda: deriver.derive(change_profile(rig, changed).rig, given, fit)
    )
    slots = slots_with_learnt(derived, fit)
    stated = profile_changes(running.deriver.profile, after)
    same = is_same_light_path(running.derived.profile, derived.profile, back=False)
    return ProfileEffect(
        rig=running.name,
        profile=after.name,
        changes=tuple(
            StatedChange(key=one.key, before=one.before, after=one.after) for one in stated
        ),
        filters=_filter_effects(rig.settings.slots, slots),
        other_light_path=settings.light_path_id != rig.settings.light_path_id and not same,
    )


def _filter_effects(
    before: Sequence[FilterSlot], after: Sequence[FilterSlot]
) -> tuple[FilterEffect, ...]:
    """The slots whose name or offset differs."""
    old = {slot.filter_position: slot for slot in before}
    new = {slot.filter_position: slot for slot in after}
    found = []
    for position in sorted({*old, *new}):
        was, is_now = old.get(position), new.get(position)
        effect = FilterEffect(
            filter_position=position,
            name_before=None if was is None else was.name,
            name_after=None if is_now is None else is_now.name,
            steps_before=None if was is None else was.focus_offset_steps,
            steps_after=None if is_now is None else is_now.focus_offset_steps,
            state_before=None if was is None else was.state,
            state_after=None if is_now is None else is_now.state,
        )
        if (effect.name_before, effect.steps_before, effect.state_before) != (
            effect.name_after,
            effect.steps_after,
            effect.state_after,
        ):
            found.append(effect)
    return tuple(found)
