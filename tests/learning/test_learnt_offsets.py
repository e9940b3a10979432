"""What counts: given over learnt over modelled, and apply_from may demand more."""

import pytest

from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.learning.learnt_offsets import with_learnt
from rigd.optics.filter_offsets import SlotKind


def slot(state: str = "modelled", steps: int | None = 84, **more: object) -> FilterSlot:
    kind = more.get("kind", SlotKind.FILTER)
    assert isinstance(kind, SlotKind)
    return FilterSlot(
        filter_position=1, key="ha", name="Ha", kind=kind, focus_offset_steps=steps, state=state
    )


def learnt(state: str, mean_steps: float | None = 97.5) -> LearntOffset:
    return LearntOffset(
        focus_offset_steps=mean_steps,
        se_steps=1.0,
        low_steps=95.0,
        high_steps=99.0,
        runs=9,
        state=state,
        reason=None,
        at="2026-01-01T00:00:00.000+00:00",
    )


def counts(one: FilterSlot, said: LearntOffset | None, apply_from: str = "modelled") -> object:
    taught = {} if said is None else {"ha": said}
    (after,) = with_learnt([one], taught, reference="l", apply_from=apply_from)
    return after.focus_offset_steps, after.state


@pytest.mark.parametrize(
    ("one", "said", "apply_from", "expected"),
    [
        pytest.param(slot(), None, "modelled", (84, "modelled"), id="nothing-learnt"),
        pytest.param(slot(), learnt("trusted"), "modelled", (98, "trusted"), id="trusted"),
        pytest.param(
            slot("none", None),
            learnt("provisional"),
            "modelled",
            (98, "provisional"),
            id="no-glass",
        ),
        pytest.param(slot(), learnt("refused", None), "modelled", (84, "modelled"), id="refused"),
        pytest.param(slot(), learnt("modelled"), "modelled", (84, "modelled"), id="too-few-runs"),
        pytest.param(slot("given", 70), learnt("trusted"), "trusted", (70, "given"), id="given"),
        pytest.param(slot(), learnt("provisional"), "trusted", (None, "none"), id="demands-more"),
        pytest.param(slot(), None, "provisional", (None, "none"), id="demands-runs"),
        pytest.param(
            slot("none", None, kind=SlotKind.OPAQUE),
            learnt("trusted"),
            "modelled",
            (None, "none"),
            id="opaque",
        ),
    ],
)
def test_what_counts(
    one: FilterSlot, said: LearntOffset | None, apply_from: str, expected: object
) -> None:
    assert counts(one, said, apply_from) == expected


def test_the_reference_is_zero_whatever_is_demanded() -> None:
    (after,) = with_learnt([slot("modelled", 0)], {}, reference="ha", apply_from="trusted")

    assert after.focus_offset_steps == 0
