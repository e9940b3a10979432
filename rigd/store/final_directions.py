"""In which direction each rig's autofocus ends, as it was learnt."""

from rigd.focus.state.backlash import FinalDirection
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database


def put_final_direction(
    db: Database, rig: str, light_path_id: str, direction: FinalDirection
) -> None:
    """Keep the direction, and the light path in which it was learnt."""
    db.execute(
        "insert or replace into approaches (rig, epoch, direction, at) values (?, ?, ?, ?)",
        [rig, light_path_id, direction, now_text()],
    )


def read_final_direction(store: Store, rig: str, light_path_id: str) -> FinalDirection | None:
    """In which direction the rig's autofocus ends; None if steps meant something else."""
    with store.transaction() as db:
        row = db.execute(
            "select direction from approaches where rig = ? and epoch = ?", [rig, light_path_id]
        ).fetchone()
    return None if row is None else FinalDirection(row[0])
