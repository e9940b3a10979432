"""The scenarios: what Ekos is told to do, beside which rigd, with which table of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.ekos.evening import NAMES, OFFSETS, Evening
from bench.ekos.user_database import FilterRow

ROUND = ("Green", "H_Alpha", "Luminance", "Red")
OTHER = {"Red": 150, "Green": 60, "Blue": 0, "H_Alpha": 90, "SII": 0, "OIII": 0}
"""A table that somebody filled in otherwise."""
LONG = 40
"""Frames of 3 s with one filter: more than 120 s, after which a silent autofocus counts as over."""


def rows(
    offsets: dict[str, int] | None = None, *, is_focused: bool = False
) -> tuple[FilterRow, ...]:
    """Ekos' own table."""
    own = offsets or {}
    return tuple(FilterRow(name, own.get(name, 0), is_focused) for name in NAMES)


def capture_three_rounds(evening: Evening) -> None:
    """Twelve filter changes, a frame after each."""
    evening.capture(ROUND * 3, limit_s=240.0)


def capture_two_hundred(evening: Evening) -> None:
    """Two hundred filter changes, 1 to 3 frames after each."""
    for frames in (1, 2, 3, 1):
        evening.capture(ROUND * 12 + ROUND[:2], frames=frames, limit_s=2400.0)


def restart_in_three_rounds(evening: Evening) -> None:
    """Twelve filter changes; rigd is killed in one of them."""
    evening.restart_rigd_in(ROUND * 3, after_s=21.0, limit_s=400.0)


def focus_elsewhere(evening: Evening, frames: int = LONG) -> None:
    """Twice an autofocus behind another filter than the one in the light, and frames after it."""
    evening.capture(("Red",))
    evening.focus("Green")
    evening.capture(("Green",), frames=frames, limit_s=30.0 + 10.0 * frames)
    evening.capture(("H_Alpha", "Luminance", "Red"))
    evening.focus("H_Alpha")
    evening.capture(("H_Alpha", "Luminance", "Red", "Green"))


def focus_at_every_change(evening: Evening) -> None:
    """An autofocus after every filter change of a sequence."""
    evening.capture(("Red",))
    evening.focus("Green")  # Ekos focuses at a change only once it has focused in this session
    evening.capture((*ROUND[1:], ROUND[0]), limit_s=400.0)


@dataclass(frozen=True, slots=True)
class Scenario:
    """An evening to be played."""

    name: str
    does: str
    mode: str
    play: Callable[[Evening], None] = capture_three_rounds
    rows: Sequence[FilterRow] = rows()
    is_slow: bool = False
    has_pair: bool = False
    """Whether Ekos uses rigd's own wheel and focuser."""


THROUGH_RIGD = (
    Scenario("pair", "12 filter changes through rigd's wheel", "apply", has_pair=True),
    Scenario(
        "pair-slow",
        "12 filter changes through rigd's wheel, slow focuser",
        "apply",
        is_slow=True,
        has_pair=True,
    ),
    Scenario(
        "pair-focus",
        "two autofocus runs behind another filter, through rigd's focuser",
        "apply",
        partial(focus_elsewhere, frames=1),
        has_pair=True,
    ),
    Scenario(
        "pair-focus-each",
        "an autofocus at each of 4 filter changes, through rigd's focuser",
        "apply",
        focus_at_every_change,
        rows(is_focused=True),
        has_pair=True,
    ),
    Scenario(
        "pair-own-table",
        "12 filter changes through rigd's wheel, rigd's table in Ekos too",
        "apply",
        rows=rows(OFFSETS),
        has_pair=True,
    ),
    Scenario(
        "pair-killed",
        "12 filter changes through rigd's wheel, rigd killed and back after 8 s",
        "apply",
        restart_in_three_rounds,
        is_slow=True,
        has_pair=True,
    ),
    Scenario(
        "pair-200",
        "200 filter changes through rigd's wheel, slow focuser",
        "apply",
        capture_two_hundred,
        is_slow=True,
        has_pair=True,
    ),
)
SCENARIOS = (
    Scenario("apply", "12 filter changes", "apply"),
    Scenario("apply-slow", "12 filter changes, slow focuser", "apply", is_slow=True),
    Scenario("publish", "12 filter changes, rigd's table in Ekos", "publish", rows=rows(OFFSETS)),
    Scenario(
        "publish-slow",
        "12 filter changes, rigd's table in Ekos, slow focuser",
        "publish",
        rows=rows(OFFSETS),
        is_slow=True,
    ),
    Scenario("observe", "12 filter changes", "observe"),
    Scenario("same-table", "12 filter changes, rigd's table in Ekos", "apply", rows=rows(OFFSETS)),
    Scenario("other-table", "12 filter changes, another table in Ekos", "apply", rows=rows(OTHER)),
    Scenario("focus", "two autofocus runs behind another filter", "apply", focus_elsewhere),
    Scenario(
        "focus-slow",
        "two autofocus runs behind another filter, slow focuser",
        "apply",
        partial(focus_elsewhere, frames=1),
        is_slow=True,
    ),
    Scenario(
        "focus-each",
        "an autofocus at each of 4 filter changes",
        "apply",
        focus_at_every_change,
        rows(is_focused=True),
    ),
    Scenario(
        "focus-each-slow",
        "an autofocus at each of 4 filter changes, slow focuser",
        "apply",
        focus_at_every_change,
        rows(is_focused=True),
        is_slow=True,
    ),
    *THROUGH_RIGD,
)
