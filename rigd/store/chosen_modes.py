"""The modes that were chosen while running: each wins over the configuration's."""

from rigd.focus.state.settings import Mode
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database
from rigd.view.status import ModeChoice


def put_mode(db: Database, rig: str, mode: Mode, by: str) -> None:
    """Keep the mode that somebody chose."""
    db.execute(
        "insert or replace into modes (rig, mode, by, at) values (?, ?, ?, ?)",
        [rig, mode, by, now_text()],
    )


def read_mode_choice(store: Store, rig: str) -> ModeChoice | None:
    """The mode that was last chosen while running; None if it is the configuration's."""
    with store.transaction() as db:
        row = db.execute("select mode, by, at from modes where rig = ?", [rig]).fetchone()
    return None if row is None else ModeChoice(mode=Mode(row[0]), by=row[1], at=row[2])
