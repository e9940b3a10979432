"""Every alert with its begin and its end, whether or not anybody was told."""

from datetime import UTC, datetime, timedelta

from rigd.store.database import Store, now_text
from rigd.view.alerts import OpenAlert

UNSEEN = timedelta(minutes=20)
"""One that lasts is seen again each ten minutes; after twice that nobody has looked."""
COMPUTER = "computer"
"""Whose an alert is that concerns every rig."""


def keep_open_alerts(store: Store, alerts: tuple[OpenAlert, ...]) -> None:
    """Keep which alerts are open now: new ones begin, and those that are not among them end."""
    now = now_text()
    with store.transaction() as db:
        rows = list(db.query("select id, kind, about, seen_at from alerts where ended_at is null"))
        known = {(row["kind"], row["about"]): row["id"] for row in rows}
        seen = {row["id"]: row["seen_at"] for row in rows}
        for alert in alerts:
            number = known.pop((str(alert.kind), alert.about), None)
            if number is None:
                db.execute(
                    "insert into alerts (kind, about, sentence, ends_when, began_at, seen_at)"
                    " values (?, ?, ?, ?, ?, ?)",
                    [alert.kind, alert.about, alert.sentence, alert.ends_when, now, now],
                )
            else:
                db.execute(
                    "update alerts set sentence = ?, ends_when = ?, seen_at = ? where id = ?",
                    [alert.sentence, alert.ends_when, now, number],
                )
        since = (datetime.now(UTC) - UNSEEN).isoformat(timespec="milliseconds")
        for number in known.values():
            # Nobody knows how long one lasted that was open when rigd ended: until then, at least.
            ended = now if seen[number] >= since else seen[number]
            db.execute("update alerts set ended_at = ? where id = ?", [ended, number])
