"""`rigd status` says a thing once."""

from rigd.cli.status import _say_once, _sentences

FAULT = "the focuser stood at 30200 steps instead of 30265 steps: it stopped there by itself"
BECAUSE = "the focuser was last read at 30000 steps, and was then found at 31000 steps"


def answer(**more: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "not_trusted_because": FAULT,
        "unknown_because": None,
        "last_change": {"to": "Red", "result": "failed", "sentence": FAULT},
        "obstacles": [{"sentence": f"the last filter change failed: {FAULT}", "ends_when": "x"}],
    }
    return whole | more


def test_a_sentence_of_three_lines_is_said_in_the_first() -> None:
    lines = [
        f"  focus             not trusted: {FAULT}",
        f"  last change: Red: failed: {FAULT}",
        f"  waits or refuses: the last filter change failed: {FAULT}",
    ]

    assert _say_once(lines, _sentences(answer())) == [
        f"  focus             not trusted: {FAULT}",
        "  last change: Red: failed: (as said above)",
        "  waits or refuses: the last filter change failed: (as said above)",
    ]


def test_what_holds_another_sentence_says_only_the_rest() -> None:
    gate = f"what is in the focuser's position is unknown: {BECAUSE}. Focus on a known filter"
    said = answer(not_trusted_because=BECAUSE, unknown_because=BECAUSE, last_change=None)
    said["obstacles"] = [{"sentence": gate, "ends_when": "x"}]
    lines = [f"  focus             not trusted: {BECAUSE}", f"  waits or refuses: {gate}"]

    assert _say_once(lines, _sentences(said))[1] == (
        "  waits or refuses: what is in the focuser's position is unknown: (as said above). "
        "Focus on a known filter"
    )


def test_short_words_are_said_again() -> None:
    said = answer(not_trusted_because="the focuser is moving", last_change=None, obstacles=[])
    lines = ["  focus  not trusted: the focuser is moving", "  caution: the focuser is moving"]

    assert _say_once(list(lines), _sentences(said)) == lines


def test_no_entry_says_only_that_it_was_said() -> None:
    gate = "this name is that of two focusers: say which of them it is with `rigd devices`"
    said = answer(not_trusted_because=gate, last_change=None)
    said["obstacles"] = [{"sentence": gate, "ends_when": "x"}]
    lines = [
        f"  focus             not trusted: {gate}",
        f"  waits or refuses: {gate}",
        "      ends when x",
        f"  caution: {gate}",
        "  caution: the camera cannot be seen",
    ]

    assert _say_once(lines, _sentences(said)) == [
        f"  focus             not trusted: {gate}",
        "  waits or refuses: this name is that of two focusers: say … (as said above)",
        "      ends when x",
        "  caution: the camera cannot be seen",
    ]
