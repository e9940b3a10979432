"""A position is a sum of named parts; what is not known stays unknown."""

from dataclasses import replace

from rigd.focus.state.ledger import (
    Ledger,
    Terms,
    adopt_position,
    embody,
    embody_where_stopped,
    follow_foreign_move,
    forget_embodied,
    heal,
    resume_after_gap,
    resume_after_move,
)


def test_raw_is_base_plus_terms() -> None:
    ledger = embody(
        adopt_position(1000, 0, "l"), 1040, 1040, Terms(filter_steps=30, trim_steps=10), "r"
    )

    assert ledger.base_steps == 1000
    assert ledger.logical_steps == 1000
    assert ledger.raw_steps == 1040


def test_adopting_embodies_the_offset_of_the_filter_in_the_light() -> None:
    ledger = adopt_position(1000, 40, "r")

    assert ledger.base_steps == 960
    assert ledger.embodied_filter == "r"


def test_a_foreign_move_changes_the_base_and_nothing_else() -> None:
    ledger = follow_foreign_move(adopt_position(1000, 40, "r"), 1100)

    assert ledger.base_steps == 1060
    assert ledger.embodied == Terms(filter_steps=40)


def test_a_trembling_encoder_leaves_no_trace() -> None:
    ledger = embody(adopt_position(1000, 0, "l"), 1040, 1038, Terms(filter_steps=40), "r")

    for reading in (1037, 1039, 1036, 1038):
        ledger = follow_foreign_move(ledger, reading)

    assert ledger.raw_steps == 1040
    assert ledger.base_steps == 1000


def test_a_halt_embodies_exactly_what_was_read_back() -> None:
    ledger = embody_where_stopped(adopt_position(1000, 0, "l"), 1017, base_steps=1000)

    assert ledger.embodied == Terms(filter_steps=17)
    assert ledger.base_steps == 1000
    assert ledger.embodied_filter is None


def test_the_same_place_after_a_gap_keeps_what_is_embodied() -> None:
    ledger = resume_after_gap(adopt_position(1000, 40, "r"), 1003, tolerance_steps=5)

    assert ledger.embodied == Terms(filter_steps=40)


def test_another_place_after_a_gap_is_a_new_base_only_if_nothing_was_embodied() -> None:
    bare = resume_after_gap(adopt_position(1000, 0, "l"), 50000, tolerance_steps=5)
    laden = resume_after_gap(adopt_position(1000, 40, "r"), 50000, tolerance_steps=5)

    assert bare.base_steps == 50000
    assert laden.embodied is None
    assert laden.base_steps is None
    assert "50000" in str(laden.unknown_because)
    assert "+40" in str(laden.unknown_because)


def test_a_cut_off_move_is_done_not_started_or_unknown() -> None:
    before = adopt_position(1000, 0, "l")
    landed = embody(before, 1040, 1040, Terms(filter_steps=40), "r")

    def judge(read_steps: int) -> Ledger:
        return resume_after_move(
            before, read_steps, start_steps=1000, landed=landed, tolerance_steps=2
        )

    assert judge(1041) == replace(landed, read_steps=1041)
    assert judge(999).embodied == Terms()
    assert judge(1020).embodied is None


def test_unknown_keeps_the_shift_that_clients_see() -> None:
    ledger = forget_embodied(adopt_position(1000, 40, "r"), 1200, "why")

    assert ledger.base_steps is None
    assert ledger.logical_steps == 1160


def test_a_place_that_is_known_again_counts_from_where_a_client_has_sent_it() -> None:
    known = adopt_position(1000, 40, "r")
    lost = forget_embodied(known, 970, "why", heals=True, led_away=True)
    lost = follow_foreign_move(lost, 900)
    sent = embody(lost, 1000, 1001, None, None)  # a step beside it, inside the tolerance

    healed = heal(sent, 1001, tolerance_steps=1)

    assert healed is not None
    assert healed.raw_steps == 1000
    assert healed.base_steps == 960


def test_what_was_unknown_in_between_leaves_no_trace() -> None:
    known = embody(adopt_position(1000, 0, "l"), 1040, 1038, Terms(filter_steps=40), "r")

    healed = heal(forget_embodied(known, 900, "why", heals=True), 1037, tolerance_steps=5)
    unread = heal(forget_embodied(known, None, "why", heals=True), 1037, tolerance_steps=5)

    assert healed is not None
    assert healed.base_steps == 999
    assert healed == unread
