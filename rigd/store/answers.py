"""What the owner answered about each rig."""

import json
from collections.abc import Mapping

from rigd.equipment.answers import AnswerSubject, GivenAnswer
from rigd.store.database import Store


def read_answers(store: Store, rig: str) -> tuple[GivenAnswer, ...]:
    """What the owner answered about a rig, oldest first."""
    with store.transaction() as db:
        rows = list(db.query("select * from answers where rig = ? order by at, key", [rig]))
    return tuple(
        GivenAnswer(
            key=row["key"],
            value=json.loads(row["value"]),
            at=row["at"],
            by=row["by"],
            belongs_to=AnswerSubject(role=row["role"], name=row["name"], entry=row["entry"])
            if row["role"]
            else None,
        )
        for row in rows
    )


def keep_answers(store: Store, rig: str, answers: tuple[GivenAnswer, ...]) -> None:
    """Keep exactly these answers about a rig."""
    with store.transaction() as db:
        db.execute("delete from answers where rig = ?", [rig])
        for answer in answers:
            belongs, value = answer.belongs_to, answer.value
            db.execute(
                "insert into answers (rig, key, value, at, by, role, name, entry)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    rig,
                    answer.key,
                    json.dumps(dict(value) if isinstance(value, Mapping) else value),
                    answer.at,
                    answer.by,
                    belongs.role if belongs else None,
                    belongs.name if belongs else None,
                    belongs.entry if belongs else None,
                ],
            )
