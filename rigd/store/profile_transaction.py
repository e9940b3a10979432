"""A change of profiles with all that follows from it in the store, in one transaction.

Runs that were made before belong to the light path and the filters of before. What the owner
answered goes and comes with the profile that it was about. A profile in which more is stated than
before, and nothing otherwise, keeps what was learnt with it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rigd.config import Config, profile_relations
from rigd.equipment.answers import fill_gaps
from rigd.equipment.fingerprint import filter_fingerprints, has_contradiction, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.errors import RefusedError
from rigd.setup.fit_priors import names_of
from rigd.store.answers import read_answers
from rigd.store.database import Store
from rigd.store.fits import move_to_light_path
from rigd.store.profiles import StoredProfile, dry_run, read_profiles_in_force
from rigd.store.run_owners import assign_runs

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRig:
    """A rig whose profile in force says something else after a change."""

    rig: str
    before: EquipmentProfile | None
    after: EquipmentProfile


def carry_out(
    store: Store,
    work: Callable[[Store], T],
    *,
    back: bool = False,
    renamed: frozenset[str] = frozenset(),
) -> T:
    """Carry out a change of the profiles, all of it or nothing.

    Args:
        store: the store.
        work: one of the changes in `store.profiles`.
        back: whether it takes back an earlier one: then what was filled in is unknown as before.
        renamed: rigs whose focuser has another name by it, and is the same.

    Raises:
        RigdError: whatever `work` raises; nothing is changed then.
    """
    with store.transaction():
        before = _fill_in_answers(store)
        for rig, (_, profile) in before.items():
            assign_runs(
                store, rig, light_path(profile), names_of(profile), filter_fingerprints(profile)
            )
        done = work(store)
        for rig, stored in read_profiles_in_force(store).items():
            old = before.get(rig)
            if old is None:
                continue
            if old[0].number != stored.number:
                _change_answers(store, rig, old[0], stored)
                continue
            was, now = old[1], fill_gaps(stored.profile, read_answers(store, rig))
            same = rig in renamed or is_same_light_path(was, now, back=back)
            if same and light_path(was) != light_path(now):
                move_to_light_path(store, rig, light_path(was), light_path(now))
        return done


def is_same_light_path(before: EquipmentProfile, after: EquipmentProfile, *, back: bool) -> bool:
    """Whether a changed profile is of the same light path, of which more is known, or again less.

    Args:
        before: what was in force.
        after: what is in force now.
        back: whether an earlier change was taken back.
    """
    return not has_contradiction(before, after) or (back and not has_contradiction(after, before))


def foresee(
    store: Store, work: Callable[[Store], object], config: Config
) -> tuple[AffectedRig, ...]:
    """The rigs that a change would concern; nothing is changed.

    Raises:
        RefusedError: a profile would not fit the configuration.
        RigdError: whatever `work` raises.
    """
    before = read_profiles_in_force(store)
    with dry_run(store):
        work(store)
        after = read_profiles_in_force(store)
    wrong = _find_contradictions(config, after)
    if wrong := [line for line in wrong if line not in _find_contradictions(config, before)]:
        raise RefusedError("; ".join(wrong))
    return tuple(
        AffectedRig(
            rig=rig,
            before=before[rig].profile if rig in before else None,
            after=stored.profile,
        )
        for rig, stored in after.items()
        if rig not in before or not _is_same(before[rig], stored)
    )


def _find_contradictions(config: Config, stored: Mapping[str, StoredProfile]) -> list[str]:
    profiles = {rig: one.profile for rig, one in stored.items()}
    return [str(misfit) for misfit in profile_relations(config, profiles)]


def _is_same(before: StoredProfile, after: StoredProfile) -> bool:
    return (before.number, before.profile) == (after.number, after.profile)


def _fill_in_answers(store: Store) -> Mapping[str, tuple[StoredProfile, EquipmentProfile]]:
    return {
        rig: (stored, fill_gaps(stored.profile, read_answers(store, rig)))
        for rig, stored in read_profiles_in_force(store).items()
    }


def _change_answers(store: Store, rig: str, old: StoredProfile, new: StoredProfile) -> None:
    """What was answered about one profile is nothing that was answered about another."""
    with store.transaction() as db:
        rows = [dict(row) for row in db.table("answers").rows_where("rig = ?", [rig])]
        db.execute(
            "insert or replace into shelved_answers (rig, profile_id, answers) values (?, ?, ?)",
            [rig, old.number, json.dumps(rows)],
        )
        db.execute("delete from answers where rig = ?", [rig])
        shelved = db.execute(
            "select answers from shelved_answers where rig = ? and profile_id = ?",
            [rig, new.number],
        ).fetchone()
        if shelved is not None:
            db.table("answers").insert_all(json.loads(shelved[0]))
