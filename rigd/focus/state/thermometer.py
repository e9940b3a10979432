"""What the focuser's sensor reports, and which of it is believed. Pure.

A sensor that has failed says the same for ever, and no repetition makes it true: what no night can
have since the last reading is refused, however long it lasts.
"""

from dataclasses import dataclass

from rigd.focus.state.ledger import TemperatureBase
from rigd.focus.state.temperature import TemperatureSettings
from rigd.frozen import replace

JUMP_C = 2.0
"""Readings that differ by more are believed only once they have lasted. Our choice: air does not
change so fast between two reports, a sensor that is plugged in or glitches does."""
GAP_S = 120.0
"""A gap between two readings counts for no more: a driver that says only changes leaves long ones,
and a cable breaks in them as well. Our choice."""
_EQUAL_C = 1e-9
"""Rounding of sums of readings."""

Span = tuple[float, float]
"""The lowest and the highest temperature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thermometer:
    """What the focuser's sensor reports, and which of it is believed."""

    celsius: float | None = None
    """Believed and fresh; None otherwise."""
    read_at_s: float | None = None
    """When the sensor was last read."""
    good_at_s: float | None = None
    """When it last said what a night can have."""
    anchor_c: float | None = None
    """Where it followed its readings to, no faster than a night can."""
    doubtful_c: float | None = None
    """Another temperature, believed if it lasts, unless it is refused."""
    doubtful_since_s: float = 0.0
    is_refused: bool = False
    """Whether no night can have what is doubtful."""
    has_failed: bool = False
    """Whether what is refused has lasted, and nothing was believed since."""
    judged_by: TemperatureBase | None = None
    """T_base when what is believed was last judged by it."""

    def take_reading(
        self,
        celsius: float | None,
        read_at_s: float | None,
        settings: TemperatureSettings,
        stands_for: Span | None = None,
    ) -> "Thermometer":
        """Take in a reading; a jump is believed once it has lasted, if a night can have it.

        Args:
            celsius: what the sensor says.
            read_at_s: when it said so.
            settings: which readings count.
            stands_for: the temperatures that the focuser's place stands for; None if it stands for
                none yet: then any may become the one from which the others count.
        """
        if celsius is None or read_at_s is None or read_at_s == self.read_at_s:
            return self
        anchor_c = self.anchor_c
        gap_s = max(0.0, read_at_s - (self.good_at_s or read_at_s))
        if stands_for is None:
            anchor_c = celsius
        elif anchor_c is None:
            anchor_c, gap_s = _nearest(celsius, stands_for), GAP_S
        drift_c = settings.jump_c_per_minute * min(gap_s, GAP_S) / 60
        # The same wrong level again is no nearer to the truth for the time that has passed.
        reach_c = settings.jump_c + (0.0 if self._is_refused_level(celsius) else drift_c)
        if _is_plausible(celsius, settings) and abs(celsius - anchor_c) <= reach_c + _EQUAL_C:
            moved_c = _nearest(celsius, (anchor_c - drift_c, anchor_c + drift_c))
            return replace(self._weigh(celsius, read_at_s, settings), anchor_c=moved_c)
        return replace(
            self,
            read_at_s=read_at_s,
            anchor_c=None if stands_for is None else anchor_c,
            doubtful_c=celsius,
            doubtful_since_s=self.doubtful_since_s if self.is_refused else read_at_s,
            is_refused=True,
        )

    def judge_anew(self, settings: TemperatureSettings, stands_for: Span | None) -> "Thermometer":
        """Judge what is believed by what the focuser's place stands for now."""
        said_c = self.doubtful_c
        implausible = said_c is not None and not _is_plausible(said_c, settings)
        begun = replace(self, anchor_c=None, is_refused=self.is_refused and implausible)
        if self.celsius is None or stands_for is None:
            return begun
        judged = replace(begun, read_at_s=None).take_reading(
            self.celsius, self.read_at_s, settings, stands_for
        )
        return replace(judged, celsius=None) if judged.is_refused else judged

    def let_time_pass(self, now_s: float, settings: TemperatureSettings) -> "Thermometer":
        """Stop believing a temperature that is too old, or beside one that is refused and lasts."""
        read = self
        if self.is_refused and now_s - self.doubtful_since_s >= settings.lasts_s:
            read = replace(read, celsius=None, has_failed=True)
        if self.good_at_s is not None and now_s - self.good_at_s > settings.max_age_s:
            read = replace(read, celsius=None)
        if self.read_at_s is not None and now_s - self.read_at_s > settings.max_age_s:
            read = read if self.is_refused else replace(read, doubtful_c=None)
        return read

    def _weigh(
        self, celsius: float, read_at_s: float, settings: TemperatureSettings
    ) -> "Thermometer":
        """Believe a reading that a night can have, at once or once it has lasted."""
        read = replace(self, read_at_s=read_at_s, good_at_s=read_at_s, is_refused=False)
        believed = replace(read, celsius=celsius, doubtful_c=None, has_failed=False)
        if self.celsius is not None and abs(celsius - self.celsius) <= JUMP_C:
            return believed
        if self.doubtful_c is None or abs(celsius - self.doubtful_c) > JUMP_C:
            return replace(read, doubtful_c=celsius, doubtful_since_s=read_at_s)
        if read_at_s - self.doubtful_since_s >= settings.lasts_s:
            return believed
        return replace(read, doubtful_c=celsius)

    def _is_refused_level(self, celsius: float) -> bool:
        refused_c = self.doubtful_c if self.is_refused else None
        return refused_c is not None and abs(celsius - refused_c) <= JUMP_C


def why_term_stays(settings: TemperatureSettings | None, thermometer: Thermometer) -> str | None:
    """Why the term stays as it is; None if it follows the temperature, or is off.

    A focus without a T_base has only just been set: the temperature of now becomes its own.
    """
    if settings is None or thermometer.celsius is not None:
        return None
    if refused := why_refused(settings, thermometer):
        return refused
    if thermometer.doubtful_c is not None and not thermometer.is_refused:
        return why_not_followed(settings, thermometer, None)
    return f"no temperature was said within {settings.max_age_s:g} s that can be believed"


def why_refused(settings: TemperatureSettings | None, thermometer: Thermometer) -> str | None:
    """Why what the sensor says is refused, once that lasts; None if it is not."""
    said_c = thermometer.doubtful_c
    if settings is None or said_c is None or not thermometer.is_refused:
        return None
    if not thermometer.has_failed and thermometer.celsius is not None:
        return None
    if not _is_plausible(said_c, settings):
        return (
            f"the focuser says {said_c:g} °C, which is outside {settings.lowest_c:g} to "
            f"{settings.highest_c:g} °C"
        )
    return (
        f"the focuser says {said_c:g} °C, and no night goes there so fast from "
        f"{_name(thermometer.anchor_c)} ({settings.jump_c:g} °C and "
        f"{settings.jump_c_per_minute:g} °C for each minute)"
    )


def what_ends_refusal(settings: TemperatureSettings, thermometer: Thermometer) -> str:
    """What ends that the sensor is refused, after "ends when"."""
    said_c = thermometer.doubtful_c
    looked = "look at its probe and the cable of that"
    if said_c is None or not _is_plausible(said_c, settings):
        return f"it says one between these again: {looked}"
    drift_c = settings.jump_c_per_minute * GAP_S / 60
    return (
        f"it says one within {settings.jump_c + drift_c:g} °C of {_name(thermometer.anchor_c)} "
        f"again ({looked}); or the focus is found anew, or you say `rigd adopt`: the temperature "
        "counts from then on"
    )


def why_not_followed(
    settings: TemperatureSettings | None, thermometer: Thermometer, said_c: float | None
) -> str | None:
    """Why the temperature is not followed, and what ends that; None if it is, or is not to be.

    Args:
        settings: which readings count.
        thermometer: what is believed.
        said_c: what the focuser's driver shows, which may be old.
    """
    if settings is None or why_refused(settings, thermometer) is not None:
        return None
    lasts = f"believed once the focuser says it again after {settings.lasts_s:g} s"
    believed, doubtful = thermometer.celsius, thermometer.doubtful_c
    if thermometer.is_refused:
        return None
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


def _is_plausible(celsius: float, settings: TemperatureSettings) -> bool:
    return settings.lowest_c <= celsius <= settings.highest_c


def _nearest(celsius: float, span: Span) -> float:
    """The temperature within a span that is nearest to one."""
    return min(max(celsius, span[0]), span[1])


def _name(celsius: float | None) -> str:
    return "before" if celsius is None else f"{celsius:.1f} °C"
