"""What each rig's focusers were when they were last seen: two rigs on one are found at once."""

import json
from collections.abc import Mapping, Sequence

from rigd.devices.identity import DeviceIdentity, DeviceRef, WireProtocol
from rigd.store.database import Store, now_text


def keep_focusers(
    store: Store, rig: str, focusers: Sequence[DeviceIdentity], addresses: Mapping[str, str]
) -> None:
    """Keep what a rig's focusers are.

    Args:
        store: the database.
        rig: its name.
        focusers: of each, all that tells it from others.
        addresses: each server's, as the configuration has it.
    """
    kept = [
        {
            "server": one.ref.server,
            "key": one.ref.key,
            "protocol": one.protocol,
            "name": one.name,
            "unique_id": one.unique_id,
            "place": one.place,
            "address": addresses.get(one.ref.server),
        }
        for one in focusers
    ]
    with store.transaction() as db:
        db.execute(
            "insert or replace into known_focusers (rig, focusers, at) values (?, ?, ?)",
            [rig, json.dumps(kept), now_text()],
        )


def read_focusers(
    store: Store, rig: str, addresses: Mapping[str, str]
) -> tuple[DeviceIdentity, ...]:
    """What a rig's focusers were, of those whose server still has the same address."""
    with store.transaction() as db:
        found = db.execute("select focusers from known_focusers where rig = ?", [rig]).fetchone()
    return tuple(
        DeviceIdentity(
            ref=DeviceRef(row["server"], row["key"]),
            protocol=WireProtocol(row["protocol"]),
            name=row["name"],
            unique_id=row["unique_id"],
            place=row["place"],
        )
        for row in (json.loads(found[0]) if found else [])
        if row["address"] == addresses.get(row["server"])
    )
