"""The store: SQLite with the rigs' identities, their ledgers, the journal of moves and the diary.

Every write is one transaction, durable before it returns (WAL, `synchronous=FULL`).
"""

import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from rigd.equipment.answers import AnswerSubject, GivenAnswer
from rigd.errors import StoreError
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import (
    DiaryLine,
    Effect,
    JournalIntent,
    JournalOutcome,
    Remember,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
    RememberPause,
)
from rigd.focus.state.ledger import Ledger, Part, TemperatureBase, Terms
from rigd.focus.state.rig import FocuserMove, MoveLeg
from rigd.focus.state.settings import Mode
from rigd.store.migrations import migrate
from rigd.view.rig import RigIdentity
from rigd.view.status import ModeChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the store remembers of a rig's focus."""

    ledger: Ledger
    move: FocuserMove | None
    moves_begun: int
    mode: Mode
    light_path_id: str


def guide_name(rig: str) -> str:
    """What a rig's guide focuser is kept under; no rig can be called so."""
    return f"{rig}/guide"


class Store:
    """One database file. Use it from one thread at a time.

    Raises:
        StoreError: the file cannot be opened, is not rigd's, or was written by a newer rigd.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, check_same_thread=False)
            self._db = Database(self._connection)
            self._db.enable_wal()
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA busy_timeout=5000")
            migrate(self._db, path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def identity(self, rig: str) -> RigIdentity:
        """The rig's number and UniqueIDs, made at first sight."""
        with _translated(self.path), self._db.atomic():
            rows = list(self._db.table("rigs").rows_where("name = ?", [rig]))
            if not rows:
                number = self._db.execute(
                    "select coalesce(max(number) + 1, 0) from rigs"
                ).fetchone()
                self._db.table("rigs").insert(
                    {
                        "name": rig,
                        "number": number[0],
                        "wheel_id": str(uuid.uuid4()),
                        "focuser_id": str(uuid.uuid4()),
                        "safety_id": str(uuid.uuid4()),
                    }
                )
                rows = list(self._db.table("rigs").rows_where("name = ?", [rig]))
            row = rows[0]
        return RigIdentity(
            number=row["number"],
            wheel_id=row["wheel_id"],
            focuser_id=row["focuser_id"],
            safety_id=row["safety_id"],
        )

    def memory(self, rig: str) -> Memory | None:
        """What is remembered of a rig's focus; None if it was never seen."""
        with _translated(self.path):
            rows = list(self._db.table("ledgers").rows_where("rig = ?", [rig]))
        if not rows:
            return None
        row = rows[0]
        return Memory(
            ledger=_ledger(json.loads(row["ledger"])),
            move=_move(json.loads(row["flight"])) if row["flight"] else None,
            moves_begun=row["flights"],
            mode=Mode(row["mode"]),
            light_path_id=row["epoch"],
        )

    def write(  # noqa: PLR0912 - one per effect
        self, rig: str, mode: Mode, light_path_id: str, effects: tuple[Effect, ...]
    ) -> None:
        """Carry out the storing effects among `effects`, all or none of them."""
        with _translated(self.path), self._db.atomic():
            for effect in effects:
                match effect:
                    case Remember(ledger=ledger, move=move):
                        self._remember(_whose(rig, effect), mode, light_path_id, ledger, move)
                    case RememberMode():
                        self._remember(rig, effect.mode, light_path_id, effect.ledger, None)
                        self._db.execute(
                            "insert or replace into modes (rig, mode, by, at) values (?, ?, ?, ?)",
                            [rig, effect.mode, effect.by, _now()],
                        )
                    case RememberHold(by=by):
                        self._db.execute("delete from holds where rig = ?", [rig])
                        if by is not None:
                            self._db.execute(
                                "insert into holds (rig, by, at) values (?, ?, ?)",
                                [rig, by, _now()],
                            )
                    case RememberFault(sentence=sentence):
                        self._db.execute("delete from faults where rig = ?", [rig])
                        if sentence is not None:
                            row = {"rig": rig, "sentence": sentence, "at": _now()}
                            self._db.table("faults").insert(row)
                    case RememberFinalDirection(direction=direction):
                        row = {
                            "rig": rig,
                            "epoch": light_path_id,
                            "direction": direction,
                            "at": _now(),
                        }
                        self._db.table("approaches").upsert(row, pk="rig")
                    case RememberPause(paused=paused):
                        self._db.execute("delete from guider_pauses where rig = ?", [rig])
                        if paused:
                            self._db.execute(
                                "insert into guider_pauses (rig, at) values (?, ?)", [rig, _now()]
                            )
                    case JournalIntent(ledger=ledger, move=move):
                        self._remember(_whose(rig, effect), mode, light_path_id, ledger, move)
                        self._intend(_whose(rig, effect), move)
                    case JournalOutcome():
                        self._db.execute(
                            "update journal set ended_at = ?, result = ?, raw_steps = ?"
                            " where rig = ? and number = ?",
                            [
                                _now(),
                                effect.result,
                                effect.raw_steps,
                                _whose(rig, effect),
                                effect.number,
                            ],
                        )
                    case DiaryLine():
                        self._db.execute(
                            "insert into diary (rig, at, weight, result, sentence)"
                            " values (?, ?, ?, ?, ?)",
                            [rig, _now(), effect.severity, effect.result, effect.sentence],
                        )
                    case _:
                        pass

    def mode_choice(self, rig: str) -> ModeChoice | None:
        """The mode that was last chosen while running; None if it is the configuration's."""
        with _translated(self.path):
            rows = list(self._db.table("modes").rows_where("rig = ?", [rig]))
        if not rows:
            return None
        return ModeChoice(mode=Mode(rows[0]["mode"]), by=rows[0]["by"], at=rows[0]["at"])

    def hold(self, rig: str) -> str | None:
        """Who said hands off and since when; None: nobody, or it is over."""
        with _translated(self.path):
            rows = list(self._db.table("holds").rows_where("rig = ?", [rig]))
        return f"{rows[0]['by']} since {rows[0]['at']}" if rows else None

    def learnt_direction(self, rig: str, light_path_id: str) -> FinalDirection | None:
        """In which direction the rig's autofocus ends; None if steps meant something else."""
        with _translated(self.path):
            rows = list(self._db.table("approaches").rows_where("rig = ?", [rig]))
        fits = bool(rows) and rows[0]["epoch"] == light_path_id
        return FinalDirection(rows[0]["direction"]) if fits else None

    def fault(self, rig: str) -> str | None:
        """What was wrong with the last filter change; None: nothing."""
        with _translated(self.path):
            rows = list(self._db.table("faults").rows_where("rig = ?", [rig]))
        return str(rows[0]["sentence"]) if rows else None

    def guider_paused(self, rig: str) -> bool:
        """Whether rigd had paused the rig's guider and not let it go on."""
        with _translated(self.path):
            return any(self._db.table("guider_pauses").rows_where("rig = ?", [rig]))

    def history(self, rig: str, most: int = 50) -> list[dict[str, object]]:
        """The newest lines of a rig's diary, newest first."""
        with _translated(self.path):
            rows = self._db.table("diary").rows_where(
                "rig = ?", [rig], order_by="id desc", limit=most
            )
            return [dict(row) for row in rows]

    def opened(self) -> dict[str, tuple[str, ...]]:
        """The clients that have each virtual device open, by its UniqueID."""
        with _translated(self.path):
            rows = list(self._db.table("opened").rows)
        return {row["unique_id"]: tuple(json.loads(row["clients"])) for row in rows}

    def remember_opened(self, unique_id: str, clients: tuple[str, ...]) -> None:
        """Keep which clients have a virtual device open."""
        with _translated(self.path), self._db.atomic():
            self._db.table("opened").upsert(
                {"unique_id": unique_id, "clients": json.dumps(clients)}, pk="unique_id"
            )

    def answers(self, rig: str) -> tuple[GivenAnswer, ...]:
        """What the owner answered about a rig, oldest first."""
        with _translated(self.path):
            rows = list(self._db.table("answers").rows_where("rig = ?", [rig], order_by="at, key"))
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

    def keep_answers(self, rig: str, answers: tuple[GivenAnswer, ...]) -> None:
        """Keep exactly these answers about a rig."""
        with _translated(self.path), self._db.atomic():
            self._db.execute("delete from answers where rig = ?", [rig])
            for answer in answers:
                belongs = answer.belongs_to
                value = answer.value
                self._db.table("answers").insert(
                    {
                        "rig": rig,
                        "key": answer.key,
                        "value": json.dumps(dict(value) if isinstance(value, Mapping) else value),
                        "at": answer.at,
                        "by": answer.by,
                        "role": belongs.role if belongs else None,
                        "name": belongs.name if belongs else None,
                        "entry": belongs.entry if belongs else None,
                    }
                )

    def swapped(self, rig: str) -> str | None:
        """Key of the filter that a human last said to be in the light."""
        with _translated(self.path):
            rows = list(self._db.table("swaps").rows_where("rig = ?", [rig]))
        return str(rows[0]["filter_key"]) if rows else None

    def keep_swap(self, rig: str, filter_key: str, by: str) -> None:
        """Keep which filter a human says to be in the light."""
        with _translated(self.path), self._db.atomic():
            row = {"rig": rig, "filter_key": filter_key, "by": by, "at": _now()}
            self._db.table("swaps").upsert(row, pk="rig")

    def note_temperature(self, rig: str, temperature_c: float) -> None:
        """Keep a focuser's temperature as it is now."""
        with _translated(self.path), self._db.atomic():
            self._db.table("temperatures").insert(
                {"rig": rig, "at": _now(), "temperature_c": temperature_c}
            )

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """The database for one transaction: all of it or nothing."""
        with _translated(self.path), self._db.atomic():
            yield self._db

    def upkeep(self, keep_days: int = 400) -> int:
        """Delete what is older than `keep_days` of diary and journal, tidy the file.

        Moves without an outcome stay, and so does what was in the position when that time began.

        Returns:
            How many lines went.
        """
        with _translated(self.path):
            before = (datetime.now(UTC) - timedelta(days=keep_days)).isoformat()
            with self._db.atomic():
                gone = self._db.execute("delete from diary where at < ?", [before]).rowcount
                self._db.execute("delete from temperatures where at < ?", [before])
                gone += self._db.execute(
                    "delete from journal where intended_at < ? and ended_at is not null", [before]
                ).rowcount
                gone += self._db.execute(
                    "delete from embodied where at < ? and id not in"
                    " (select max(id) from embodied where at < ? group by rig)",
                    [before, before],
                ).rowcount
            self._db.execute("PRAGMA optimize")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def _remember(
        self, rig: str, mode: Mode, light_path_id: str, ledger: Ledger, move: FocuserMove | None
    ) -> None:
        self._db.execute(
            "insert into ledgers (rig, ledger, flight, flights, mode, epoch)"
            " values (?, ?, ?, ?, ?, ?) on conflict (rig) do update set"
            " ledger = excluded.ledger, flight = excluded.flight, mode = excluded.mode,"
            " epoch = excluded.epoch, flights = max(flights, excluded.flights)",
            [
                rig,
                json.dumps(asdict(ledger)),
                json.dumps(asdict(move)) if move else None,
                move.number if move else 0,
                mode,
                light_path_id,
            ],
        )
        self._note_embodied(rig, ledger)

    def _note_embodied(self, rig: str, ledger: Ledger) -> None:
        """What was in the focuser's position since when: it turns logical runs into raw ones."""
        now = (ledger.embodied.total_steps if ledger.embodied else None, ledger.embodied_filter)
        last = self._db.execute(
            "select steps, filter_key from embodied where rig = ? order by id desc limit 1", [rig]
        ).fetchone()
        if last is None or tuple(last) != now:
            self._db.execute(
                "insert into embodied (rig, at, steps, filter_key) values (?, ?, ?, ?)",
                [rig, _now(), *now],
            )

    def _intend(self, rig: str, move: FocuserMove) -> None:
        self._db.execute(
            "insert into journal (rig, number, intended_at, by, start_steps, target_steps, terms,"
            " filter_key) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                rig,
                move.number,
                _now(),
                move.by,
                move.start_steps,
                move.target_steps,
                json.dumps(asdict(move.terms)) if move.terms else None,
                move.filter_key,
            ],
        )


def _whose(rig: str, effect: Remember | JournalIntent | JournalOutcome) -> str:
    return guide_name(rig) if effect.guide else rig


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _ledger(data: dict[str, object]) -> Ledger:
    terms = data.pop("embodied")
    embodied = Terms(**terms) if isinstance(terms, dict) else None
    base = data.pop("temperature_base", None)
    if "sense" in data:  # written before the field had its name of today
        data["step_meaning"] = data.pop("sense")
    temperature_base = TemperatureBase(**base) if isinstance(base, dict) else None
    return Ledger(embodied=embodied, temperature_base=temperature_base, **data)  # type: ignore[arg-type]  # our own JSON


def _move(data: dict[str, object]) -> FocuserMove:
    before_trims = Part.TEMPERATURE if data.pop("for_temperature", False) else Part.FILTER
    leg = data.pop("second_leg", data.pop("onward", None))
    second_leg = MoveLeg(**_with_terms(leg)) if isinstance(leg, dict) else None  # type: ignore[arg-type]  # our own JSON
    part = Part(str(data.pop("part", before_trims)))
    return FocuserMove(second_leg=second_leg, part=part, **_with_terms(data))  # type: ignore[arg-type]  # our own JSON


def _with_terms(data: dict[str, object]) -> dict[str, object]:
    terms = data["terms"]
    return {**data, "terms": Terms(**terms) if isinstance(terms, dict) else None}


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as broken:
        msg = f"store {path}: {broken}"
        raise StoreError(msg) from broken
