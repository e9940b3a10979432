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


def read_diary(store: Store, rig: str, most: int = PAGE_LINES) -> tuple[DiaryRow, ...]:
    """The newest lines of a rig's diary, newest first."""
    with store.transaction() as db:
        rows = db.query(
            "select id, rig, at, weight, result, sentence from diary where rig = ?"
            " order by id desc limit ?",
            [rig, most],
        )
        return tuple(DiaryRow(**row) for row in rows)
