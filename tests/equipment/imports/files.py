"""The files of other programs that the tests read, shaped after the public formats."""

import sqlite3
from contextlib import closing
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def database(*changes: str) -> bytes:
    """Ekos's user database, after some more statements."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((FIXTURES / "userdb.sql").read_text(encoding="utf-8"))
        for change in changes:
            connection.execute(change)
        connection.commit()
        return connection.serialize()
