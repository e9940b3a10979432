"""A program of the user's own that says what it does with its offsets is believed."""

from collections.abc import Mapping

import pytest

from rigd.devices.events import OffsetsDeclared, ProgramOffset, ServerDown
from rigd.focus.cautions import cautions
from rigd.focus.state.effects import DiaryLine, MoveFocuser, Refusal, RememberMode, Severity
from rigd.focus.state.ledger import Terms
from rigd.focus.state.requests import ModeRequested
from rigd.focus.state.settings import Mode
from tests.focus.night import Night

OWN = {"L": 0, "R": 0, "Ha": 120}
ZERO = {"L": 0, "R": 0, "Ha": 0}
NINA = "N.I.N.A. (profile A)"


class Asked(Night):
    """A night with a program that can be asked."""

    def __init__(self, mode: Mode = Mode.APPLY, programs: tuple[str, ...] = ("nina",)) -> None:
        super().__init__(mode, programs=programs)

    def told(
        self,
        table: Mapping[str, int],
        *,
        applies: bool | None,
        server: str = "nina",
        first: int = 0,
    ) -> None:
        self.feed(
            OffsetsDeclared(
                at_s=self.now_s,
                server=server,
                program=NINA,
                address="10.0.0.5",
                applies=applies,
                offsets=tuple(
                    ProgramOffset(filter_position=n, name=name, steps=steps)
                    for n, (name, steps) in enumerate(table.items(), first)
                ),
            )
        )

    def gone(self) -> None:
        self.feed(ServerDown(at_s=self.now_s, server="nina", reason="no answer"))

    def switch(self, mode: Mode, **words: object):  # type: ignore[no-untyped-def]
        return self.feed(ModeRequested(at_s=self.now_s, client="human", mode=mode, **words))  # type: ignore[arg-type]

    @property
    def mode(self) -> Mode:
        return self.rig.settings.mode

    @property
    def chosen(self) -> list[tuple[Mode, str]]:
        return [(e.mode, e.by) for e in self.effects if isinstance(e, RememberMode)]


def test_beside_a_program_that_says_it_applies_rigd_stands_down_before_anything_moves() -> None:
    night = Asked().begin(30000, filter_position=1)

    night.told(OWN, applies=True)
    night.wheel(2)

    assert night.mode is Mode.OBSERVE
    assert night.rig.stood_down
    assert night.chosen == [(Mode.OBSERVE, "rigd")]
    assert not any(isinstance(e, MoveFocuser) for e in night.effects)
    assert night.rig.ledger.embodied == Terms(filter_steps=40), "nothing is undone"
    assert "rigd stands down to observe: N.I.N.A. (profile A) says that it applies" in night.said
    assert "(L +0, Ha +120 steps); switch them off there, or use mode publish" in night.said


@pytest.mark.parametrize(
    ("table", "applies", "first"),
    [
        pytest.param(ZERO, True, 0, id="all-zero"),
        pytest.param({"L": 50, "R": 50}, True, 0, id="all-the-same"),
        pytest.param({}, True, 0, id="no-table"),
        pytest.param(OWN, False, 0, id="switched-off"),
        pytest.param(OWN, None, 0, id="not-said"),
        pytest.param({"L": 7, "R": 9}, True, 4, id="only-one-of-this-rigs-slots"),
    ],
)
def test_a_program_that_would_not_move_the_focuser_is_no_second_applier(
    table: Mapping[str, int], applies: bool | None, first: int
) -> None:
    night = Asked().begin(30000, filter_position=1)

    night.told(table, applies=applies, first=first)
    night.wheel(2)

    assert night.mode is Mode.APPLY
    assert night.moves == [29935]


def test_a_program_that_is_not_this_rigs_is_not_heard() -> None:
    night = Asked().begin()

    night.told(OWN, applies=True, server="the-neighbours")

    assert night.mode is Mode.APPLY
    assert night.rig.declared_offsets == ()


def test_a_move_under_way_is_ended_before_rigd_stands_down() -> None:
    night = Asked().begin()
    night.ask(1)

    night.told(OWN, applies=True)
    assert night.mode is Mode.APPLY, "the journal must outlive the move"
    night.wheel(1)
    night.arrive(30040)

    assert night.mode is Mode.OBSERVE
    assert night.rig.ledger.embodied == Terms(filter_steps=40)


def test_before_the_focuser_was_seen_nothing_is_decided() -> None:
    night = Asked()

    night.told(OWN, applies=True)
    assert night.chosen == [], "the ledger that would be stored is empty"
    night.begin()

    assert night.mode is Mode.OBSERVE


@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        (Mode.OBSERVE, "it is the one applier as long as rigd observes"),
        (Mode.PUBLISH, "as mode publish means it to"),
    ],
)
def test_where_rigd_does_not_apply_it_is_only_said_once(mode: Mode, advice: str) -> None:
    night = Asked(mode).begin()

    night.told(OWN, applies=True)
    night.tick()

    lines = [
        e
        for e in night.effects
        if isinstance(e, DiaryLine) and "says that it applies" in e.sentence
    ]
    assert [(line.severity, advice in line.sentence) for line in lines] == [(Severity.INFO, True)]
    assert night.mode is mode


def test_a_program_that_goes_is_forgotten_and_the_stand_down_stays() -> None:
    night = Asked().begin()
    night.told(OWN, applies=True)

    night.gone()

    assert night.rig.declared_offsets == ()
    assert night.mode is Mode.OBSERVE


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.PUBLISH])
def test_apply_is_refused_beside_a_program_that_says_it_applies(
    mode: Mode, *, confirmed: bool
) -> None:
    night = Asked(mode).begin()
    night.told(OWN, applies=True)

    step = night.switch(Mode.APPLY, confirmed=confirmed)

    assert step.refusal is Refusal.GATE
    assert f"{NINA} says that it applies" in step.sentence
    assert "Ha +120 steps" in step.sentence
    assert night.mode is mode


def test_once_it_says_off_rigd_applies_again_when_told_to() -> None:
    night = Asked().begin()
    night.told(OWN, applies=True)

    night.told(OWN, applies=False)
    assert night.mode is Mode.OBSERVE, "a stand-down ends by a human alone"
    assert "rigd goes back to it with `rigd mode apply`" in night.said
    step = night.switch(Mode.APPLY)

    assert step.refusal is None
    assert f"{NINA} says that its filter offsets are off" in night.said


READ = ("N.I.N.A. at 10.0.0.5", "10.0.0.5")


@pytest.mark.parametrize(
    ("table", "applies"),
    [
        pytest.param(OWN, False, id="off"),
        pytest.param(ZERO, True, id="zero"),
        pytest.param(ZERO, None, id="zero-and-not-said"),
    ],
)
@pytest.mark.parametrize("readers", [READ, ()])
def test_publish_to_apply_takes_a_read_back_of_zero_or_off_for_the_word(
    table: Mapping[str, int], applies: bool | None, readers: tuple[str, ...]
) -> None:
    night = Asked(Mode.PUBLISH).begin()
    night.told(table, applies=applies)

    step = night.switch(Mode.APPLY, readers=readers)

    assert step.refusal is None
    assert night.mode is Mode.APPLY


@pytest.mark.parametrize(
    ("table", "applies", "readers", "programs"),
    [
        pytest.param(OWN, False, (*READ, "APT at 10.0.0.6"), ("nina",), id="another-reader"),
        pytest.param(OWN, None, READ, ("nina",), id="not-said"),
        pytest.param({}, True, READ, ("nina",), id="no-table"),
        pytest.param(ZERO, True, READ, ("nina", "indigo"), id="another-program-is-silent"),
    ],
)
def test_without_a_read_back_of_all_of_them_the_word_is_still_wanted(
    table: Mapping[str, int],
    applies: bool | None,
    readers: tuple[str, ...],
    programs: tuple[str, ...],
) -> None:
    night = Asked(Mode.PUBLISH, programs).begin()
    night.told(table, applies=applies)

    refused = night.switch(Mode.APPLY, readers=readers)

    assert refused.refusal is Refusal.GATE
    assert f"{', '.join(readers)} read the published offsets" in refused.sentence
    assert night.switch(Mode.APPLY, readers=readers, confirmed=True).refusal is None


def test_a_program_that_does_not_answer_leaves_it_to_the_word() -> None:
    night = Asked(Mode.PUBLISH).begin()
    night.told(ZERO, applies=True)
    night.gone()

    assert night.switch(Mode.APPLY, readers=READ).refusal is Refusal.GATE


def test_a_table_that_is_kept_though_off_is_a_caution_in_apply() -> None:
    night = Asked().begin()

    night.told(OWN, applies=False)

    assert any("which are off: leave them off" in line for line in cautions(night.rig))
    night.told(ZERO, applies=False)
    assert not any("leave them off" in line for line in cautions(night.rig))


def test_in_publish_a_program_whose_offsets_are_off_is_a_caution() -> None:
    night = Asked(Mode.PUBLISH).begin()

    night.told(OWN, applies=False)

    assert any("in mode publish nobody applies them" in line for line in cautions(night.rig))
