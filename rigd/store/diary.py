"""The diary of each rig: what happened, in sentences."""

from rigd.focus.state.effects import DiaryLine
from rigd.store.database import Store, now_text
from rigd.store.sqlite import Database
from rigd.view.diary import DiaryRow

PAGE_LINES = 50
"""So many lines are read unless somebody asks for more: about an evening's."""


def put_diary_line(db: Database, rig: str, line: DiaryLine) -> None:
    """Write a line with the time of now."""
    db.execute(
        "insert into diary (rig, at, weight, result, sentence) values (?, ?, ?, ?, ?)",
        [rig, now_text(), line.severity, line.result, line.sentence],
    )


def read_diary(
    store: Store, rig: str, most: int = PAGE_LINES, up_to: int | None = None
) -> tuple[DiaryRow, ...]:
    """The newest lines of a rig's diary, newest first; none with an `id` above `up_to`."""
    with store.transaction() as db:
        rows = db.query(
            "select id, rig, at, weight, result, sentence from diary where rig = ?"
            " and id <= ifnull(?, id) order by id desc limit ?",
            [rig, up_to, most],
        )
        return tuple(DiaryRow(**row) for row in rows)


def newest_line(store: Store) -> int:
    """The `id` of the newest line of any rig; 0: there is none."""
    with store.transaction() as db:
        (row,) = db.query("select ifnull(max(id), 0) as id from diary")
        return int(row["id"])
