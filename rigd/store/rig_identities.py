"""The rigs: the number and the UniqueIDs by which Alpaca's clients know each for ever."""

import uuid

from rigd.store.database import Store
from rigd.view.rig import RigIdentity


def identify_rig(store: Store, rig: str) -> RigIdentity:
    """The rig's number and UniqueIDs, made at first sight."""
    with store.transaction() as db:
        db.execute(
            "insert or ignore into rigs (name, number, wheel_id, focuser_id, safety_id)"
            " values (?, (select coalesce(max(number) + 1, 0) from rigs), ?, ?, ?)",
            [rig, *(str(uuid.uuid4()) for _ in range(3))],
        )
        number, wheel_id, focuser_id, safety_id = db.execute(
            "select number, wheel_id, focuser_id, safety_id from rigs where name = ?", [rig]
        ).fetchone()
    return RigIdentity(number=number, wheel_id=wheel_id, focuser_id=focuser_id, safety_id=safety_id)
