"""What each rig's devices were when they were last seen.

So two rigs on one focuser are found at once after a start, and a device that is away has its name.
"""

import json
from collections.abc import Mapping, Sequence

from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.store.database import Store, now_text

# The table and its column are older than the other devices in it.


def keep_devices(
    store: Store, rig: str, devices: Sequence[DeviceIdentity], addresses: Mapping[str, str]
) -> None:
    """Keep what a rig's devices are.

    Args:
        store: the database.
        rig: its name.
        devices: of each, its name and all that tells it from others.
        addresses: each server's, as the configuration has it.
    """
    kept = [
        {
            "server": one.ref.server,
            "key": one.ref.key,
            "protocol": one.protocol,
            "name": one.name,
            "kinds": sorted(one.kinds),
            "unique_id": one.unique_id,
            "place": one.place,
            "address": addresses.get(one.ref.server),
        }
        for one in devices
    ]
    with store.transaction() as db:
        db.execute(
            "insert or replace into known_focusers (rig, focusers, at) values (?, ?, ?)",
            [rig, json.dumps(kept), now_text()],
        )


def read_devices(
    store: Store, rig: str, addresses: Mapping[str, str]
) -> tuple[DeviceIdentity, ...]:
    """What a rig's devices were, of those whose server still has the same address."""
    with store.transaction() as db:
        found = db.execute("select focusers from known_focusers where rig = ?", [rig]).fetchone()
    return tuple(
        DeviceIdentity(
            ref=DeviceRef(row["server"], row["key"]),
            protocol=WireProtocol(row["protocol"]),
            name=row["name"],
            kinds=frozenset(DeviceKind(kind) for kind in row.get("kinds", (DeviceKind.FOCUSER,))),
            unique_id=row["unique_id"],
            place=row["place"],
        )
        for row in (json.loads(found[0]) if found else [])
        if row["address"] == addresses.get(row["server"])
    )
