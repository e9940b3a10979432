"""A night of numbers that nobody need look up."""

from datetime import UTC, date, datetime, timedelta

from rigd.view.night import FocuserSample, NightRun, night_on

NIGHT = night_on(date(2026, 11, 30), UTC)
DUSK = datetime(2026, 11, 30, 18, tzinfo=UTC)


def at(minutes: float) -> str:
    """So many minutes after dusk, as the store has it."""
    return (DUSK + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def sample(
    minutes: float,
    raw_steps: int | None = None,
    temperature_c: float | None = None,
    filter_name: str | None = None,
) -> FocuserSample:
    return FocuserSample(
        at=at(minutes), raw_steps=raw_steps, temperature_c=temperature_c, filter=filter_name
    )


def run(
    minutes: float,
    filter_name: str,
    position_steps: float,
    temperature_c: float | None = None,
    **more: object,
) -> NightRun:
    facts: dict[str, object] = {"se_steps": None, "counts": True, "reason": None, "source": "log"}
    return NightRun(
        at=at(minutes),
        filter=filter_name,
        position_steps=position_steps,
        temperature_c=temperature_c,
        **{**facts, **more},  # type: ignore[arg-type]
    )
