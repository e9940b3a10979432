"""The store keeps identities for ever and a ledger as it was, all or nothing."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from rigd.equipment.answers import AnswerSubject, GivenAnswer
from rigd.errors import StoreError
from rigd.focus.late_moves import keep_unended
from rigd.focus.state.asked_filter import AskedFilter
from rigd.focus.state.backlash import FinalDirection
from rigd.focus.state.effects import (
    DiaryLine,
    JournalIntent,
    JournalOutcome,
    Remember,
    RememberAsked,
    RememberFault,
    RememberFinalDirection,
    RememberHold,
    RememberMode,
)
from rigd.focus.state.focuser import FocuserMove, FocuserRole, MoveLeg
from rigd.focus.state.ledger import Known, Part, TemperatureBase, Terms, adopt_position
from rigd.focus.state.settings import Mode, RigSettings
from rigd.store.answers import keep_answers, read_answers
from rigd.store.change_faults import read_fault
from rigd.store.database import Store
from rigd.store.diary import read_diary
from rigd.store.effects import write_effects
from rigd.store.final_directions import read_final_direction
from rigd.store.holds import read_hold
from rigd.store.ledgers import guide_name, read_memory
from rigd.store.lock import lock_store
from rigd.store.restore import recall
from rigd.store.rig_identities import identify_rig
from rigd.store.swaps import keep_swap, read_swap
from rigd.store.upkeep import delete_old_lines
from tests.limits import LIMIT_S

LEDGER = adopt_position(30000, 40, "r")
MOVE = FocuserMove(
    number=8,
    start_steps=30000,
    target_steps=29960,
    terms=Terms(),
    filter_key="l",
    began_at_s=1.0,
    by="alpyca",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "rigd.db"


def test_identities_are_made_once_and_survive_a_restart(path: Path) -> None:
    store = Store(path)
    first, second = identify_rig(store, "one"), identify_rig(store, "two")
    store.close()

    again = Store(path)

    assert identify_rig(again, "one") == first
    assert (first.number, second.number) == (0, 1)
    assert len({first.wheel_id, first.focuser_id, second.wheel_id, second.focuser_id}) == 4
    again.close()


def test_an_intent_is_found_again_until_its_outcome_is_stored(path: Path) -> None:
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=MOVE, ledger=LEDGER),))
    switched = RememberMode(mode=Mode.OBSERVE, by="human", ledger=LEDGER, move=MOVE)
    write_effects(store, "one", Mode.OBSERVE, "e", (switched,))
    store.close()
    store = Store(path)
    under_way = read_memory(store, "one")

    write_effects(
        store,
        "one",
        Mode.APPLY,
        "e",
        (
            JournalOutcome(number=8, result="done", raw_steps=29960),
            Remember(ledger=adopt_position(29960, 0, "l"), move=None),
        ),
    )

    assert under_way is not None
    assert under_way.move == MOVE
    assert under_way.ledger == LEDGER
    closed = read_memory(store, "one")
    assert closed is not None
    assert closed.move is None
    assert closed.moves_begun == 8
    store.close()


def test_a_write_is_all_or_nothing(path: Path) -> None:
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=MOVE, ledger=LEDGER),))

    twice = (DiaryLine(sentence="never"), JournalIntent(move=MOVE, ledger=LEDGER))
    with pytest.raises(StoreError, match="UNIQUE"):
        write_effects(store, "one", Mode.APPLY, "e", twice)

    assert read_diary(store, "one") == ()
    store.close()


def test_a_file_of_a_newer_rigd_is_refused_untouched(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as db:
        db.execute("insert into _sqlite_migrations values (99, 'rigd', '9999_later', 'now')")
    db.close()

    with pytest.raises(StoreError, match="newer rigd"):
        Store(path)


def test_a_file_that_is_no_database_is_refused_by_name(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database, but long enough to look at" * 50)

    with pytest.raises(StoreError, match=r"rigd\.db: .*: the file is damaged; docs/recovery\.md"):
        Store(path)


def test_a_folder_that_cannot_be_written_is_named_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = pytest.raises(StoreError, match="its folder cannot be written: ")

    with refused, lock_store(tmp_path / "file" / "rigd.db"):
        pass


ANSWERS = (
    GivenAnswer(
        key="focuser.direction",
        value="inward",
        at="2026-01-01T20:00:00.000+00:00",
        by="127.0.0.1",
        belongs_to=AnswerSubject(role="focuser", name="ZWO EAF", entry="zwo_eaf"),
    ),
    GivenAnswer(
        key="train.owned",
        value={"zwo_t2_ring_11": 2},
        at="2026-01-01T20:01:00.000+00:00",
        by="127.0.0.1",
    ),
)


def test_answers_survive_a_restart_as_they_were_given(path: Path) -> None:
    store = Store(path)
    keep_answers(store, "one", ANSWERS)
    keep_answers(store, "two", ANSWERS[:1])
    keep_answers(store, "two", ())
    store.close()

    again = Store(path)

    assert read_answers(again, "one") == ANSWERS
    assert read_answers(again, "two") == ()
    again.close()


def test_a_file_from_before_there_were_answers_is_taken_on(path: Path) -> None:
    store = Store(path)
    identity = identify_rig(store, "one")
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("drop table answers")
        db.execute("delete from _sqlite_migrations where name = '0002_answers'")
    db.close()

    again = Store(path)

    assert identify_rig(again, "one") == identity
    assert read_answers(again, "one") == ()
    again.close()


def test_upkeep_forgets_old_diary_lines_only(path: Path) -> None:
    store = Store(path)
    write_effects(
        store, "one", Mode.APPLY, "e", (DiaryLine(sentence="old"), DiaryLine(sentence="new"))
    )
    with sqlite3.connect(path) as db:
        db.execute("update diary set at = '2001-01-01T00:00:00+00:00' where sentence = 'old'")
    db.close()

    gone = delete_old_lines(store, keep_days=400)

    assert gone == 1
    assert [line.sentence for line in read_diary(store, "one")] == ["new"]
    store.close()


def test_upkeep_forgets_old_moves_but_not_what_is_open_or_still_embodied(path: Path) -> None:
    store = Store(path)
    moves_begun = [replace(MOVE, number=number) for number in (1, 2, 3)]
    ledgers = [adopt_position(30000, steps, "l") for steps in (10, 20, 30)]
    for move, ledger in zip(moves_begun, ledgers, strict=True):
        write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=move, ledger=ledger),))
    done = [JournalOutcome(number=number, result="done", raw_steps=1) for number in (1, 3)]
    write_effects(store, "one", Mode.APPLY, "e", tuple(done))
    with sqlite3.connect(path) as db:
        db.execute("update journal set intended_at = '2001-01-01' where number < 3")
        db.execute("update embodied set at = '2001-01-01' where steps < 30")
    db.close()

    gone = delete_old_lines(store, keep_days=400)

    with store.transaction() as kept:
        numbers = [row["number"] for row in kept.query("select number from journal")]
        steps = [row["steps"] for row in kept.query("select steps from embodied")]
    store.close()
    assert (gone, numbers, steps) == (2, [2, 3], [20, 30])


def test_a_store_has_one_daemon(path: Path) -> None:
    refused = pytest.raises(StoreError, match=r"another rigd is running on it")

    with lock_store(path), refused, lock_store(path):
        pass

    with lock_store(path):
        pass


def test_the_temperature_of_the_last_focus_survives_a_restart(path: Path) -> None:
    base = TemperatureBase(celsius=7.25, steps=-14, meaning="-11.5")
    ledger = replace(LEDGER, temperature_base=base)
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (Remember(ledger=ledger, move=None),))
    store.close()

    again = Store(path)
    memory = read_memory(again, "one")
    again.close()

    assert memory is not None
    assert memory.ledger == ledger


def test_a_move_in_two_parts_is_found_again_with_both(path: Path) -> None:
    leg = MoveLeg(target_steps=29960, terms=Terms(temperature_steps=-3), filter_key="l")
    move = replace(MOVE, target_steps=29930, second_leg=leg)
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=move, ledger=LEDGER),))

    memory = read_memory(store, "one")
    store.close()

    assert memory is not None
    assert memory.move == move


def test_moves_that_may_still_begin_are_found_again(path: Path) -> None:
    ledger = keep_unended(keep_unended(LEDGER, MOVE), replace(MOVE, number=9, terms=None))
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (Remember(ledger=ledger, move=None),))
    store.close()
    store = Store(path)

    memory = read_memory(store, "one")

    assert memory is not None
    assert memory.ledger == ledger
    assert [move.number for move in memory.ledger.unended] == [8, 9]
    store.close()


def test_where_steps_mean_something_else_what_may_still_begin_has_no_terms(path: Path) -> None:
    settings = RigSettings(name="one", mode=Mode.APPLY, wheel=None, focuser=None, light_path_id="e")
    ledger = keep_unended(adopt_position(30000, 0, "l"), MOVE)
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "another", (Remember(ledger=ledger, move=None),))

    kept = recall(store, settings, {}).ledger

    assert kept is not None
    assert kept.embodied == Terms()
    assert [move.terms for move in kept.unended] == [None]
    store.close()


def test_what_was_known_in_another_light_path_is_found_again_after_restarts(path: Path) -> None:
    base = TemperatureBase(celsius=7.25, steps=-14, meaning="-11.5")
    ledger = replace(
        adopt_position(30040, 40, "r"), temperature_base=base, step_meaning="not reversed"
    )
    here = RigSettings(name="one", mode=Mode.APPLY, wheel=None, focuser=None, light_path_id="here")
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "here", (Remember(ledger=ledger, move=None),))

    other = recall(store, replace(here, light_path_id="other"), {}).ledger
    assert other is not None
    assert other.embodied is None
    write_effects(store, "one", Mode.APPLY, "other", (Remember(ledger=other, move=None),))
    back = recall(store, here, {}).ledger
    store.close()

    assert back is not None
    assert back.last_known == Known(
        raw_steps=30040,
        read_steps=30040,
        embodied=Terms(filter_steps=40),
        embodied_filter="r",
        led_away=True,
    )
    assert (back.temperature_base, back.step_meaning) == (base, "not reversed")


def test_a_hold_is_kept_with_who_and_when_until_it_ends(path: Path) -> None:
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (RememberHold(by="hand"),))
    store.close()

    again = Store(path)
    held, other = read_hold(again, "one"), read_hold(again, "two")
    write_effects(again, "one", Mode.APPLY, "e", (RememberHold(by=None),))
    ended = read_hold(again, "one")
    again.close()

    assert held is not None
    assert held.startswith("hand since 20")
    assert (other, ended) == (None, None)


def test_a_move_keeps_the_part_that_it_changes(path: Path) -> None:
    store = Store(path)
    trim = replace(MOVE, part=Part.TRIM)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=trim, ledger=LEDGER),))
    memory = read_memory(store, "one")
    store.close()

    assert memory is not None
    assert memory.move == trim


def test_a_temperature_move_of_before_there_were_trims_is_read(path: Path) -> None:
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=MOVE, ledger=LEDGER),))
    store.close()
    with sqlite3.connect(path) as db:
        db.execute(
            "update ledgers set flight ="
            " json_set(json_remove(flight, '$.part'), '$.for_temperature', json('true'))"
        )
    db.close()
    store = Store(path)
    memory = read_memory(store, "one")
    store.close()

    assert memory is not None
    assert memory.move == replace(MOVE, part=Part.TEMPERATURE)


def test_a_ledger_and_a_move_written_under_earlier_field_names_are_read(path: Path) -> None:
    leg = MoveLeg(target_steps=1040, terms=None, filter_key=None)
    move = replace(MOVE, second_leg=leg)
    ledger = replace(LEDGER, step_meaning="step 4 um")
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (JournalIntent(move=move, ledger=ledger),))
    store.close()
    with sqlite3.connect(path) as db:
        db.execute(
            "update ledgers set"
            " flight = replace(flight, '\"second_leg\"', '\"onward\"'),"
            " ledger = replace(ledger, '\"step_meaning\"', '\"sense\"')"
        )
        stored = "".join(db.execute("select flight || ledger from ledgers").fetchone())
    db.close()
    store = Store(path)
    memory = read_memory(store, "one")
    store.close()

    assert '"onward"' in stored
    assert '"sense"' in stored
    assert memory is not None
    assert (memory.move, memory.ledger) == (move, ledger)


def test_an_approach_counts_while_steps_mean_the_same(path: Path) -> None:
    store = Store(path)
    write_effects(
        store, "one", Mode.APPLY, "e", (RememberFinalDirection(direction=FinalDirection.UP),)
    )
    write_effects(
        store, "one", Mode.APPLY, "e", (RememberFinalDirection(direction=FinalDirection.DOWN),)
    )
    found = [
        read_final_direction(store, "one", "e"),
        read_final_direction(store, "one", "other"),
        read_final_direction(store, "two", "e"),
    ]
    store.close()

    assert found == [FinalDirection.DOWN, None, None]


def test_a_guide_focusers_ledger_and_moves_are_kept_apart(path: Path) -> None:
    store = Store(path)
    own = replace(MOVE, number=1, target_steps=9950)
    wrote = (
        JournalIntent(move=MOVE, ledger=LEDGER),
        JournalIntent(move=own, ledger=adopt_position(10000, 0, "l"), role=FocuserRole.GUIDE),
        JournalOutcome(number=8, result="done", raw_steps=29960),
        Remember(ledger=adopt_position(29960, 0, "l"), move=None),
    )

    write_effects(store, "one", Mode.APPLY, "e", wrote)

    main, guide = read_memory(store, "one"), read_memory(store, guide_name("one"))
    assert main is not None
    assert main.move is None
    assert guide is not None
    assert (guide.move, guide.moves_begun, guide.ledger) == (own, 1, adopt_position(10000, 0, "l"))
    store.close()


def test_a_guide_focuser_is_recalled_with_its_rig(path: Path) -> None:
    store = Store(path)
    settings = RigSettings(name="one", mode=Mode.APPLY, wheel=None, focuser=None, light_path_id="e")
    laden = adopt_position(9950, -50, "r")
    write_effects(store, "one", Mode.APPLY, "e", (Remember(ledger=LEDGER, move=None),))
    write_effects(
        store,
        "one",
        Mode.APPLY,
        "e",
        (JournalIntent(move=MOVE, ledger=laden, role=FocuserRole.GUIDE),),
    )

    same = recall(store, settings, {}).guide
    other = recall(store, replace(settings, light_path_id="another"), {}).guide
    write_effects(store, "one", Mode.OBSERVE, "e", (Remember(ledger=LEDGER, move=None),))
    begins = recall(store, settings, {}).guide

    assert same is not None
    assert (same.ledger, same.move, same.moves_begun) == (laden, MOVE, 8)
    assert other is not None
    assert other.ledger is not None
    assert other.ledger.embodied is None
    assert begins is not None
    assert (begins.ledger, begins.move, begins.moves_begun) == (None, None, 8)
    store.close()


HALTED_TRIM = RememberFault(sentence="halted by hand", part=Part.TRIM)


def test_a_fault_is_kept_until_it_ends(path: Path) -> None:
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (RememberFault(sentence="the wheel is jammed"),))
    write_effects(store, "one", Mode.APPLY, "e", (HALTED_TRIM,))
    store.close()

    again = Store(path)
    kept, other = read_fault(again, "one"), read_fault(again, "two")
    write_effects(again, "one", Mode.APPLY, "e", (RememberFault(sentence=None),))
    ended = read_fault(again, "one")
    again.close()

    assert (kept, other, ended) == (("halted by hand", Part.TRIM), None, None)


def test_what_a_human_is_asked_to_put_in_is_kept_and_the_filter_before_it_known_no_more(
    path: Path,
) -> None:
    store, asked = Store(path), AskedFilter("l", "a client")
    keep_swap(store, "one", "ha", "human")
    write_effects(store, "one", Mode.APPLY, "e", (RememberAsked(asked=asked),))
    store.close()

    again = Store(path)
    settings = RigSettings(name="one", mode=Mode.APPLY, wheel=None, focuser=None)
    kept, swapped = recall(again, settings, {}).asked, read_swap(again, "one")
    keep_swap(again, "one", "l", "human")
    write_effects(again, "one", Mode.APPLY, "e", (RememberAsked(asked=None),))
    after = (recall(again, settings, {}).asked, read_swap(again, "one"))
    again.close()

    assert (kept, swapped) == (asked, None)
    assert after == (None, "l")


def test_when_another_last_moved_the_focuser_is_found_again(path: Path) -> None:
    settings = RigSettings(name="one", mode=Mode.APPLY, wheel=None, focuser=None, light_path_id="e")
    store = Store(path)
    write_effects(store, "one", Mode.APPLY, "e", (Remember(ledger=LEDGER, move=None),))
    never = recall(store, settings, {})
    theirs = Remember(ledger=LEDGER, move=None, by_another=True)
    write_effects(store, "one", Mode.APPLY, "e", (theirs, Remember(ledger=LEDGER, move=None)))

    kept = recall(store, settings, {})

    assert never.foreign_at_s is None
    assert kept.foreign_at_s is not None
    assert kept.at_s - kept.foreign_at_s < LIMIT_S
    store.close()
