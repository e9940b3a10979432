"""Profiles in the store: every change is journalled, whole, and can be taken back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rigd.equipment.profile import EquipmentProfile
from rigd.errors import (
    ChangedMeanwhileError,
    InvalidValueError,
    NoProfileError,
    RefusedError,
)
from rigd.store.database import Store
from rigd.store.profile_journal import What, read_profile_journal
from rigd.store.profiles import (
    add,
    dry_run,
    find_profile,
    list_profiles,
    put,
    read_profiles_in_force,
    shelve,
    switch,
    undo,
)

LONG = EquipmentProfile.model_validate({"name": "Long", "optic": {"focal_length_mm": 714.0}})
SHORT = EquipmentProfile.model_validate({"name": "Short", "optic": {"focal_length_mm": 500.0}})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "rigd.db")) as store:
        yield store


def names(store: Store) -> list[str]:
    return [one.name for one in list_profiles(store)]


def test_a_kept_profile_reads_back_the_same(store: Store) -> None:
    add(store, LONG, "me")

    assert find_profile(store, "Long").profile == LONG
    assert read_profile_journal(store, 9)[0].by == "me"


def test_two_profiles_never_have_one_name_whatever_its_case(store: Store) -> None:
    add(store, LONG, "me")

    with pytest.raises(RefusedError, match="a profile named 'Long' already"):
        add(store, LONG.model_copy(update={"name": "LONG"}), "me")

    assert names(store) == ["Long"]


def test_a_profile_that_is_not_there_is_named_with_those_there_are(store: Store) -> None:
    add(store, LONG, "me")

    with pytest.raises(NoProfileError, match=r"no profile is named 'Lung' \(there are: 'Long'\)"):
        find_profile(store, "Lung")


def test_the_journal_has_before_and_after_who_and_when(store: Store) -> None:
    add(store, LONG, "me")
    put(store, "Long", SHORT, "you")

    line = read_profile_journal(store, 1)[0]

    assert (line.what, line.by, line.profile) == (What.EDIT, "you", "Short")
    assert line.before is not None
    assert line.after is not None
    assert "714.0" in str(line.before["toml"])
    assert "500.0" in str(line.after["toml"])
    assert line.at.endswith("+00:00")


def test_an_edit_of_what_was_looked_at_before_another_edit_is_refused(store: Store) -> None:
    add(store, LONG, "me")
    seen = find_profile(store, "Long").revision
    put(store, "Long", LONG.model_copy(update={"reference_filter": None, "format": 1}), "me")
    put(store, "Long", LONG.model_copy(update={"optic": SHORT.optic}), "you")

    with pytest.raises(ChangedMeanwhileError, match="was changed meanwhile"):
        put(store, "Long", SHORT, "me", expect=seen)

    assert find_profile(store, "Long").profile.optic == SHORT.optic


def test_a_rename_keeps_the_profile_in_force(store: Store) -> None:
    add(store, LONG, "me")
    switch(store, "pier", "Long", "me")

    put(store, "Long", LONG.model_copy(update={"name": "Longer"}), "me", what=What.RENAME)

    assert read_profiles_in_force(store)["pier"].name == "Longer"


@pytest.mark.parametrize("name", ["", " Long", "Lo\nng", "x" * 300])
def test_a_name_that_is_none_is_refused_in_plain_words(store: Store, name: str) -> None:
    add(store, LONG, "me")

    with pytest.raises(InvalidValueError, match="one line of 1 to"):
        put(store, "Long", LONG.model_copy(update={"name": name}), "me", what=What.RENAME)


def test_a_profile_in_force_is_not_archived_and_an_archived_one_not_put_in_force(
    store: Store,
) -> None:
    add(store, LONG, "me")
    add(store, SHORT, "me")
    switch(store, "pier", "Long", "me")

    with pytest.raises(RefusedError, match="in force on pier"):
        shelve(store, "Long", "me", archived=True)
    shelve(store, "Short", "me", archived=True)
    with pytest.raises(RefusedError, match="archived: restore it first"):
        switch(store, "pier", "Short", "me")

    assert read_profiles_in_force(store)["pier"].name == "Long"


def test_undo_walks_back_through_every_kind_of_change(store: Store) -> None:
    add(store, LONG, "me")
    switch(store, "pier", "Long", "me")
    add(store, SHORT, "me")
    switch(store, "pier", "Short", "me")
    put(store, "Short", SHORT.model_copy(update={"name": "Shorter"}), "me", what=What.RENAME)
    shelve(store, "Long", "me", archived=True)

    taken_back = [undo(store, "me").what for _ in range(4)]

    assert taken_back == [What.ARCHIVE, What.RENAME, What.SWITCH, What.CREATE]
    assert names(store) == ["Long"]
    assert read_profiles_in_force(store)["pier"].profile == LONG
    assert [line.what for line in read_profile_journal(store, 4)] == [What.UNDO] * 4


def test_undo_never_leaves_a_rig_without_profile(store: Store) -> None:
    add(store, LONG, "me")
    switch(store, "pier", "Long", "me")

    with pytest.raises(RefusedError, match="had no profile before"):
        undo(store, "me")

    assert read_profiles_in_force(store)["pier"].name == "Long"


def test_undo_of_another_change_than_the_one_meant_is_refused(store: Store) -> None:
    add(store, LONG, "me")
    meant = read_profile_journal(store, 1)[0].number
    add(store, SHORT, "you")

    with pytest.raises(ChangedMeanwhileError, match="is not the last one"):
        undo(store, "me", expect=meant)

    assert names(store) == ["Long", "Short"]


def test_what_is_tried_is_not_kept(store: Store) -> None:
    add(store, LONG, "me")

    with dry_run(store):
        put(store, "Long", SHORT, "me")
        assert names(store) == ["Short"]

    assert names(store) == ["Long"]
    assert len(read_profile_journal(store, 9)) == 1


@pytest.mark.parametrize("what", ["add", "put"])
def test_a_profile_whose_numbers_contradict_each_other_is_not_taken(
    store: Store, what: str
) -> None:
    wrong = EquipmentProfile.model_validate(
        {"name": "Long", "focuser": {"min_steps": 500, "max_steps": 100}}
    )
    if what == "put":
        add(store, LONG, "me")

    with pytest.raises(InvalidValueError, match=r"min_steps = 500 is not below .*max_steps = 100"):
        add(store, wrong, "me") if what == "add" else put(store, "Long", wrong, "me")

    assert [one.profile for one in list_profiles(store)] == ([LONG] if what == "put" else [])


def test_one_that_was_stored_before_is_read_all_the_same(store: Store) -> None:
    add(store, LONG, "me")
    toml = 'name = "Long"\n[focuser]\nmin_steps = 500\nmax_steps = 100\n'
    with store.transaction() as db:
        db.execute("update profiles set toml = ?", [toml])

    assert find_profile(store, "Long").profile.focuser is not None
