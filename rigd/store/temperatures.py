"""Where each focuser stood through the night, at what temperature, and with which filter."""

from rigd.store.database import Store, now_text


def note_focuser(
    store: Store,
    rig: str,
    *,
    temperature_c: float | None,
    raw_steps: int | None,
    filter_key: str | None,
) -> None:
    """Keep a focuser as it is now; what is not known is None."""
    with store.transaction() as db:
        db.execute(
            "insert into temperatures (rig, at, temperature_c, raw_steps, filter_key)"
            " values (?, ?, ?, ?, ?)",
            [rig, now_text(), temperature_c, raw_steps, filter_key],
        )
