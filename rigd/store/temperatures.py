"""The temperature of each focuser through the night."""

from rigd.store.database import Store, now_text


def note_temperature(store: Store, rig: str, temperature_c: float) -> None:
    """Keep a focuser's temperature as it is now."""
    with store.transaction() as db:
        db.execute(
            "insert into temperatures (rig, at, temperature_c) values (?, ?, ?)",
            [rig, now_text(), temperature_c],
        )
