"""Program logs that tell of an autofocus in many lines, or in one without its curve."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import Coordinates
from rigd.errors import InvalidValueError

FIXTURES = Path(__file__).parent / "fixtures"
CEST = timezone(timedelta(hours=2))
OWN = FIXTURES / "20240501_213000.log"
ACP = FIXTURES / "FocusOffsets-01-May-2024@213000.log"
NINA = FIXTURES / "nina_program.log"
EKOS = FIXTURES / "ekos_focus.txt"
KSTARS = FIXTURES / "kstars_log.txt"


def changed(tmp_path: Path, path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    result = tmp_path / path.name
    result.write_text(text.replace(old, new), encoding="utf-8")
    return result


def test_an_ekos_focus_log_has_filter_temperature_and_altitude() -> None:
    first, second, third = read_path(EKOS, zone=CEST, coordinates=Coordinates.RAW)

    assert (first.filter, first.position_steps, first.temperature_c) == ("Red", 20150, 8.5)
    assert (first.altitude_deg, first.ok, first.reason) == (61.4, True, None)
    assert first.time == datetime(2024, 5, 1, 20, 10, 3, tzinfo=UTC)
    assert second.filter == "Ha, 7nm"
    assert second.altitude_deg == 58.0
    assert (third.temperature_c, third.altitude_deg) == (None, None)


def test_an_ekos_focus_log_of_two_focusers_says_whose_each_run_is(tmp_path: Path) -> None:
    path = changed(tmp_path, EKOS, "[ZWO EAF] 20144", "[Moonlite] 3144")

    runs = read_path(path, zone=CEST)

    assert [run.focuser for run in runs] == ["ZWO EAF", "ZWO EAF", "Moonlite"]
    assert runs[2].position_steps == 3144
    assert runs[2].source.endswith(" line 4, Moonlite")


def test_an_old_ekos_focus_log_names_no_focuser_and_no_altitude(tmp_path: Path) -> None:
    path = tmp_path / "autofocus.txt"
    path.write_text(
        "date, time, position, temperature, filter, HFR\n"
        "2024-05-01, 22:10:03, 20150, 8.5, Red, 1.532\n"
    )

    (run,) = read_path(path, zone=CEST)

    assert (run.filter, run.position_steps, run.altitude_deg) == ("Red", 20150, None)
    assert run.focuser is None


def test_nina_star_sizes_belong_to_exposures_in_their_order() -> None:
    first, *_ = read_path(NINA, zone=CEST, coordinates=Coordinates.RAW)

    assert first.filter == "Lum"
    assert len(first.points) == 9
    assert first.position_steps == pytest.approx(8000, abs=0.5)  # the program went to 7993
    assert first.temperature_c == 7.5
    assert first.ok


def test_a_nina_run_that_restored_its_start_is_no_result() -> None:
    _, second, _ = read_path(NINA, zone=CEST)

    assert (second.filter, second.ok, second.position_steps) == ("Ha 7nm", False, None)
    assert "went back to the start" in str(second.reason)


def test_sizes_measured_together_belong_to_no_exposure_and_the_program_is_believed() -> None:
    *_, third = read_path(NINA, zone=CEST)

    assert third.points == ()
    assert (third.position_steps, third.se_steps, third.ok) == (8031, None, True)
    assert third.temperature_c is None


def test_a_size_that_is_missing_leaves_no_pair_certain(tmp_path: Path) -> None:
    text = NINA.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if "Average HFR" in line)
    path = changed(tmp_path, NINA, first + "\n", "")

    run, *_ = read_path(path, zone=CEST)

    assert run.points == ()
    assert run.position_steps == 7993


def test_a_temperature_that_comes_after_the_end_is_read(tmp_path: Path) -> None:
    # Hocus Focus ends its run before the program says the temperature.
    late = (
        "2024-05-01T22:22:49.0000|INFO|AutoFocusEngine.cs|Run|950|"
        "AutoFocus completed, starting at 7993 and ending at 8024\n"
    )
    notice = next(
        line for line in NINA.read_text(encoding="utf-8").splitlines() if "Temperature NaN" in line
    )
    path = changed(tmp_path, NINA, notice, late + notice.replace("NaN", "6.5"))

    *_, run = read_path(path, zone=CEST)

    assert run.temperature_c == 6.5
    assert run.position_steps == 8024
    assert run.time == datetime(2024, 5, 1, 20, 22, 49, tzinfo=UTC)


def test_a_frame_of_one_star_weighs_little(tmp_path: Path) -> None:
    text = NINA.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if "Average HFR: 2.5," in line)
    new = old.replace("Average HFR: 2.5,", "Average HFR: 3.2,").replace("Stars 120", "Stars 1")
    path = changed(tmp_path, NINA, old, new)

    run, *_ = read_path(path, zone=CEST)

    assert run.position_steps == pytest.approx(8000, abs=3)


def test_a_second_attempt_forgets_the_points_of_the_first(tmp_path: Path) -> None:
    mark = "|WARNING|AutoFocusVM.cs|StartAutoFocus|256|Potentially bad auto-focus. Reattempting.\n"
    first = "2024-05-01T22:00:09.0000"
    bad = "".join(
        f"{first}|INFO|{line}\n"
        for line in (
            "FocuserVM.cs|MoveFocuserInternal|216|Moving Focuser to position 9000",
            "CameraVM.cs|Capture|742|Starting Exposure - Exposure Time: 4s; Filter: Lum; Gain: 1;",
            "StarDetection.cs|Detect|234|Average HFR: 1.01, HFR s: 0.1, Detected Stars 1",
        )
    )
    start = "Autofocus starting notification received\n"
    path = tmp_path / "log"
    head, tail = NINA.read_text(encoding="utf-8").split(start, 1)
    path.write_text(head + start + bad + first + mark + tail, encoding="utf-8")

    run, *_ = read_path(path, zone=CEST)

    assert len(run.points) == 9
    assert run.position_steps == pytest.approx(8000, abs=0.5)


def test_a_decimal_comma_of_nina_is_read(tmp_path: Path) -> None:
    path = changed(tmp_path, NINA, "Temperature 7.5", "Temperature 7,5")

    run, *_ = read_path(path, zone=CEST)

    assert run.temperature_c == 7.5


def test_a_nina_log_without_an_autofocus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("DATE|LEVEL|SOURCE|MEMBER|LINE|MESSAGE\n")

    with pytest.raises(InvalidValueError, match="without a finished autofocus run"):
        read_path(path)


def test_focusmax_knows_no_filter_and_its_night_goes_past_midnight() -> None:
    first, second, third = read_path(OWN, zone=UTC, coordinates=Coordinates.RAW)

    assert (first.filter, first.position_steps, first.temperature_c) == (None, 5230, 11.25)
    assert first.time == datetime(2024, 5, 1, 21, 33, 20, tzinfo=UTC)
    assert second.time == datetime(2024, 5, 2, 0, 1, 20, tzinfo=UTC)
    assert second.temperature_c == -0.5
    assert (third.ok, third.position_steps) == (False, None)


def test_acps_offset_script_names_the_filter_of_each_run() -> None:
    luminance, narrow, failed = read_path(ACP, zone=UTC)

    assert (luminance.filter, luminance.position_steps, luminance.ok) == ("L", 5230, True)
    assert (narrow.filter, narrow.position_steps) == ("Ha 7nm", 5251)
    assert luminance.time == datetime(2024, 5, 1, 21, 32, tzinfo=UTC)
    assert (failed.filter, failed.ok, failed.position_steps) == ("R", False, None)


def test_times_of_day_without_a_date_are_no_times(tmp_path: Path) -> None:
    path = tmp_path / "renamed.log"
    path.write_text(OWN.read_text())

    run, *_ = read_path(path, zone=UTC)

    assert run.time is None
    assert "its name no date" in str(run.reason)


def test_kstars_own_log_tells_each_autofocus_that_succeeded() -> None:
    first, second, third = read_path(KSTARS, coordinates=Coordinates.RAW)

    assert (first.filter, first.position_steps, first.temperature_c) == ("Red", 20150, 8.5)
    assert first.time == datetime(2024, 5, 1, 20, 10, 3, 120_000, tzinfo=UTC)
    assert (first.altitude_deg, first.ok, first.reason) == (61.4, True, None)
    assert (second.filter, second.temperature_c, second.altitude_deg) == ('Ha "7nm"', None, None)
    assert (third.position_steps, third.temperature_c, third.altitude_deg) == (20139, 7.25, None)
    assert third.source == "KStars log kstars_log.txt line 8"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        pytest.param("IST", None, id="means-several"),
        pytest.param("W. Europe Daylight Time", None, id="windows"),
        pytest.param("UTC-03:00", 1, id="offset"),
    ],
)
def test_a_zone_of_kstars_that_is_no_single_one_is_asked_for(
    tmp_path: Path, zone: str, hour: int | None
) -> None:
    path = changed(tmp_path, KSTARS, "CEST", zone)

    run, *_ = read_path(path)
    stated, *_ = read_path(path, zone=CEST)

    assert (None if run.time is None else run.time.hour) == hour
    assert (run.reason or "").startswith(f"{zone!r} ") is (hour is None)
    assert stated.time is not None
    assert stated.time.hour == (20 if hour is None else hour)


@pytest.mark.parametrize("end", ["20150", "8.5 , filter", '"Re', ' "Red", HFR'])
def test_a_line_of_kstars_that_was_cut_tells_no_run(tmp_path: Path, end: str) -> None:
    path = tmp_path / "log"
    head, _, tail = KSTARS.read_text(encoding="utf-8").partition("position, ")
    path.write_text(head + "position, " + tail[:40].partition(end)[0] + end, encoding="utf-8")

    with pytest.raises(InvalidValueError, match="without an autofocus that succeeded"):
        read_path(path)


@pytest.mark.parametrize(
    ("zone", "times", "hours"),
    [
        pytest.param("Europe/Rome", ["02:48", "02:07", "02:25"], [0, 1, 1], id="goes-back"),
        pytest.param("Europe/Rome", ["02:07", "02:25", "02:48"], [0, 0, 0], id="in-order"),
        pytest.param("Europe/Rome", ["02:48", "03:07", "04:25"], [0, 2, 3], id="over-it"),
        pytest.param("Etc/GMT-2", ["02:48", "02:07", "02:25"], [0, 0, 0], id="no-change"),
    ],
)
def test_the_hour_that_a_clock_goes_through_twice_is_told_by_the_logs_order(
    zone: str, times: list[str], hours: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "autofocus.txt"
    path.write_text(
        "date, time, position, temperature, filter, HFR\n"
        + "".join(f"2026-10-25, {time}:00, 20150, 8.5, Red, 1.532\n" for time in times)
    )

    runs = read_path(path, zone=ZoneInfo(zone))

    assert [run.time for run in runs] == [
        datetime(2026, 10, 25, hour, int(time[3:]), tzinfo=UTC)
        for hour, time in zip(hours, times, strict=True)
    ]


@pytest.mark.parametrize("spread", ["0", "NaN", "0.1"])
def test_a_frame_of_one_star_weighs_next_to_nothing_in_a_nina_log(
    spread: str, tmp_path: Path
) -> None:
    sigma = "\N{GREEK SMALL LETTER SIGMA}"
    ends = f"Average HFR: 8.139410298049853, HFR {sigma}: 0.1, Detected Stars 120"
    one = f"Average HFR: 1.1, HFR {sigma}: {spread}, Detected Stars 1"
    path = changed(tmp_path, NINA, ends, one)

    first = read_path(path, zone=CEST, coordinates=Coordinates.RAW)[0]

    assert (first.ok, first.position_steps) == (True, pytest.approx(8000, abs=2))
    assert [first.points[at].se_px for at in (0, -1)] == [1.1, 1.1]
