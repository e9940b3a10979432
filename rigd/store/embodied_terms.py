"""What of rigd's was in the focuser's position since when: it turns logical runs into raw ones."""

from rigd.focus.state.ledger import Ledger
from rigd.store.database import now_text
from rigd.store.sqlite import Database


def note_embodied(db: Database, rig: str, ledger: Ledger) -> None:
    """Keep what is embodied now, if it is another sum or filter than before."""
    now = (ledger.embodied.total_steps if ledger.embodied else None, ledger.embodied_filter)
    last = db.execute(
        "select steps, filter_key from embodied where rig = ? order by id desc limit 1", [rig]
    ).fetchone()
    if last is None or tuple(last) != now:
        db.execute(
            "insert into embodied (rig, at, steps, filter_key) values (?, ?, ?, ?)",
            [rig, now_text(), *now],
        )
