"""A profile's file counts once: from then on the database is the one truth."""

from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from rigd.config import load_for_start
from rigd.equipment.fingerprint import filter_fingerprints, light_path
from rigd.equipment.profile_toml import read_profile
from rigd.errors import ConfigError
from rigd.learning.fit_record import FitResult
from rigd.store.database import Store
from rigd.store.fits import keep_fit, read_newest_fit
from rigd.store.profile_journal import read_profile_journal
from rigd.store.profiles import list_profiles, put, read_profiles_in_force
from rigd.store.starting_profiles import NO_PROFILE, _before_profiles, profiles_at_start

EXAMPLES = files("rigd.profiles") / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rigd.toml", "demo.toml"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text(encoding="utf-8"))
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with closing(Store(folder / "rigd.db")) as store:
        yield store


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_at_the_first_start_the_file_is_taken_in(folder: Path, store: Store) -> None:
    start = profiles_at_start(store, load_for_start(folder / "rigd.toml"))

    assert start.profiles["demo"] == read_profile(folder / "demo.toml")
    assert read_profiles_in_force(store)["demo"].profile == start.profiles["demo"]
    assert start.warnings == ()


def test_a_second_start_changes_nothing(folder: Path, store: Store) -> None:
    loaded = load_for_start(folder / "rigd.toml")
    first = profiles_at_start(store, loaded)
    lines = len(read_profile_journal(store, 99))

    assert profiles_at_start(store, loaded) == first
    assert len(read_profile_journal(store, 99)) == lines


def test_a_changed_file_is_warned_of_and_does_not_count(folder: Path, store: Store) -> None:
    first = profiles_at_start(store, load_for_start(folder / "rigd.toml"))
    edit(folder / "demo.toml", "step_size_um = 4.0", "step_size_um = 5.0")

    again = profiles_at_start(store, load_for_start(folder / "rigd.toml"))

    assert again.profiles == first.profiles
    assert len(again.warnings) == 1
    assert "demo.toml was changed, but" in again.warnings[0]
    assert f"rigd profile import {folder / 'demo.toml'} --replace" in again.warnings[0]


def test_a_file_that_was_taken_once_is_not_warned_of_again(folder: Path, store: Store) -> None:
    loaded = load_for_start(folder / "rigd.toml")
    name = profiles_at_start(store, loaded).profiles["demo"].name
    edited = read_profiles_in_force(store)["demo"].profile.model_copy(
        update={"reference_filter": "red"}
    )
    put(store, name, edited, "me")

    assert profiles_at_start(store, loaded).warnings == ()
    assert profiles_at_start(store, loaded).profiles["demo"] == edited


def test_a_broken_file_stops_the_first_start_only(folder: Path, store: Store) -> None:
    good = profiles_at_start(store, load_for_start(folder / "rigd.toml"))
    edit(folder / "demo.toml", 'direction = "outward"', 'direction = "up"')
    broken = load_for_start(folder / "rigd.toml")

    again = profiles_at_start(store, broken)
    with (
        closing(Store(folder / "other.db")) as empty,
        pytest.raises(ConfigError, match=r", line \d\d: focuser\.direction"),
    ):
        profiles_at_start(empty, broken)

    assert again.profiles == good.profiles
    assert "of the database counts" in again.warnings[0]


def test_a_rig_without_any_profile_starts_and_knows_nothing(folder: Path, store: Store) -> None:
    edit(folder / "rigd.toml", 'profile = "demo.toml"', "")

    start = profiles_at_start(store, load_for_start(folder / "rigd.toml"))

    assert start.profiles["demo"] == NO_PROFILE
    assert "rig demo has no equipment profile" in start.warnings[0]
    assert list_profiles(store) == ()


def test_two_rigs_files_of_one_name_are_two_profiles(folder: Path, store: Store) -> None:
    text = (folder / "demo.toml").read_text()
    (folder / "other.toml").write_text(text.replace("step_size_um = 4.0", "step_size_um = 5.0"))
    with (folder / "rigd.toml").open("a") as file:
        file.write('\n[[rigs]]\nname = "other"\nmode = "observe"\nprofile = "other.toml"\n')

    start = profiles_at_start(store, load_for_start(folder / "rigd.toml"))

    assert start.profiles["demo"].focuser.step_size_um == 4.0  # type: ignore[union-attr]
    assert start.profiles["other"].focuser.step_size_um == 5.0  # type: ignore[union-attr]
    assert len(list_profiles(store)) == 2


def test_a_profile_that_names_no_server_of_the_configuration_stops_the_start(
    folder: Path, store: Store
) -> None:
    profiles_at_start(store, load_for_start(folder / "rigd.toml"))
    edit(folder / "rigd.toml", 'name = "simulators"', 'name = "pier"')

    with pytest.raises(ConfigError, match=r"'simulators' is not a \[\[servers\]\] name"):
        profiles_at_start(store, load_for_start(folder / "rigd.toml"))


def test_what_was_learnt_before_profiles_lived_here_counts_on(folder: Path, store: Store) -> None:
    loaded = load_for_start(folder / "rigd.toml")
    old = _before_profiles(loaded.profiles["demo"])
    fitted = FitResult(light_path_id=old, cause="", basis="", result={"offsets": {}}, pictures={})
    keep_fit(store, "demo", fitted)
    with store.transaction() as db:
        db.execute(
            "insert into ledgers (rig, ledger, flights, mode, epoch) values"
            " ('demo', '{}', 0, 'apply', ?)",
            [old],
        )

    profile = profiles_at_start(store, loaded).profiles["demo"]

    fit = read_newest_fit(store, "demo", light_path(profile))
    assert fit is not None
    assert fit.result["glasses"] == filter_fingerprints(profile)
    with store.transaction() as db:
        assert db.execute("select epoch from ledgers").fetchone()[0] == light_path(profile)


def test_a_profile_in_the_configuration_that_was_changed_is_warned_of(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "rigd.toml"
    path.write_text(
        '[[rigs]]\nname = "demo"\nmode = "observe"\n'
        '[rigs.equipment]\nname = "Mine"\n[rigs.equipment.optic]\nfocal_ratio = 5.0\n',
        encoding="utf-8",
    )
    first = profiles_at_start(store, load_for_start(path))
    edit(path, "focal_ratio = 5.0", "focal_ratio = 6.0")

    again = profiles_at_start(store, load_for_start(path))

    assert first.profiles["demo"].optic.focal_ratio == 5.0
    assert again.profiles == first.profiles
    assert "[rigs.equipment] of rigd.toml was changed, but 'Mine' of the" in again.warnings[0]
    assert f"`rigd profile import {path} --replace 'Mine'` takes the file" in again.warnings[0]
