"""The temperature term: how many steps the temperature is worth. Pure.

`term = anchor + k (T - T_base)`: T_base is set at each re-base, when the focus is right where it
stands; the anchor is the term at that moment, so a re-base moves nothing.
"""

from rigd.focus.state.ledger import Ledger, TemperatureBase
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.state.thermometer import Span, Thermometer
from rigd.frozen import replace
from rigd.units import round_half_away


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
    """The ledger with T_base set where there is none: the focus is right at this temperature.

    While another one is said that may turn out true, nobody knows at which the focus was found.
    """
    base, terms = ledger.temperature_base, ledger.embodied
    if settings is None:
        return ledger if base is None else replace(ledger, temperature_base=None)
    if terms is None or (base is not None and base.meaning == settings.meaning):
        return ledger
    now = None
    if thermometer.celsius is not None and thermometer.doubtful_c is None:
        now = TemperatureBase(
            celsius=thermometer.celsius,
            steps=terms.temperature_steps,
            meaning=settings.meaning,
        )
    return ledger if now == base else replace(ledger, temperature_base=now)


def temperatures_of_term(settings: TemperatureSettings, ledger: Ledger) -> Span | None:
    """The temperatures that the focuser's place stands for; None if it stands for none yet.

    They are several, because a term inside the dead-band is not followed.
    """
    base = ledger.temperature_base
    if base is None or base.meaning != settings.meaning:
        return None
    known = ledger.embodied or (ledger.last_known.embodied if ledger.last_known else None)
    steps_per_c = settings.coefficient(ledger.embodied_filter)
    if known is None or steps_per_c == 0:
        return base.celsius, base.celsius
    middle_c = base.celsius + (known.temperature_steps - base.steps) / steps_per_c
    slack_c = abs(settings.dead_band_steps / steps_per_c)
    return middle_c - slack_c, middle_c + slack_c
