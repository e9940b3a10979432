"""The tables of the store, step by step; a step that was published never changes."""

from pathlib import Path

from rigd.errors import StoreError
from rigd.store.sqlite import Database, Migrations

_migrations = Migrations("rigd")


@_migrations(name="0001_rigs_ledgers_journal_diary")
def _first(db: Database) -> None:
    db.table("rigs").create(
        {"name": str, "number": int, "wheel_id": str, "focuser_id": str, "safety_id": str},
        pk="name",
        not_null={"number", "wheel_id", "focuser_id", "safety_id"},
    )
    db.table("opened").create({"unique_id": str, "clients": str}, pk="unique_id")
    db.table("temperatures").create({"rig": str, "at": str, "temperature_c": float})
    db.table("temperatures").create_index(["rig", "at"])
    db.table("rigs").create_index(["number"], unique=True)
    db.table("ledgers").create(
        {"rig": str, "ledger": str, "flight": str, "flights": int, "mode": str, "epoch": str},
        pk="rig",
        not_null={"ledger", "flights", "mode", "epoch"},
    )
    db.table("journal").create(
        {
            "rig": str,
            "number": int,
            "intended_at": str,
            "by": str,
            "start_steps": int,
            "target_steps": int,
            "terms": str,
            "filter_key": str,
            "ended_at": str,
            "result": str,
            "raw_steps": int,
        },
        pk=("rig", "number"),
    )
    db.table("diary").create(
        {"id": int, "rig": str, "at": str, "weight": str, "result": str, "sentence": str}, pk="id"
    )
    db.table("diary").create_index(["rig", "id"])


@_migrations(name="0002_answers")
def _second(db: Database) -> None:
    db.table("answers").create(
        {
            "rig": str,
            "key": str,
            "value": str,
            "at": str,
            "by": str,
            "role": str,
            "name": str,
            "entry": str,
        },
        pk=("rig", "key"),
        not_null={"value", "at", "by"},
    )


@_migrations(name="0003_runs")
def _third(db: Database) -> None:
    db.table("embodied").create(
        {"id": int, "rig": str, "at": str, "steps": int, "filter_key": str}, pk="id"
    )
    db.table("embodied").create_index(["rig", "at"])
    db.table("runs").create(
        {
            "rig": str,
            "key": str,
            "epoch": str,
            "filter": str,
            "position_steps": float,
            "se_steps": float,
            "temperature_c": float,
            "time": str,
            "frame": str,
            "embodied_steps": int,
            "source": str,
            "points": str,
            "accepted": int,
            "reason": str,
            "imported_at": str,
            "imported_by": str,
        },
        pk=("rig", "key"),
        not_null={"epoch", "source", "accepted", "imported_at", "imported_by"},
    )
    db.table("fits").create(
        {
            "id": int,
            "rig": str,
            "epoch": str,
            "at": str,
            "cause": str,
            "basis": str,
            "result": str,
            "pictures": str,
        },
        pk="id",
        not_null={"rig", "epoch", "at", "cause", "basis", "result"},
    )
    db.table("fits").create_index(["rig", "epoch", "id"])


@_migrations(name="0004_modes")
def _modes(db: Database) -> None:
    db.table("modes").create({"rig": str, "mode": str, "by": str, "at": str}, pk="rig")


@_migrations(name="0007_learning")
def _learning(db: Database) -> None:
    runs = db.table("runs")
    runs.add_column("ok", int)
    runs.add_column("altitude_deg", float)
    runs.add_column("began", str)
    runs.add_column("taken_back_by", str)
    runs.add_column("same_as", str)
    db.table("fits").add_column("void", int)
    db.table("audits").create(
        {"id": int, "rig": str, "epoch": str, "at": str, "by": str, "frames": int, "found": str},
        pk="id",
        not_null={"rig", "epoch", "at", "by", "frames", "found"},
    )


@_migrations(name="0008_swaps")
def _swaps(db: Database) -> None:
    db.table("swaps").create(
        {"rig": str, "filter_key": str, "by": str, "at": str},
        pk="rig",
        not_null={"filter_key", "by", "at"},
    )


@_migrations(name="0005_profiles")
def _profiles(db: Database) -> None:
    db.table("profiles").create(
        {
            "id": int,
            "name": str,
            "toml": str,
            "archived": int,
            "revision": int,
            "created_at": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"name", "toml", "archived", "revision", "created_at", "changed_at"},
    )
    db.table("profiles").create_index(["name"], unique=True)
    db.table("profiles_in_force").create(
        {"rig": str, "profile_id": int}, pk="rig", not_null={"profile_id"}
    )
    db.table("profile_journal").create(
        {
            "id": int,
            "at": str,
            "by": str,
            "what": str,
            "profile": str,
            "profile_id": int,
            "rig": str,
            "before": str,
            "after": str,
            "undoes": int,
        },
        pk="id",
        not_null={"at", "by", "what", "profile", "profile_id"},
    )


@_migrations(name="0008_acquaintances")
def _acquaintances(db: Database) -> None:
    db.table("acquaintances").create(
        {"rig": str, "client": str, "habit": str, "at": str},
        pk=("rig", "client", "habit"),
        not_null={"at"},
    )


@_migrations(name="0005b_claims")
def _claims(db: Database) -> None:
    db.table("runs").add_column("glass", str)
    db.table("runs").add_column("profile_id", int)
    db.table("shelved_answers").create(
        {"rig": str, "profile_id": int, "answers": str},
        pk=("rig", "profile_id"),
        not_null={"answers"},
    )


@_migrations(name="0007_restated_runs")
def _restated(db: Database) -> None:
    db.table("runs").add_column("restated_by", str)


@_migrations(name="0005c_trains")
def _trains(db: Database) -> None:
    db.table("solved").create(
        {"rig": str, "light_path": str, "focal_length_mm": float, "at": str, "by": str},
        pk=("rig", "light_path"),
        not_null={"focal_length_mm", "at", "by"},
    )
    db.table("confirmed_trains").create(
        {
            "rig": str,
            "light_path": str,
            "source": str,
            "focal_length_mm": float,
            "at": str,
            "by": str,
        },
        pk=("rig", "light_path", "source"),
        not_null={"focal_length_mm", "at", "by"},
    )


@_migrations(name="0006_holds")
def _holds(db: Database) -> None:
    db.table("holds").create({"rig": str, "by": str, "at": str}, pk="rig", not_null={"by", "at"})


@_migrations(name="0006b_guider_pauses")
def _guider_pauses(db: Database) -> None:
    db.table("guider_pauses").create({"rig": str, "at": str}, pk="rig", not_null={"at"})


@_migrations(name="0009_facts")
def _facts(db: Database) -> None:
    db.table("facts").create(
        {"id": int, "rig": str, "key": str, "before": str, "after": str, "at": str},
        pk="id",
        not_null={"rig", "key", "after", "at"},
    )
    db.table("facts").create_index(["rig", "at"])


@_migrations(name="0009b_approaches")
def _approaches(db: Database) -> None:
    db.table("approaches").create(
        {"rig": str, "epoch": str, "direction": str, "at": str},
        pk="rig",
        not_null={"epoch", "direction", "at"},
    )


@_migrations(name="0009c_faults")
def _faults(db: Database) -> None:
    db.table("faults").create(
        {"rig": str, "sentence": str, "at": str}, pk="rig", not_null={"sentence", "at"}
    )


@_migrations(name="0009d_senses")
def _senses(db: Database) -> None:
    db.table("senses").create(
        {"rig": str, "light_path": str, "sense": str, "at": str, "by": str},
        pk=("rig", "light_path"),
        not_null={"sense", "at", "by"},
    )


@_migrations(name="0009e_samples")
def _samples(db: Database) -> None:
    db.table("samples").create(
        {"rig": str, "epoch": str, "samples": str, "at": str},
        pk="rig",
        not_null={"epoch", "samples", "at"},
    )


@_migrations(name="0009f_confirmed_labels")
def _confirmed_labels(db: Database) -> None:
    db.table("confirmed_labels").create(
        {"rig": str, "evidence": str, "at": str, "by": str},
        pk=("rig", "evidence"),
        not_null={"at", "by"},
    )


@_migrations(name="0009g_known_focusers")
def _known_focusers(db: Database) -> None:
    db.table("known_focusers").create(
        {"rig": str, "focusers": str, "at": str}, pk="rig", not_null={"focusers", "at"}
    )


@_migrations(name="0009h_moved_at")
def _moved_at(db: Database) -> None:
    db.table("ledgers").add_column("moved_at", str)


@_migrations(name="0009i_fault_parts")
def _fault_parts(db: Database) -> None:
    db.table("faults").add_column("part", str)


@_migrations(name="0009j_run_focusers")
def _run_focusers(db: Database) -> None:
    db.table("runs").add_column("focuser", str)


@_migrations(name="0009k_asked_filters")
def _asked_filters(db: Database) -> None:
    db.table("asked_filters").create(
        {"rig": str, "filter_key": str, "client": str, "at": str},
        pk="rig",
        not_null={"filter_key", "client", "at"},
    )


@_migrations(name="0010_nights")
def _nights(db: Database) -> None:
    db.table("temperatures").add_column("raw_steps", int)
    db.table("temperatures").add_column("filter_key", str)
    db.table("early_frames").create(
        {"id": int, "rig": str, "at": str, "filter": str, "frames": int, "off_steps": int},
        pk="id",
        not_null={"rig", "at", "filter", "frames"},
    )
    db.table("early_frames").create_index(["rig", "at"])
    db.table("alerts").create(
        {
            "id": int,
            "kind": str,
            "about": str,
            "sentence": str,
            "ends_when": str,
            "began_at": str,
            "seen_at": str,
            "ended_at": str,
        },
        pk="id",
        not_null={"kind", "about", "sentence", "ends_when", "began_at", "seen_at"},
    )
    db.table("alerts").create_index(["about", "began_at"])
    # A night is read by its times, from tables that keep more than a year.
    db.table("diary").create_index(["rig", "at"])
    db.table("journal").create_index(["rig", "intended_at"])
    db.table("runs").create_index(["rig", "time"])


@_migrations(name="0011_program_tables")
def _program_tables(db: Database) -> None:
    db.table("program_tables").create(
        {"rig": str, "server": str, "original": str, "written": str, "wish": str, "at": str},
        pk=("rig", "server"),
        not_null={"original", "written", "wish", "at"},
    )


def migrate(db: Database, path: Path) -> None:
    """Bring a database up to this rigd's tables.

    Raises:
        StoreError: a newer rigd wrote it.
    """
    with Database(memory=True) as empty:
        known = {m.name for m in _migrations.pending(empty)}
    newer = {m.name for m in _migrations.applied(db)} - known
    if newer:
        msg = f"{path}: written by a newer rigd ({', '.join(sorted(newer))})"
        raise StoreError(msg)
    _migrations.apply(db)
