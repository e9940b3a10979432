"""A night as it is stored: its own rows alone, read beside the writer, within a limit."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rigd.alert_settings import AlertKind
from rigd.errors import StoreError
from rigd.focus.state.effects import DiaryLine, Severity
from rigd.store import nights
from rigd.store.alert_journal import keep_open_alerts
from rigd.store.database import Store
from rigd.store.diary import put_diary_line
from rigd.store.early_frames import keep_early_frames
from rigd.store.nights import read_night
from rigd.store.temperatures import note_focuser
from rigd.view.alerts import OpenAlert
from rigd.view.night import Night, NightFacts, night_at, night_on

NAMES = {"ha": "H-alpha"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "rigd.db")


def tonight() -> Night:
    return night_at(datetime.now(UTC), UTC)


def read(store: Store, night: Night | None = None, limit_s: float = 60.0) -> NightFacts:
    return read_night(store.path, "one", night or tonight(), NAMES, limit_s)


def alert(kind: AlertKind = AlertKind.DISK_FULL, about: str = "computer") -> OpenAlert:
    return OpenAlert(kind=kind, about=about, sentence="it is full", ends_when="not", told=True)


def test_a_night_has_what_was_written_in_it_and_is_read_while_a_write_is_open(
    store: Store,
) -> None:
    with store.transaction() as db:
        put_diary_line(db, "one", DiaryLine(sentence="L to Ha: done", result="done"))
        put_diary_line(db, "one", DiaryLine(sentence="look", severity=Severity.WARNING))
        put_diary_line(db, "other", DiaryLine(sentence="of another rig", result="done"))
    note_focuser(store, "one", temperature_c=4.5, raw_steps=1000, filter_key="ha")
    keep_early_frames(store, "one", "H-alpha", 2, None)

    with store.transaction() as db:
        put_diary_line(db, "one", DiaryLine(sentence="not committed yet"))
        found = read(store)

    assert [line.sentence for line in found.changes] == ["L to Ha: done"]
    assert [line.sentence for line in found.warnings] == ["look"]
    assert [(s.raw_steps, s.temperature_c, s.filter) for s in found.samples] == [
        (1000, 4.5, "H-alpha")
    ]
    assert [(one.filter, one.frames, one.off_steps) for one in found.early_frames] == [
        ("H-alpha", 2, None)
    ]
    before = night_on(tonight().day - timedelta(days=1), UTC)
    assert read(store, before) == NightFacts()
    store.close()


def test_an_alert_is_of_every_night_in_which_it_was_open(store: Store) -> None:
    keep_open_alerts(store, (alert(), alert(AlertKind.DEVICE_LOST, "other")))
    began = read(store).alerts
    keep_open_alerts(store, (alert(),))
    keep_open_alerts(store, ())

    ended = read(store).alerts

    assert [(one.kind, one.ended_at) for one in began] == [(AlertKind.DISK_FULL, None)]
    assert len(ended) == 1
    assert ended[0].ended_at is not None
    assert read(store, night_on(tonight().day + timedelta(days=1), UTC)).alerts == ()
    store.close()


def test_an_alert_that_nobody_saw_end_ended_when_it_was_seen_last(store: Store) -> None:
    keep_open_alerts(store, (alert(),))
    long_ago = "2026-01-01T03:00:00.000+00:00"
    with store.transaction() as db:
        db.execute("update alerts set began_at = ?, seen_at = ?", [long_ago, long_ago])

    keep_open_alerts(store, ())

    (one,) = read(store, night_on(date(2025, 12, 31), UTC)).alerts
    assert one.ended_at == long_ago
    store.close()


def test_a_night_of_too_much_has_the_newest_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nights, "MOST", 3)
    with store.transaction() as db:
        for number in range(5):
            put_diary_line(db, "one", DiaryLine(sentence=f"{number}", result="done"))

    found = read(store)

    assert [line.sentence for line in found.changes] == ["2", "3", "4"]
    assert found.left_out == ("only the newest 3 lines of the diary of the night are here",)
    store.close()


def test_what_takes_too_long_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "_STEPS", 1)
    with store.transaction() as db:
        put_diary_line(db, "one", DiaryLine(sentence="a line"))

    with pytest.raises(StoreError, match="not within"):
        read(store, limit_s=-1.0)
    store.close()
