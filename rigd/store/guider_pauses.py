"""The guiders that rigd paused: one that is left paused by a crash must go on again."""

from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


def put_guider_pause(db: Database, rig: str, *, paused: bool) -> None:
    """Keep that rigd pauses the guider, before it does; or that it guides again."""
    db.execute("delete from guider_pauses where rig = ?", [rig])
    if paused:
        db.execute("insert into guider_pauses (rig, at) values (?, ?)", [rig, now_text()])


def is_guider_paused(store: Store, rig: str) -> bool:
    """Whether rigd had paused the rig's guider and not let it go on."""
    with store.transaction() as db:
        found = db.execute("select 1 from guider_pauses where rig = ?", [rig]).fetchone()
    return found is not None
