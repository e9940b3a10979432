"""The table of `./dev ekos` counts what the judge says, and quotes rigd once."""

from bench.ekos.judge import Frame
from bench.ekos.sky import Sky
from bench.ekos.table import HEADS, Outcome, row, table, words

SKY = Sky(base_steps=1000, offsets_steps=(0, 100))


def frame(position: float, slot: int = 1, *, is_early: bool = False) -> Frame:
    return Frame(0.0, 3.0, slot, position, is_early, is_over=True)


def outcome(
    *frames: Frame, said: tuple[str, ...] = (), searches: tuple[Frame, ...] = ()
) -> Outcome:
    return Outcome("scene", "apply", "a frame", SKY, frames, searches, said)


def test_a_row_counts_the_verdicts_and_says_how_far_off() -> None:
    found = row(
        outcome(frame(1000), frame(1100, 2), frame(1000, 2), frame(950), frame(0, is_early=True))
    )

    assert found[3:] == ("5", "2", "1", "2 (by 50 to 100 steps)", "")


def test_frames_of_an_autofocus_are_counted_apart() -> None:
    found = row(outcome(searches=(frame(0), frame(0, is_early=True))))

    assert found[-1] == "2, 1 early"


def test_trouble_stands_in_the_row() -> None:
    troubled = Outcome(
        "scene", "apply", "a frame", SKY, (), (), (), trouble="not within 60 s: Ekos"
    )

    assert row(troubled)[2] == "a frame; not within 60 s: Ekos"


def test_every_line_of_the_table_has_a_cell_for_each_head() -> None:
    lines = list(
        table(
            [outcome(frame(1000))],
        )
    )

    assert len(lines) == 3
    assert {line.count("|") for line in lines} == {len(HEADS) + 1}


def test_of_sentences_that_differ_in_numbers_and_filters_the_first_is_quoted() -> None:
    said = (
        "2026-11-29 21:00:00+0000 INFO    demo: filter Red to Green: done",
        "2026-11-29 21:00:01+0000 WARNING demo: filter Red to Green: waiting: 1 s ago",
        "2026-11-29 21:00:02+0000 WARNING demo: filter Green to H_Alpha: waiting: 14 s ago",
        "2026-11-29 21:00:03+0000 INFO    demo: the autofocus is over: from 20 to 30 steps",
    )

    assert list(words(outcome(said=said))) == [
        "filter Red to Green: waiting: 1 s ago (2 times)",
        "the autofocus is over: from 20 to 30 steps",
    ]
