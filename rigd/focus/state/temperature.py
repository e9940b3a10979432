"""By how much the focuser follows the temperature, and which readings count. Pure."""

from dataclasses import dataclass


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
    jump_c: float = 5.0
    """By how much a temperature may differ from what was said before, at once. Our choice: a
    focuser that is carried outside, or a probe that is touched."""
    jump_c_per_minute: float = 2.0
    """By how much more for each minute between. Our choice: a roof that opens on a cold night
    takes 20 °C in ten minutes."""
    lowest_c: float = -40.0
    highest_c: float = 50.0
    """Beyond these lies what a failed sensor says (-127, -55, 85), not a night. Our choice."""

    def coefficient(self, filter_key: str | None) -> float:
        """Steps for each degree with a filter in the light."""
        return dict(self.by_filter).get(filter_key or "", self.steps_per_c)

    @property
    def meaning(self) -> str:
        """What gives the term its meaning: under another one T_base is set again."""
        own = (f"{key} {value!r}" for key, value in self.by_filter)
        return ", ".join((repr(self.steps_per_c), *own))
