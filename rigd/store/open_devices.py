"""The clients that have each virtual device open: they find it so after a restart."""

import json

from rigd.store.database import Store


def read_open_devices(store: Store) -> dict[str, tuple[str, ...]]:
    """The clients that have each virtual device open, by its UniqueID."""
    with store.transaction() as db:
        rows = db.execute("select unique_id, clients from opened").fetchall()
    return {unique_id: tuple(json.loads(clients)) for unique_id, clients in rows}


def keep_open_device(store: Store, unique_id: str, clients: tuple[str, ...]) -> None:
    """Keep which clients have a virtual device open."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into opened (unique_id, clients) values (?, ?)",
            [unique_id, json.dumps(clients)],
        )
