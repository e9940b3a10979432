"""Frames that began out of focus, with the filter and how far the focuser was off."""

from rigd.store.database import Store, now_text


def keep_early_frames(
    store: Store, rig: str, filter_name: str, frames: int, off_steps: int | None
) -> None:
    """Keep that so many more frames began out of focus; `off_steps` is None where nobody knows."""
    with store.transaction() as db:
        db.execute(
            "insert into early_frames (rig, at, filter, frames, off_steps) values (?, ?, ?, ?, ?)",
            [rig, now_text(), filter_name, frames, off_steps],
        )
