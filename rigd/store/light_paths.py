"""What frames and the focuser said of a light path, and what its owner called right."""

from rigd.setup.focal_length_check import Evidence
from rigd.store.database import Store, now_text


def read_solved_mm(store: Store, rig: str, light_path: str) -> float | None:
    """The focal length that the newest solved frame of this light path gave."""
    with store.transaction() as db:
        row = db.execute(
            "select focal_length_mm from solved where rig = ? and light_path = ?",
            [rig, light_path],
        ).fetchone()
    return None if row is None else float(row[0])


def keep_solved(store: Store, rig: str, light_path: str, focal_length_mm: float, by: str) -> None:
    """Keep what a solved frame gave."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into solved (rig, light_path, focal_length_mm, at, by)"
            " values (?, ?, ?, ?, ?)",
            [rig, light_path, focal_length_mm, now_text(), by],
        )


def read_confirmed(store: Store, rig: str, light_path: str) -> tuple[Evidence, ...]:
    """What was called no contradiction while this light path was in force."""
    with store.transaction() as db:
        rows = db.execute(
            "select source, focal_length_mm from confirmed_trains where rig = ? and light_path = ?",
            [rig, light_path],
        ).fetchall()
    return tuple(Evidence(source=row[0], focal_length_mm=row[1]) for row in rows)


def keep_confirmed(store: Store, rig: str, light_path: str, one: Evidence, by: str) -> None:
    """The profile is right, whatever this says."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into confirmed_trains"
            " (rig, light_path, source, focal_length_mm, at, by) values (?, ?, ?, ?, ?, ?)",
            [rig, light_path, one.source, one.focal_length_mm, now_text(), by],
        )


def read_step_meaning(store: Store, rig: str, light_path: str) -> str | None:
    """What the focuser said of its steps when this light path was taken up or last confirmed."""
    with store.transaction() as db:
        row = db.execute(
            "select sense from senses where rig = ? and light_path = ?", [rig, light_path]
        ).fetchone()
    return None if row is None else str(row[0])


def keep_step_meaning(store: Store, rig: str, light_path: str, said: str, by: str) -> None:
    """Keep what the focuser says of its steps."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into senses (rig, light_path, sense, at, by) values (?, ?, ?, ?, ?)",
            [rig, light_path, said, now_text(), by],
        )


def read_confirmed_labels(store: Store, rig: str) -> frozenset[str]:
    """What the wheels' labels said that was called no contradiction, against which slots."""
    with store.transaction() as db:
        rows = db.execute("select evidence from confirmed_labels where rig = ?", [rig]).fetchall()
    return frozenset(str(row[0]) for row in rows)


def keep_confirmed_labels(store: Store, rig: str, evidence: str, by: str) -> None:
    """The profile's slots are right, whatever these labels say."""
    with store.transaction() as db:
        db.execute(
            "insert or replace into confirmed_labels (rig, evidence, at, by) values (?, ?, ?, ?)",
            [rig, evidence, now_text(), by],
        )
