"""The ledgers: what is known of each focuser's position, and the move that is open."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from rigd.focus.state.focuser import FocuserMove, MoveLeg
from rigd.focus.state.ledger import (
    UNSEEN,
    Known,
    Ledger,
    Part,
    SetAside,
    TemperatureBase,
    Terms,
    UnendedMove,
)
from rigd.focus.state.settings import Mode
from rigd.store.database import Store
from rigd.store.embodied_terms import note_embodied
from rigd.store.record_json import record_json
from rigd.store.sqlite import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the store remembers of a rig's focus."""

    ledger: Ledger
    move: FocuserMove | None
    moves_begun: int
    mode: Mode
    light_path_id: str
    moved_at: datetime | None
    """When somebody else last moved the focuser."""


def guide_name(rig: str) -> str:
    """What a rig's guide focuser is kept under; no rig can be called so."""
    return f"{rig}/guide"


def read_memory(store: Store, rig: str) -> Memory | None:
    """What is remembered of a rig's focus; None if it was never seen."""
    with store.transaction() as db:
        row = db.execute(
            "select ledger, flight, flights, mode, epoch, moved_at from ledgers where rig = ?",
            [rig],
        ).fetchone()
    if row is None:
        return None
    ledger, move, moves_begun, mode, light_path_id, moved_at = row
    return Memory(
        ledger=_ledger(json.loads(ledger), Mode(mode)),
        move=_move(json.loads(move)) if move else None,
        moves_begun=moves_begun,
        mode=Mode(mode),
        light_path_id=light_path_id,
        moved_at=datetime.fromisoformat(moved_at) if moved_at else None,
    )


def put_ledger(
    db: Database,
    rig: str,
    ledger: Ledger,
    move: FocuserMove | None,
    *,
    mode: Mode,
    light_path_id: str,
    by_another: bool = False,
) -> None:
    """Keep a ledger and the open move; the count of moves never goes back.

    `by_another`: somebody else has just moved the focuser.
    """
    db.execute(
        "insert into ledgers (rig, ledger, flight, flights, mode, epoch, moved_at)"
        " values (?, ?, ?, ?, ?, ?, ?) on conflict (rig) do update set"
        " ledger = excluded.ledger, flight = excluded.flight, mode = excluded.mode,"
        " epoch = excluded.epoch, flights = max(flights, excluded.flights),"
        " moved_at = coalesce(excluded.moved_at, moved_at)",
        [
            rig,
            record_json(ledger),
            record_json(move) if move else None,
            move.number if move else 0,
            mode,
            light_path_id,
            datetime.now(UTC).isoformat() if by_another else None,
        ],
    )
    note_embodied(db, rig, ledger)


def _ledger(data: dict[str, object], mode: Mode) -> Ledger:
    if mode is not Mode.APPLY:  # before `taken_for` was written the filter's key had its meaning
        data.setdefault("taken_for", data["embodied_filter"] or UNSEEN)
    terms = data.pop("embodied")
    embodied = Terms(**terms) if isinstance(terms, dict) else None
    if "sense" in data:  # written before the field had its name of today
        data["step_meaning"] = data.pop("sense")
    temperature_base = _temperature_base(data.pop("temperature_base", None))
    unended = data.pop("unended", None)
    kept = [UnendedMove(**_with_terms(m)) for m in unended] if isinstance(unended, list) else []  # type: ignore[arg-type]  # our own JSON
    known = data.pop("last_known", None)
    last_known = Known(**_embodied(known)) if isinstance(known, dict) else None  # type: ignore[arg-type]  # our own JSON
    elsewhere = data.pop("set_aside", None)
    set_aside = [_set_aside(one) for one in elsewhere] if isinstance(elsewhere, list) else []
    return Ledger(
        embodied=embodied,
        temperature_base=temperature_base,
        last_known=last_known,
        unended=tuple(kept),
        set_aside=tuple(set_aside),
        **data,  # type: ignore[arg-type]  # our own JSON
    )


def _set_aside(data: dict[str, object]) -> SetAside:
    base = _temperature_base(data.pop("temperature_base"))
    known = Known(**_embodied(data.pop("known")))  # type: ignore[arg-type]  # our own JSON
    return SetAside(known=known, temperature_base=base, **data)  # type: ignore[arg-type]  # our own JSON


def _temperature_base(data: object) -> TemperatureBase | None:
    return TemperatureBase(**data) if isinstance(data, dict) else None


def _embodied(data: dict[str, object]) -> dict[str, object]:
    return {**data, "embodied": Terms(**data["embodied"])}  # type: ignore[arg-type]  # our own JSON


def _move(data: dict[str, object]) -> FocuserMove:
    # Older rigds wrote `for_temperature` where `part` is now, and `onward` for the second leg.
    before_trims = Part.TEMPERATURE if data.pop("for_temperature", False) else Part.FILTER
    leg = data.pop("second_leg", data.pop("onward", None))
    second_leg = MoveLeg(**_with_terms(leg)) if isinstance(leg, dict) else None  # type: ignore[arg-type]  # our own JSON
    part = Part(str(data.pop("part", before_trims)))
    return FocuserMove(second_leg=second_leg, part=part, **_with_terms(data))  # type: ignore[arg-type]  # our own JSON


def _with_terms(data: dict[str, object]) -> dict[str, object]:
    terms = data["terms"]
    return {**data, "terms": Terms(**terms) if isinstance(terms, dict) else None}
