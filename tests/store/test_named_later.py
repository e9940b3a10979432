"""A run whose filter is known later than the run: it counts once all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rigd.autofocus_logs.run import AutofocusRun, Coordinates, RunCorrection
from rigd.files.text import comparable_name
from rigd.learning.fit_input import FitInput, LearningRig
from rigd.store.database import Store
from rigd.store.run_corrections import restate
from rigd.store.run_import import SAME, import_runs, read_countable_runs
from rigd.store.runs import list_runs

START = datetime(2024, 10, 3, 20, tzinfo=UTC)
REPORT = "N.I.N.A. report.json"
SCRIPT = "FocusMax FocusOffsets.log line 4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "rigd.db")
    yield store
    store.close()


def a_run(
    name: str | None,
    position_steps: float,
    source: str,
    *,
    se_steps: float | None = None,
    began: datetime | None = None,
) -> AutofocusRun:
    return AutofocusRun(
        filter=name,
        position_steps=position_steps,
        se_steps=se_steps,
        source=source,
        ok=True,
        time=START + timedelta(seconds=20 if began is None else 0),
        began=began,
        coordinates=Coordinates.RAW,
    )


def a_rig(*names: str) -> LearningRig:
    keys = dict.fromkeys(map(comparable_name, names), "ha")
    return LearningRig(
        light_path_id="e",
        fit_input=FitInput(reference="l", names=keys),
        filter_fingerprints={"l": "2 mm", "ha": "3 mm"},
    )


def test_a_run_that_rigd_saw_and_a_log_has_by_another_name_counts_once(store: Store) -> None:
    seen = a_run("Ha", 10_100.0, "rigd", began=START - timedelta(minutes=2))
    logged = a_run("H-alpha 7nm", 10_101.3, REPORT, se_steps=1.5)
    import_runs(store, "one", a_rig("Ha"), [seen, logged], "test")

    counting = read_countable_runs(store, "one", a_rig("Ha", "H-alpha 7nm"))

    assert [(run.filter, run.source) for run in counting] == [("ha", REPORT)]
    assert [run.reason for run in list_runs(store, "one", 9) if not run.accepted] == [SAME]


def test_a_run_whose_filter_a_person_states_counts_once_beside_the_log_that_names_it(
    store: Store,
) -> None:
    unnamed = a_run(None, 10_100.0, REPORT)
    import_runs(store, "one", a_rig("Ha"), [a_run("Ha", 10_102.0, SCRIPT), unnamed], "test")

    restate(store, "one", unnamed.key, RunCorrection(filter="Ha"), "somebody")

    counting = read_countable_runs(store, "one", a_rig("Ha"))
    assert [run.source for run in counting] == [SCRIPT]


def test_runs_that_contradict_each_other_once_both_are_named_wait_for_a_persons_word(
    store: Store,
) -> None:
    logged = a_run("H-alpha 7nm", 14_000.0, REPORT)
    import_runs(store, "one", a_rig("Ha"), [a_run("Ha", 10_100.0, SCRIPT), logged], "test")
    known = a_rig("Ha", "H-alpha 7nm")

    before = read_countable_runs(store, "one", known)
    restate(store, "one", logged.key, RunCorrection(coordinates=Coordinates.RAW), "somebody")
    after = read_countable_runs(store, "one", known)

    assert [run.source for run in before] == [SCRIPT]
    assert sorted(run.source for run in after) == [SCRIPT, REPORT]
