"""A year of a rig's life in the store: equipment changes, runs are made, offsets are in force."""

from collections.abc import Mapping
from pathlib import Path

from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.equipment.answers import fill_gaps
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile import EquipmentProfile
from rigd.learning.fit_input import FitInput, LearningRig
from rigd.learning.fit_record import FitResult
from rigd.setup.fit_priors import names_of
from rigd.store.answers import read_answers
from rigd.store.database import Store
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.profile_transaction import carry_out
from rigd.store.profiles import add, find_profile, put, read_profiles_in_force, switch, undo
from rigd.store.run_import import import_runs, read_countable_runs
from tests.store.clock import minutes

RIG = "pier"

Tables = Mapping[str, object]


def profile(tables: Tables) -> EquipmentProfile:
    return EquipmentProfile.model_validate(tables)


class Year:
    """The store of one rig, used as the daemon uses it."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory / "rigd.db")
        self._minute = minutes()

    def keep(self, tables: Tables) -> None:
        carry_out(self.store, lambda store: add(store, profile(tables), "me"))

    def switch(self, name: str) -> None:
        carry_out(self.store, lambda store: switch(store, RIG, name, "me"))

    def edit(self, name: str, tables: Tables, *, renamed: bool = False) -> None:
        carry_out(
            self.store,
            lambda store: put(store, name, profile(tables), "me"),
            renamed=frozenset({RIG} if renamed else ()),
        )

    def undo(self) -> None:
        carry_out(self.store, lambda store: undo(store, "me"), back=True)

    @property
    def present(self) -> EquipmentProfile:
        return read_profiles_in_force(self.store)[RIG].profile

    def named(self, name: str) -> EquipmentProfile:
        return find_profile(self.store, name).profile

    def focus(self, name: str, position_steps: float) -> None:
        """A night's autofocus of one filter, and what is learnt of all runs that count."""
        run = AutofocusRun(
            filter=name,
            position_steps=position_steps,
            time=next(self._minute),
            coordinates=Coordinates.RAW,
            source="test",
            ok=True,
        )
        learning_rig = self._learning_rig()
        import_runs(self.store, RIG, learning_rig, [run], "me")
        self._learn(learning_rig)

    def offsets(self) -> dict[str, float | None]:
        """The learnt offset in force of each filter in the wheel; None: there is none."""
        learning_rig = self._learning_rig()
        fit = read_newest_fit(self.store, RIG, learning_rig.light_path_id)
        learnt = fit.learnt(learning_rig.filter_fingerprints) if fit else {}
        wheel = self.present.wheel
        return {
            key: learnt[key].focus_offset_steps if key in learnt else None
            for key in (wheel.slots if wheel else ())
        }

    def _learning_rig(self) -> LearningRig:
        now = fill_gaps(self.present, read_answers(self.store, RIG))
        fit_input = FitInput(reference=now.reference_filter, names=names_of(now))
        return LearningRig(
            light_path_id=light_path(now),
            fit_input=fit_input,
            filter_fingerprints=filter_fingerprints(now),
        )

    def _learn(self, learning_rig: LearningRig) -> None:
        """Instead of a fit, each filter's last position: it says whose run it was."""
        runs = read_countable_runs(self.store, RIG, learning_rig)
        last = {run.filter: run.position_steps for run in sorted(runs, key=lambda run: run.time)}
        offsets = {
            key: {
                "focus_offset_steps": steps,
                "se_steps": 1.0,
                "low_steps": None,
                "high_steps": None,
                "runs": 1,
                "state": "trusted",
                "reason": None,
            }
            for name, steps in last.items()
            if (key := learning_rig.fit_input.names.get(name or "")) is not None
        }
        result = {"offsets": offsets, "glasses": dict(learning_rig.filter_fingerprints)}
        keep_fit(
            self.store,
            RIG,
            FitResult(
                light_path_id=learning_rig.light_path_id,
                cause="",
                basis="",
                result=result,
                pictures={},
            ),
        )
