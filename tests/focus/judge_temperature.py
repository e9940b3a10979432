"""What the temperature's part of the position may be, by an account of its own."""

from collections import deque

from rigd.devices.events import FocuserReport
from rigd.focus.state.focuser import FocuserMove
from rigd.focus.state.ledger import Part, TemperatureBase
from rigd.focus.state.rig import Rig

BELIEVABLE_C = (-40.0, 50.0)
"""What the thermometer says outside is never believed."""
TRUE_C = (-20.0, 30.0)
"""It never becomes colder or warmer than this; what the thermometer says outside is wrong."""


class Warmth:
    """An account of its own of what the thermometer said and what the term may be."""

    def __init__(self) -> None:
        self._said: deque[tuple[float, float]] = deque()
        self._bases: set[TemperatureBase] = set()
        self._base_since_s = -1e9
        self._rebased_s = -1e9

    def remembered(self, rig: Rig) -> None:
        """Rigd has just started with what the journal has."""
        if rig.ledger.temperature_base is not None:
            self._bases.add(rig.ledger.temperature_base)

    def heard(self, report: FocuserReport, now_s: float) -> None:
        """The thermometer says something; what is no temperature at all is left out."""
        celsius = report.temperature_c
        if celsius is not None and BELIEVABLE_C[0] <= celsius <= BELIEVABLE_C[1]:
            while self._said and now_s - self._said[0][0] >= 900:
                self._said.popleft()
            self._said.append((now_s, celsius))

    def step(self, before: Rig, rig: Rig, now_s: float) -> None:
        """After every event: the base is taken afresh exactly at a re-base."""
        old, new = before.ledger.temperature_base, rig.ledger.temperature_base
        landed = before.move is not None and before.move.by_client and rig.move is None
        moved = landed and rig.ledger.raw_steps != before.ledger.raw_steps
        if moved or rig.foreign_at_s != before.foreign_at_s:
            self._rebased_s = now_s
            assert new is None or new.steps == temperature_in(rig), "an old base after a re-base"
        if new is None or new == old:
            return
        assert rig.ledger.embodied is not None, "a base though the focus is unknown"
        again = new in self._bases  # after an autofocus that restored its start
        assert new.steps == temperature_in(rig) or again, "a re-base would move the focuser"
        known = old is None or moved or rig.foreign_at_s != before.foreign_at_s
        assert known or rig.ledger != before.ledger, "the base changed by itself"
        said = any(c == new.celsius for _, c in self._said)
        assert said or again, f"nobody said {new.celsius} °C"
        self._bases.add(new)

    def allows(self, rig: Rig, move: FocuserMove) -> bool:
        """Whether a move's temperature term is what the thermometer asks for, or what was there.

        `rig` is as it takes off: another move may have landed in the same step.
        """
        settings, base = rig.settings.temperature, rig.ledger.temperature_base
        goal = move.goal
        assert goal.terms is not None, "a move of rigd's own without terms"
        term, held = goal.terms.temperature_steps, temperature_in(rig)
        if term == held and move.part is not Part.TEMPERATURE:
            return True
        if settings is None or base is None:
            return False
        k = dict(settings.by_filter).get(goal.filter_key or "", settings.steps_per_c)
        small = abs(goal.target_steps - move.start_steps) <= settings.dead_band_steps
        if move.part is Part.TEMPERATURE and small:
            return False
        # From a true temperature no wrong one is followed, nor a true one from a wrong one.
        wanted = [
            base.steps + k * (celsius - base.celsius)
            for _, celsius in self._said
            if _is_true(celsius) == _is_true(base.celsius)
        ]
        return any(abs(term - steps) <= 0.5 + 1e-9 for steps in wanted)


def _is_true(celsius: float) -> bool:
    return TRUE_C[0] <= celsius <= TRUE_C[1]


def temperature_in(rig: Rig) -> int:
    """The temperature's part of the position."""
    return rig.ledger.embodied.temperature_steps if rig.ledger.embodied else 0
