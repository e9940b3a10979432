"""`rigd profile`: import, diff and fingerprint, without a daemon."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from rigd.cli.app import app
from rigd.config import load_config
from rigd.equipment.imports.reader import read_path
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import profile_text, read_profile, write_profile
from rigd.errors import ConfigError, InvalidValueError
from tests.equipment.imports.files import FIXTURES, database
from tests.ports import free_port

NINA = FIXTURES / "nina.profile"
FILES = ["nina.profile", "ccdciel.conf", "camera_config.xml", "wheel_config.xml"]


def run(*words: object) -> str:
    result = CliRunner().invoke(app, ["profile", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def userdb(tmp_path: Path) -> Path:
    path = tmp_path / "userdb.sqlite"
    path.write_bytes(database())
    return path


def test_import_shows_what_it_understood_and_what_not_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    shown = run("import", NINA)

    assert "# understood: Esprit 100 (N.I.N.A. nina.profile)" in shown
    assert "# imported offset: ha-3nm -31 steps against l (positive counts up)" in shown
    assert "# not understood: focuser: BacklashOut 120 steps" in shown
    assert list(tmp_path.iterdir()) == []


def test_import_as_json_says_unit_sign_reference_source_and_date() -> None:
    result = json.loads(run("import", NINA, "--json"))

    offset = result["trains"][0]["offsets"][1]
    assert list(offset) == [
        "filter", "focus_offset_steps", "sign", "reference", "source", "date", "state",
    ]  # fmt: skip
    assert offset["state"] == "imported"
    assert list(result) == ["program", "source", "trains", "not_understood", "warnings"]


@pytest.mark.parametrize("name", FILES)
def test_what_was_written_reads_back_the_same(name: str, tmp_path: Path) -> None:
    out = tmp_path / "rig.toml"

    # A rigd that runs on this computer would have its servers named instead of the file's.
    run("import", FIXTURES / name, "--write", out, "--url", f"http://127.0.0.1:{free_port()}")

    assert read_profile(out) == read_path(FIXTURES / name).train(None).profile


def test_a_written_profile_passes_rigd_check(tmp_path: Path) -> None:
    run("import", NINA, "--write", tmp_path / "rig.toml")
    config = tmp_path / "rigd.toml"
    config.write_text(
        '[[servers]]\nname = "alpaca"\ndriver = "alpaca"\nhost = "127.0.0.1"\nport = 11111\n'
        '[[rigs]]\nname = "pier"\nmode = "observe"\nprofile = "rig.toml"\n',
        encoding="utf-8",
    )

    result = CliRunner().invoke(app, ["check", "--config", str(config)])

    assert result.exit_code == 0, result.output
    assert load_config(config).profiles["pier"].name == "Esprit 100"


def test_offsets_are_written_only_if_asked_for(tmp_path: Path) -> None:
    run("import", NINA, "--write", tmp_path / "without.toml")
    run("import", NINA, "--write", tmp_path / "with.toml", "--with-offsets")

    without, stated = (read_profile(tmp_path / f"{n}.toml") for n in ("without", "with"))
    assert {f.focus_offset_steps for f in without.filters.values()} == {None}
    assert stated.filters["ha-3nm"].focus_offset_steps == -31
    assert stated.filters["dark"].focus_offset_steps is None


def test_one_of_several_trains_is_named(userdb: Path, tmp_path: Path) -> None:
    out = tmp_path / "guide.toml"

    run("import", userdb, "--train", "Guide", "--write", out)

    assert read_profile(out).name == "Pier/Guide"


@pytest.mark.parametrize("choice", [[], ["--train", "Third"]])
def test_a_train_that_is_not_clear_is_refused(
    userdb: Path, tmp_path: Path, choice: list[str]
) -> None:
    out = tmp_path / "out.toml"

    with pytest.raises(
        InvalidValueError, match=r"name one of: Pier/Primary, Pier/Guide .*--train Pier/Primary"
    ):
        run("import", userdb, "--write", out, *choice)

    assert not out.exists()


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "rig.toml"
    out.write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="exists already"):
        run("import", NINA, "--write", out)

    assert out.read_text(encoding="utf-8") == "mine"


def test_a_refused_file_writes_nothing(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.xml", tmp_path / "rig.toml"
    bad.write_text("<html/>", encoding="utf-8")

    with pytest.raises(InvalidValueError, match=r"bad\.xml: XML of an unknown kind"):
        run("import", bad, "--write", out)

    assert not out.exists()


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file or directory"):
        write_profile(tmp_path / "absent" / "rig.toml", EquipmentProfile(name="x"))


def test_odd_characters_survive_the_file(tmp_path: Path) -> None:
    profile = EquipmentProfile(name='Hβ "3 nm"\t\x7f\\')

    write_profile(tmp_path / "rig.toml", profile)

    assert read_profile(tmp_path / "rig.toml") == profile


@settings(deadline=None)
@given(name=st.text(min_size=1), length=st.floats(1e-3, 1e6), steps=st.integers(-10000, 10000))
def test_whatever_a_profile_says_its_text_says(name: str, length: float, steps: int) -> None:
    profile = EquipmentProfile.model_validate(
        {
            "name": name,
            "optic": {"name": name, "focal_length_mm": length},
            "filters": {"ha": {"name": name, "focus_offset_steps": steps}},
        }
    )

    assert EquipmentProfile.model_validate(tomllib.loads(profile_text(profile))) == profile


def test_the_text_has_nothing_that_is_unknown() -> None:
    assert profile_text(EquipmentProfile(name="x")) == 'name = "x"\n'


def test_diff_says_what_changed_and_whether_offsets_stay(tmp_path: Path) -> None:
    before, after, last = (tmp_path / name for name in ("a.toml", "b.toml", "c.toml"))
    before.write_text('name = "A"\n[optic]\nid = "one"\n[filters.l]\nname = "L"\n')
    after.write_text('name = "B"\n[optic]\nid = "one"\n[filters.l]\nname = "L"\n')
    last.write_text('name = "B"\n[optic]\nid = "two"\n[filters.l]\nname = "L"\nglass = "BK7"\n')

    assert run("diff", before, after) == "name: B, was A\nthe same light path\n"
    assert run("diff", after, last).splitlines() == [
        "optic.id: two, was one",
        "filters.l.glass: BK7, was not stated",
        "another light path: it has offsets of its own",
        "l is another filter: it has an offset of its own",
    ]
    assert json.loads(run("diff", before, after, "--json")) == {
        "changes": [{"key": "name", "before": "A", "after": "B"}],
        "same_light_path": True,
    }


def test_without_a_name_the_profile_in_force_is_meant(tmp_path: Path) -> None:
    path, config = tmp_path / "a.toml", tmp_path / "rigd.toml"
    path.write_text('name = "A"\nreference_filter = "l"\n[filters.l]\nname = "L"\n')
    config.write_text('[[rigs]]\nname = "pier"\nmode = "observe"\nprofile = "a.toml"\n')
    store = ("--config", config, "--url", f"http://127.0.0.1:{free_port()}")
    run("import", path, "--switch", *store)

    assert run("fingerprint", *store) == run("fingerprint", path)
    assert run("diff", path, *store) == "the same light path\n"


def test_fingerprint_prints_the_light_path_and_every_filter(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('name = "A"\nreference_filter = "l"\n[filters.l]\nname = "L"\n')

    lines = run("fingerprint", path).splitlines()
    digits = json.loads(run("fingerprint", path, "--json"))

    assert lines[0] == f"{digits['train']}  light path"
    assert lines[1] == f"{digits['filters']['l']}  l  (reference)"
