"""What counts: given over learnt over modelled, and apply_from may demand more."""

from dataclasses import replace

import pytest

from rigd.focus.state.settings import FilterSlot, LearntOffset
from rigd.learning.learnt_offsets import choose_offsets
from rigd.optics.filter_offsets import SlotKind


def slot(
    state: str = "modelled",
    steps: int | None = 84,
    *,
    kind: SlotKind = SlotKind.FILTER,
    se_steps: float = 4.0,
    zone_steps: float | None = 20.0,
) -> FilterSlot:
    return FilterSlot(
        filter_position=1,
        key="ha",
        name="Ha",
        kind=kind,
        focus_offset_steps=steps,
        se_steps=None if state == "given" or steps is None else se_steps,
        focus_zone_steps=zone_steps,
        state=state,
    )


def learnt(
    state: str, mean_steps: float | None = 97.5, se_steps: float = 1.0, runs: int = 9
) -> LearntOffset:
    return LearntOffset(
        focus_offset_steps=mean_steps,
        se_steps=se_steps,
        low_steps=95.0,
        high_steps=99.0,
        runs=runs,
        state=state,
        reason=None,
        at="2026-01-01T00:00:00.000+00:00",
    )


def counts(one: FilterSlot, said: LearntOffset | None, apply_from: str = "modelled") -> object:
    taught = {} if said is None else {"ha": said}
    (after,) = choose_offsets([one], taught, reference="l", apply_from=apply_from)
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


@pytest.mark.parametrize(
    ("se_steps", "zone_steps", "scatter_steps", "applied"),
    [
        pytest.param(5.0, 20.0, None, True, id="a-quarter-of-the-zone"),
        pytest.param(5.1, 20.0, None, False, id="more-than-that"),
        pytest.param(5.1, 20.0, 5.1, True, id="no-surer-than-one-run"),
        pytest.param(5.1, 20.0, 5.0, False, id="neither"),
        pytest.param(5.1, None, 5.1, True, id="a-run-alone-says-it"),
        pytest.param(4766.7, None, 3.0, False, id="no-zone-and-a-wild-guess"),
        pytest.param(0.1, None, None, False, id="nothing-says-what-is-sure-enough"),
    ],
)
@pytest.mark.parametrize("state", ["modelled", "provisional"])
def test_only_what_is_sure_enough_is_applied(
    state: str,
    se_steps: float,
    zone_steps: float | None,
    scatter_steps: float | None,
    applied: bool,
) -> None:
    (after,) = choose_offsets(
        [slot(state, 40, se_steps=se_steps, zone_steps=zone_steps)],
        {"ha": learnt(state, 40.0, se_steps)} if state == "provisional" else {},
        reference="l",
        apply_from="modelled",
        run_scatter_steps=scatter_steps,
    )

    assert (after.focus_offset_steps == 40) is applied
    assert after.declined_steps == (None if applied else 40)
    assert (after.state, after.se_steps) == (state if applied else "none", se_steps)


@pytest.mark.parametrize(
    ("se_steps", "runs", "more"),
    [
        pytest.param(60.0, 5, "two more runs", id="a-guess"),
        pytest.param(22.0, 5, "one more run", id="nearly"),
        pytest.param(60.0, 1, "two more runs", id="two-of-three"),
        pytest.param(60.0, 0, "three more runs", id="none-yet"),
    ],
)
def test_a_declined_offset_is_shown_with_the_runs_that_it_lacks(
    se_steps: float, runs: int, more: str
) -> None:
    reference = FilterSlot(filter_position=0, key="l", name="Lum", kind=SlotKind.FILTER)

    _, after = choose_offsets(
        [reference, slot(se_steps=99.0)],
        {"ha": learnt("provisional", 40.0, se_steps, runs)},
        reference="l",
        apply_from="modelled",
        run_scatter_steps=20.0,
    )

    assert after.reason == (
        f"+40 ± {se_steps:.0f} steps: too unsure; about {more} in turn with Lum would do "
        "(± 20 or less is applied)"
    )


def test_where_very_many_runs_would_be_needed_the_focuser_is_to_be_looked_at() -> None:
    (after,) = choose_offsets(
        [slot("none", None, zone_steps=None)],
        {"ha": learnt("refused", 40.0, 163.0, runs=3)},
        reference="l",
        apply_from="modelled",
        run_scatter_steps=143.0,
        scatter_limit_steps=5.0,
    )

    assert after.reason == (
        "+40 ± 163 steps: too unsure; it takes more than 20 runs in turn with the reference "
        "filter, since one scatters by 143 steps: look at the focuser first "
        "(± 5.0 or less is applied)"
    )


def test_fewer_than_three_runs_are_none_however_sure() -> None:
    (after,) = choose_offsets(
        [slot("none", None)],
        {"ha": learnt("provisional", 40.0, 1.0, runs=2)},
        reference="l",
        apply_from="modelled",
    )

    assert (after.focus_offset_steps, after.declined_steps) == (None, 40)
    assert "one more run in turn" in str(after.reason)


def test_where_runs_are_too_unsure_the_glass_counts_if_it_is_sure() -> None:
    said = learnt("refused", 60.0, 9.0)

    assert counts(slot(se_steps=4.0), said) == (84, "modelled")
    assert counts(slot(se_steps=6.0), said) == (None, "none")


def test_few_runs_that_speak_against_glass_let_neither_count() -> None:
    (after,) = choose_offsets(
        [slot(se_steps=4.0)],
        {"ha": learnt("refused", -20.0, 9.0, runs=2)},
        reference="l",
        apply_from="modelled",
        run_scatter_steps=9.0,
    )

    assert (after.focus_offset_steps, after.declined_steps) == (None, -20)
    assert (after.reason or "").startswith("-20 ± 9.0 steps: too unsure; about one more run")


def test_the_reference_is_zero_whatever_is_demanded() -> None:
    (after,) = choose_offsets([slot("modelled", 0)], {}, reference="ha", apply_from="trusted")

    assert after.focus_offset_steps == 0


def test_what_the_runs_lack_is_the_reason_where_glass_says_no_offset_either() -> None:
    because = "its nights contradict each other: was another filter put in?"
    bare = replace(slot("none", None), reason="thickness of filter 'Ha' not known")

    (after,) = choose_offsets(
        [bare],
        {"ha": replace(learnt("refused", None), reason=because)},
        reference="l",
        apply_from="modelled",
    )

    assert (after.focus_offset_steps, after.reason) == (None, because)
