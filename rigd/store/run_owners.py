"""To which profile and which physical filter a run belongs: claimed when it comes, for ever."""

from collections.abc import Mapping

from rigd.files.text import comparable_name
from rigd.store.database import Store


def assign_runs(
    store: Store,
    rig: str,
    light_path_id: str,
    names: Mapping[str, str],
    filter_fingerprints: Mapping[str, str],
) -> frozenset[str]:
    """Runs of a light path that belong to no filter yet belong to the one that has their name now.

    Args:
        store: the store.
        rig: whose runs.
        light_path_id: the light path in force.
        names: keys of filters by every name that a log may use.
        filter_fingerprints: the fingerprint of every filter, by key.

    Returns:
        The keys of the runs that belong to a filter now and did not before.
    """
    claimed: set[str] = set()
    with store.transaction() as db:
        unclaimed = "rig = ? and epoch = ? and glass is null"
        db.execute(
            "update runs set profile_id ="
            " (select profile_id from profiles_in_force where rig = runs.rig)"
            " where rig = ? and epoch = ? and profile_id is null",
            [rig, light_path_id],
        )
        rows = db.execute(
            f"select distinct filter from runs where {unclaimed} and filter is not null",  # noqa: S608 - ours
            [rig, light_path_id],
        ).fetchall()
        for (name,) in rows:
            glass = filter_fingerprints.get(names.get(comparable_name(name), ""))
            if glass is not None:
                done = db.execute(
                    f"update runs set glass = ? where {unclaimed} and filter = ? returning key",  # noqa: S608
                    [glass, rig, light_path_id, name],
                )
                claimed |= {key for (key,) in done.fetchall()}
    return frozenset(claimed)
