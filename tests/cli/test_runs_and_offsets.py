"""`rigd runs read` and `rigd offsets fit | plan` on files, without a daemon."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rigd.cli import offsets
from rigd.cli.offsets import offsets_app
from rigd.cli.runs import list_lines, runs_app

FIXTURES = Path(__file__).parents[1] / "autofocus_logs" / "fixtures"
NIGHT = str(FIXTURES / "at10rc_night.csv")


def test_runs_read_prints_the_nine_fields() -> None:
    result = CliRunner().invoke(
        runs_app, ["read", str(FIXTURES / "nina_good.json"), "--json", "--frame", "raw"]
    )

    assert result.exit_code == 0
    (run,) = json.loads(result.stdout)
    assert list(run) == [
        "filter", "position_steps", "se_steps", "temperature_c", "time", "frame", "source", "ok",
        "reason",
    ]  # fmt: skip
    assert run["time"] == "2024-02-01T21:15:30.123456Z"
    assert run["frame"] == "raw"


def test_a_refused_file_is_one_line_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.touch()

    result = CliRunner().invoke(runs_app, ["read", str(path), "--json"])

    assert result.exit_code == 1
    assert result.stderr == f"{path}: the file is empty\n"
    assert json.loads(result.stdout) == []


def test_a_directory_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text((FIXTURES / "nina_good.json").read_text())
    (tmp_path / "b.txt").write_text("prose")

    result = CliRunner().invoke(runs_app, ["read", str(tmp_path), "--json"])

    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) == 1
    assert result.stderr.startswith("b.txt: no autofocus log")


def test_a_directory_of_other_things_is_a_line_for_each_reason(tmp_path: Path) -> None:
    for name in ("a.conf", "b.conf", "c.conf"):
        (tmp_path / name).write_text("prose")
    (tmp_path / "d.conf").touch()
    (tmp_path / "e.json").write_text((FIXTURES / "nina_good.json").read_text())

    result = CliRunner().invoke(runs_app, ["read", str(tmp_path), "--json"])

    foreign, empty = result.stderr.splitlines()
    assert foreign.startswith("a.conf and 2 more: no autofocus log of a known kind")
    assert empty == "d.conf: the file is empty"
    assert len(json.loads(result.stdout)) == 1


def test_of_files_refused_for_one_reason_the_first_is_named_by_its_path(tmp_path: Path) -> None:
    for night in ("one", "two"):
        (tmp_path / night).mkdir()
        (tmp_path / night / "x.json").touch()

    for app, command in ((runs_app, "read"), (offsets_app, "audit")):
        result = CliRunner().invoke(app, [command, str(tmp_path)])

        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"{Path('one/x.json')} and 1 more: ")


def test_a_missing_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "x.json"

    for app, command in ((runs_app, "read"), (offsets_app, "audit")):
        result = CliRunner().invoke(app, [command, str(path)])

        assert result.exit_code == 1
        assert result.stderr == f"{path}: No such file or directory\n"


def test_an_unknown_zone_is_named() -> None:
    result = CliRunner().invoke(runs_app, ["read", NIGHT, "--zone", "Atlantis"])

    assert result.exit_code == 2
    assert "Atlantis" in result.stderr


def test_offsets_fit_answers_from_a_plain_table() -> None:
    result = CliRunner().invoke(
        offsets_app,
        ["fit", "--runs", NIGHT, "--reference", "Luminance", "--focus-zone-steps", "78", "--json"],
    )

    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    red = next(o for o in answer["offsets"] if o["filter"] == "Red")
    assert abs(red["focus_offset_steps"] - 18.6) < 2
    assert red["state"] == "trusted"
    assert red["inside_focus_zone"] is True


def test_offsets_plan_names_the_next_filter() -> None:
    result = CliRunner().invoke(
        offsets_app,
        ["plan", "--runs", NIGHT, "--reference", "Luminance", "--focus-zone-steps", "78", "--json"],
    )

    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["next_filter"] == "Luminance"  # every offset leans on it
    assert answer["more_loops"] == 0


def test_micrometres_of_glass_do_not_stand_beside_steps_that_runs_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = {
        "filter_position": 0,
        "name": "Red",
        "focus_offset_steps": 21,
        "se_steps": 3.1,
        "focus_offset_um": 338.6,
        "declined_steps": None,
        "would_move_to_steps": None,
        "reason": None,
        "peer": None,
        "learnt": None,
    }
    answer = {
        "rig": "one",
        "mode": "observe",
        "offsets": [
            {**row, "state": "trusted"},
            {**row, "name": "Blue", "state": "modelled", "focus_offset_um": 342.4},
        ],
    }
    monkeypatch.setattr(offsets, "one_rig", lambda _url, _rig: "/rigs/one")
    monkeypatch.setattr(offsets, "ask", lambda _url, _path: answer)

    shown = CliRunner().invoke(offsets_app, []).output

    assert "+342.4" in shown
    assert "338.6" not in shown


def test_a_refusal_is_said_once() -> None:
    learnt = {"focus_offset_steps": 12.0, "se_steps": 4.7, "runs": 4, "state": "refused"}
    row = {
        "state": "none",
        "reason": "+12 ± 4.7 steps: too unsure; about one more run in turn with L would do",
        "declined_steps": 12,
        "peer": None,
        "learnt": {**learnt, "reason": "too unsure: standard error 4.7 steps above 4.6"},
    }

    assert offsets._how_known(row) == f"{row['reason']}; 4 runs"


def test_a_missing_table_ends_in_one_line() -> None:
    result = CliRunner().invoke(offsets_app, ["fit", "--runs", "nowhere.csv", "--reference", "L"])

    assert result.exit_code == 1
    assert result.stderr == "nowhere.csv: No such file or directory\n"


def test_kept_runs_fit_into_a_narrow_terminal_with_source_and_reason() -> None:
    run = {
        "key": "8990980512345678",
        "time": "2026-11-30T11:26:02+00:00",
        "filter": "luminance",
        "position_steps": 50000.25,
        "temperature_c": -12.5,
        "frame": "raw",
        "embodied_steps": -120,
        "source": "live: autofocus of another program",
        "reason": "4 moves with exposures between them, a search has 5",
    }
    other = {**run, "time": None, "filter": None, "reason": None, "temperature_c": None}

    lines = list_lines([run, other])

    assert max(map(len, lines)) <= 80
    assert lines[2].strip() == "live: autofocus of another program"
    assert lines[3].strip().startswith("not fitted because 4 moves")
    assert lines[4].split() == ["89909805", "unknown", "50000.2", "raw", "-120"]
    assert len(lines) == 6


def test_a_slot_s_number_in_a_log_is_shown_with_the_filter_that_it_stood_for() -> None:
    run = {
        "key": "8990980512345678",
        "time": "2026-11-30T11:26:02+00:00",
        "filter": "slot 5",
        "stands_for": "oiii",
        "position_steps": 10_061.0,
        "temperature_c": None,
        "frame": "raw",
        "embodied_steps": None,
        "source": "CCDciel ccd.log line 9",
        "reason": None,
    }

    lines = list_lines([run, {**run, "filter": "OIII 3nm"}, {**run, "stands_for": None}])

    assert [line.split("  ")[2] for line in lines[1::2]] == ["slot 5, oiii", "OIII 3nm", "slot 5"]


@pytest.mark.parametrize("told", ["7.5", ""], ids=["one-temperature", "none-logged"])
def test_a_slope_that_the_runs_do_not_tell_is_not_zero(told: str, tmp_path: Path) -> None:
    table = tmp_path / "night.csv"
    rows = [
        f"{name},{10_000 + step + 50 * (name == 'Ha')},{told},2026-10-03T20:{minute:02d}:00Z"
        for minute, (name, step) in enumerate(zip(["L", "Ha"] * 4, (0, 3, -2, 1) * 2, strict=True))
    ]
    table.write_text("\n".join(["filter,position_steps,temperature_c,time", *rows]))
    words = ["fit", "--runs", str(table), "--reference", "L"]

    answer = json.loads(CliRunner().invoke(offsets_app, [*words, "--json"]).stdout)
    shown = CliRunner().invoke(offsets_app, words).stdout

    assert (answer["slope_steps_per_c"], answer["slope_se_steps_per_c"]) == (None, None)
    assert "nothing known of the temperature" in shown
    assert "steps per °C" not in shown


def test_a_filter_of_which_no_run_counts_is_refused_with_the_reason(tmp_path: Path) -> None:
    table = tmp_path / "night.csv"
    rows = [
        f"{name},{10_000 + step + 50 * (name == 'Ha')},2026-10-03T20:{minute:02d}:00Z"
        for minute, (name, step) in enumerate(zip(["L", "Ha"] * 4, (0, 3, -2, 1) * 2, strict=True))
    ]
    timeless = ["OIII,10100,", "OIII,10104,", "SII,10120,"]
    table.write_text("\n".join(["filter,position_steps,time", *rows, *timeless]))
    words = ["fit", "--runs", str(table), "--reference", "L", "--prior", "SII=110,20"]

    answer = json.loads(CliRunner().invoke(offsets_app, [*words, "--json"]).stdout)
    shown = CliRunner().invoke(offsets_app, words).stdout

    offsets = {one["filter"]: one for one in answer["offsets"]}
    assert list(offsets) == ["Ha", "OIII", "SII"]
    assert offsets["OIII"]["state"] == "refused"
    assert offsets["OIII"]["reason"].startswith("none of its 2 runs counts: ")
    assert (offsets["SII"]["state"], offsets["SII"]["focus_offset_steps"]) == ("modelled", 110)
    assert offsets["SII"]["reason"].startswith("its run does not count: ")
    assert "OIII         refused  (none of its 2 runs counts: its time is unknown" in shown


def test_learnt_modelled_imported_and_stated_offsets_stand_beside_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = {
        "filter_position": 0,
        "name": "Red",
        "state": "given",
        "focus_offset_steps": 21,
        "se_steps": None,
        "focus_offset_um": None,
        "declined_steps": None,
        "would_move_to_steps": None,
        "reason": None,
        "peer": None,
        "modelled_steps": 30,
        "modelled_se_steps": 2.0,
        "stated_steps": 21,
        "imported_steps": 25,
        "learnt": {
            "focus_offset_steps": 18.4,
            "se_steps": 1.5,
            "runs": 8,
            "state": "trusted",
            "reason": None,
        },
    }
    answer = {"rig": "one", "mode": "observe", "offsets": [row]}
    monkeypatch.setattr(offsets, "one_rig", lambda _url, _rig: "/rigs/one")
    monkeypatch.setattr(offsets, "ask", lambda _url, _path: answer)

    shown = CliRunner().invoke(offsets_app, []).output

    (line,) = [one for one in shown.splitlines() if "+18.4 ± 1.5 (8 runs)" in one]
    assert [cell.strip() for cell in line.split("│")[1:6]] == [
        "Red",
        "+18.4 ± 1.5 (8 runs)",
        "+30 ± 2.0",
        "+25",
        "+21",
    ]
