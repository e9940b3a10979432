"""The temperature term: which temperature is believed, and how many steps it is worth. Pure.

`term = anchor + k (T - T_base)`: T_base is set at each re-base, when the focus is right where it
stands; the anchor is the term at that moment, so a re-base moves nothing.
"""

from dataclasses import dataclass, replace

from rigd.focus.state.ledger import Ledger, TemperatureBase
from rigd.units import round_half_away

JUMP_C = 2.0
"""Readings that differ by more are believed only once they have lasted. Our choice: air does not
change so fast between two reports, a sensor that is plugged in or glitches does."""
PLAUSIBLE_C = (-60.0, 60.0)
"""Beyond it lies what a missing or failed sensor says (-127, -273, 85)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemperatureSettings:
    """By how much the focuser follows the temperature, and which readings count."""

    steps_per_c: float
    by_filter: tuple[tuple[str, float], ...] = ()
    """Coefficients of single filters, by key, sorted."""
    dead_band_steps: int
    max_age_s: float
    lasts_s: float = 60.0
    """How long a temperature that jumped must last before it is believed. Our choice."""

    def coefficient(self, filter_key: str | None) -> float:
        """Steps for each degree with a filter in the light."""
        return dict(self.by_filter).get(filter_key or "", self.steps_per_c)

    @property
    def meaning(self) -> str:
        """What gives the term its meaning: under another one T_base is set again."""
        own = (f"{key} {value!r}" for key, value in self.by_filter)
        return ", ".join((repr(self.steps_per_c), *own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thermometer:
    """What the focuser's sensor reports, and which of it is believed."""

    celsius: float | None = None
    """Believed and fresh; None otherwise."""
    read_at_s: float | None = None
    """When the sensor was last read."""
    doubtful_c: float | None = None
    """Another temperature, believed if it lasts."""
    doubtful_since_s: float = 0.0

    def take_reading(
        self, celsius: float | None, read_at_s: float | None, lasts_s: float
    ) -> "Thermometer":
        """Take in a reading; a jump is believed once it has lasted."""
        if celsius is None or read_at_s is None or read_at_s == self.read_at_s:
            return self
        if not PLAUSIBLE_C[0] <= celsius <= PLAUSIBLE_C[1]:
            return self
        read = replace(self, read_at_s=read_at_s)
        if self.celsius is not None and abs(celsius - self.celsius) <= JUMP_C:
            return replace(read, celsius=celsius, doubtful_c=None)
        if self.doubtful_c is None or abs(celsius - self.doubtful_c) > JUMP_C:
            return replace(read, doubtful_c=celsius, doubtful_since_s=read_at_s)
        if read_at_s - self.doubtful_since_s >= lasts_s:
            return replace(read, celsius=celsius, doubtful_c=None)
        return replace(read, doubtful_c=celsius)

    def drop_stale(self, now_s: float, max_age_s: float) -> "Thermometer":
        """Stop believing a temperature that has become too old."""
        if self.read_at_s is not None and now_s - self.read_at_s > max_age_s:
            return replace(self, celsius=None, doubtful_c=None)
        return self


def why_term_stays(settings: TemperatureSettings | None, thermometer: Thermometer) -> str | None:
    """Why the term stays as it is; None if it follows the temperature, or is off.

    A focus without a T_base has only just been set: the temperature of now becomes its own.
    """
    if settings is None or thermometer.celsius is not None:
        return None
    return f"no temperature was said within {settings.max_age_s:g} s that can be believed"


def why_not_followed(
    settings: TemperatureSettings | None, thermometer: Thermometer, said_c: float | None
) -> str | None:
    """Why the temperature is not followed, and what ends that; None if it is, or is not to be.

    Args:
        settings: which readings count.
        thermometer: what is believed.
        said_c: what the focuser's driver shows, which may be old.
    """
    if settings is None:
        return None
    lasts = f"believed once the focuser says it again after {settings.lasts_s:g} s"
    believed, doubtful = thermometer.celsius, thermometer.doubtful_c
    if believed is not None and doubtful is not None:
        return f"{doubtful:g} °C is more than {JUMP_C:g} °C from {believed:g} °C, and is {lasts}"
    if believed is not None:
        return None
    if doubtful is not None:
        return f"{doubtful:g} °C was not said before, and is {lasts}"
    shown = "" if said_c is None else f" ({said_c:g} °C, which it shows, may be old)"
    return (
        f"the focuser has said none within {settings.max_age_s:g} s{shown}; it is followed again "
        "once the focuser says one: a driver that says it only when it changes may let it wait"
    )


def term_steps(
    settings: TemperatureSettings | None,
    ledger: Ledger,
    thermometer: Thermometer,
    filter_key: str | None,
) -> int:
    """The term with a filter in the light; as it is embodied now where it cannot be known."""
    held = ledger.embodied.temperature_steps if ledger.embodied else 0
    base, celsius = ledger.temperature_base, thermometer.celsius
    if settings is None or base is None or celsius is None:
        return held
    if base.meaning != settings.meaning:
        return held
    return base.steps + round_half_away(settings.coefficient(filter_key) * (celsius - base.celsius))


def take_temperature_base(
    settings: TemperatureSettings | None, ledger: Ledger, thermometer: Thermometer
) -> Ledger:
    """The ledger with T_base set where there is none: the focus is right at this temperature."""
    base, terms = ledger.temperature_base, ledger.embodied
    if settings is None:
        return ledger if base is None else replace(ledger, temperature_base=None)
    if terms is None or (base is not None and base.meaning == settings.meaning):
        return ledger
    now = None
    if thermometer.celsius is not None:
        now = TemperatureBase(
            celsius=thermometer.celsius,
            steps=terms.temperature_steps,
            meaning=settings.meaning,
        )
    return ledger if now == base else replace(ledger, temperature_base=now)
