"""What rigd has written into the tables of other programs, and what they had before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rigd.store.database import Store, now_text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """The table of a program beside a rig; offsets in steps by 0-based slot."""

    original: Mapping[int, int]
    written: Mapping[int, int]
    wish: str
    at: str


def read_program_table(store: Store, rig: str, server: str) -> StoredTable | None:
    """What was written there; None: nothing, or it was given back."""
    with store.transaction() as db:
        row = db.execute(
            "select original, written, wish, at from program_tables where rig = ? and server = ?",
            [rig, server],
        ).fetchone()
    if row is None:
        return None
    return StoredTable(original=_steps(row[0]), written=_steps(row[1]), wish=row[2], at=row[3])


def read_program_tables(store: Store) -> Mapping[tuple[str, str], StoredTable]:
    """All that was written and not given back, by rig and server, whatever is configured now."""
    with store.transaction() as db:
        rows = db.execute(
            "select rig, server, original, written, wish, at from program_tables "
            "order by rig, server"
        ).fetchall()
    return {
        (row[0], row[1]): StoredTable(
            original=_steps(row[2]), written=_steps(row[3]), wish=row[4], at=row[5]
        )
        for row in rows
    }


def put_program_table(store: Store, rig: str, server: str, table: StoredTable | None) -> None:
    """Keep it; None: it was given back."""
    with store.transaction() as db:
        db.execute("delete from program_tables where rig = ? and server = ?", [rig, server])
        if table is not None:
            db.table("program_tables").insert(
                {
                    "rig": rig,
                    "server": server,
                    "original": json.dumps(dict(table.original)),
                    "written": json.dumps(dict(table.written)),
                    "wish": table.wish,
                    "at": table.at or now_text(),
                }
            )


def _steps(text: str) -> dict[int, int]:
    return {int(slot): int(steps) for slot, steps in json.loads(text).items()}
