"""Ekos, ASIAIR and FITS: what each says of a run, and what it does not."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rigd.autofocus_logs.ccdciel import CcdcielLog
from rigd.autofocus_logs.log_time import parse_zone, zone_of_log
from rigd.autofocus_logs.reader import read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError

FIXTURES = Path(__file__).parent / "fixtures"
CEST = timezone(timedelta(hours=2))


def test_ekos_runs_are_refitted_without_outliers_and_failed_samples() -> None:
    first, *_ = read_path(FIXTURES / "ekos_v2.analyze")

    assert first.filter == "Ha"
    assert first.position_steps == pytest.approx(20200, abs=0.5)
    assert first.temperature_c == 10.4
    assert first.time == datetime(2024, 5, 1, 19, 3, 20, 500_000, tzinfo=UTC)
    assert (first.ok, first.reason) == (True, None)
    assert len(first.points) == 9


def test_one_frame_that_measured_no_stars_does_not_move_an_ekos_run(tmp_path: Path) -> None:
    path = tmp_path / "wild.analyze"
    text = (FIXTURES / "ekos_v2.analyze").read_text()
    path.write_text(text.replace("20100|3.606|", "20100|19.0|"))

    first, *_ = read_path(path)

    assert first.position_steps == pytest.approx(20200, abs=3)
    assert "left out, since no curve fits them: the frames at 20100" in str(first.reason)


def ekos_run(tmp_path: Path, *samples: str) -> AutofocusRun:
    """A run of Ekos whose frames are each `position|size|weight`."""
    path = tmp_path / "weights.analyze"
    joined = "|".join(f"{sample}|0" for sample in samples)
    path.write_text(
        "#KStars version 3.7.0. Analyze log version 1.0.\n"
        "AnalyzeStartTime,2024-05-01 21:00:00.500,CEST\n"
        f"AutofocusComplete,200.000,10.4,1,,Ha,{joined},1,2|20200;2,Solution\n"
    )
    (run,) = read_path(path)
    return run


def test_ekos_weights_say_what_a_frame_is_worth(tmp_path: Path) -> None:
    # 2 sqrt(1 + ((x - 20200) / 50)^2), but one frame is 20 % too large; its stars disagree.
    sizes = {20050: 6.325, 20100: 4.472, 20150: 3.394, 20200: 2.0, 20250: 2.828, 20300: 4.472}
    alike = ekos_run(tmp_path, *(f"{x}|{size}|25.0" for x, size in sizes.items()), "20350|6.325|25")
    told = ekos_run(
        tmp_path,
        *(f"{x}|{size}|{0.25 if x == 20150 else 25.0}" for x, size in sizes.items()),
        "20350|6.325|25",
    )

    assert alike.position_steps != pytest.approx(20200, abs=1.5)
    assert told.position_steps == pytest.approx(20200, abs=0.5)
    assert [point.se_px for point in told.points if point.position_steps == 20150] == [2.0]
    assert {point.se_px for point in alike.points} == {None}


@pytest.mark.parametrize("weight", ["nan", "inf", "-1.000", "0.000", ""])
def test_an_ekos_frame_of_one_star_counts_like_the_roughest(tmp_path: Path, weight: str) -> None:
    run = ekos_run(
        tmp_path,
        f"20050|6.3|{weight}",
        "20100|4.5|4.0",
        "20150|2.8|25",
        "20200|2.0|25",
        "20250|2.8|16",
        "20300|4.5|4",
    )

    assert [point.se_px for point in run.points] == [0.5, 0.5, 0.2, 0.2, 0.25, 0.5]


def test_a_newer_analyze_log_names_the_focuser_of_each_run(tmp_path: Path) -> None:
    path = tmp_path / "trains.analyze"
    text = (FIXTURES / "ekos_v2.analyze").read_text()
    text = text.replace(",Solution\n", ",Solution,ZWO EAF\n").replace(",20,\n", ",20,,MoonLite\n")
    path.write_text(text)

    first, aborted, old = read_path(path)

    assert (first.focuser, first.source) == ("ZWO EAF", "Ekos trains.analyze line 6, ZWO EAF")
    assert (aborted.focuser, aborted.ok) == ("MoonLite", False)
    assert (old.focuser, old.source) == (None, "Ekos trains.analyze line 9")


def test_an_aborted_ekos_run_is_no_result() -> None:
    _, aborted, _ = read_path(FIXTURES / "ekos_v2.analyze")

    assert not aborted.ok
    assert aborted.position_steps is None
    assert str(aborted.reason).startswith("aborted or failed")


def test_an_ekos_run_of_three_points_keeps_the_programs_last_position_but_is_not_fitted() -> None:
    *_, short = read_path(FIXTURES / "ekos_v2.analyze")

    assert not short.ok
    assert short.position_steps == 20225
    assert short.temperature_c is None
    assert short.reason == "3 measured positions, a curve needs at least 4"


def test_an_old_ekos_log_has_its_temperature_in_the_starting_line() -> None:
    (run,) = read_path(FIXTURES / "ekos_v1.analyze", zone=CEST)

    assert (run.filter, run.temperature_c) == ("Red", 8.5)
    assert run.position_steps == pytest.approx(300, abs=0.5)


def test_an_abbreviation_of_several_zones_is_asked_for() -> None:
    (run,) = read_path(FIXTURES / "ekos_v1.analyze")  # CST: Chicago, Shanghai or Havana

    assert run.time is None
    assert run.reason == ("'CST' means several time zones: state it (--zone, or zone in [[watch]])")


def test_asiair_runs_carry_the_filter_of_the_last_change() -> None:
    first, second = read_path(FIXTURES / "asiair.txt", zone=CEST, coordinates=Coordinates.RAW)

    assert (first.filter, second.filter) == ("L", "Ha 7nm")
    assert first.position_steps == pytest.approx(8000, abs=2)
    assert first.time == datetime(2024, 5, 2, 20, 0, 34, tzinfo=UTC)
    assert (first.temperature_c, second.temperature_c) == (12.5, 10.5)
    assert first.ok


def test_an_asiair_run_that_went_back_to_its_start_is_no_result() -> None:
    _, second = read_path(FIXTURES / "asiair.txt", zone=CEST)

    assert not second.ok
    assert second.position_steps is None
    assert str(second.reason).startswith("failed or cancelled")


def test_ccdciel_knows_filters_by_number_and_calls_a_bad_result_an_error() -> None:
    good, bad, cancelled = read_path(FIXTURES / "ccdciel.log", zone=CEST)

    assert (good.filter, good.position_steps, good.temperature_c) == ("slot 3", 12345, 12.3)
    assert good.time == datetime(2024, 5, 1, 19, 3, 0, 500_000, tzinfo=UTC)
    assert good.ok
    assert (bad.ok, bad.reason) == (False, "the program calls its result an error")
    assert bad.temperature_c == pytest.approx(10)
    assert (cancelled.position_steps, cancelled.reason) == (None, "cancelled")


def test_ccdciel_is_read_in_its_users_language(tmp_path: Path) -> None:
    fixture = json.loads((FIXTURES.parent / "ccdciel_languages.json").read_text(encoding="utf-8"))
    path = tmp_path / "ccdciel.log"
    for change, finished, cancelled in fixture["sentences"]:
        path.write_text(
            f"2024-05-01T21:00:00.000 2: {change}\n"
            f"2024-05-01T21:03:00.500 2: {finished}\n"
            f"2024-05-01T22:03:00.500 2: {cancelled}\n",
            encoding="utf-8",
        )

        good, failed = read_path(path, zone=CEST)

        assert (good.filter, good.position_steps, good.temperature_c) == ("slot 3", 12345, 12.3)
        assert (good.ok, failed.ok) == (True, False)
        assert all(any(mark in one for mark in CcdcielLog.MARKS) for one in (finished, cancelled))


def test_sgp_filters_of_several_words_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "sgp.log"
    text = (FIXTURES / "sgp.log").read_text()
    path.write_text(text.replace("filter to Ha", "filter to Ha 3nm").replace(" (@24", "(@24"))

    good, _ = read_path(path, zone=CEST)

    assert good.filter == "Ha 3nm"
    assert good.temperature_c == 24.25


def test_an_sgp_run_that_sets_no_filter_has_not_that_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "sgp.log"
    text = (FIXTURES / "sgp.log").read_text()
    first, aborted = text[: text.index("[05/21/19 23:00")], text[text.index("[05/21/19 23:00") :]
    later = "".join(
        line for line in first.splitlines(keepends=True)[1:] if "setting filter" not in line
    ).replace("22:0", "22:4")
    path.write_text(first + later + aborted)

    named, unnamed, again = read_path(path, zone=CEST)

    assert (named.filter, named.ok) == ("Ha", True)
    assert (unnamed.filter, unnamed.ok) == (None, True)
    assert again.filter is None


def test_an_sgp_autofocus_that_begins_again_keeps_its_filter(tmp_path: Path) -> None:
    path = tmp_path / "sgp.log"
    text = (FIXTURES / "sgp.log").read_text()
    data = "[05/21/19 22:00:03.000][DEBUG] [AF Thread] Auto focus data\n"
    rerun = data.replace("Auto focus data", "Rerun auto focus")
    path.write_text(text.replace(data, data + rerun + data))

    good, _ = read_path(path, zone=CEST)

    assert (good.filter, good.ok) == ("Ha", True)


SAMPLES = "|".join(f"{9700 + 60 * i}|{abs(i - 5) + 2}|1|0" for i in range(11))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param(f"600,10,1,,Ha, 7nm,{SAMPLES},1,1|6;10000", "Ha, 7nm", id="newer"),
        pytest.param(f"600,10,1,,a, b, c,{SAMPLES},1", "a, b, c", id="two-commas"),
        pytest.param(f"600,10,1,took long, but well,Ha,{SAMPLES},1", "Ha", id="reason-with-comma"),
        pytest.param(f"600,Ha, 7nm,{SAMPLES.replace('|1|0', '')},1|6", "Ha, 7nm", id="older"),
    ],
)
def test_a_comma_in_the_name_of_an_ekos_filter_is_its_own(
    tmp_path: Path, line: str, name: str
) -> None:
    path = tmp_path / "comma.analyze"
    path.write_text(f"AnalyzeStartTime,2024-05-01 21:00:00,UTC\nAutofocusComplete,{line}\n")

    (run,) = read_path(path)

    assert (run.filter, run.ok) == (name, True)
    assert run.position_steps == pytest.approx(10000, abs=1)


def test_a_comma_in_the_name_of_an_old_ekos_filter_hides_no_temperature(tmp_path: Path) -> None:
    path = tmp_path / "comma.analyze"
    samples = SAMPLES.replace("|1|0", "")
    path.write_text(
        "AnalyzeStartTime,2024-05-01 21:00:00,UTC\nAutofocusStarting,590,Ha, 7nm,8.5\n"
        f"AutofocusComplete,600,Ha, 7nm,{samples}\n"
    )

    (run,) = read_path(path)

    assert (run.filter, run.temperature_c) == ("Ha, 7nm", 8.5)


def test_an_ekos_line_that_was_cut_tells_no_run(tmp_path: Path) -> None:
    path = tmp_path / "cut.analyze"
    head = "AnalyzeStartTime,2024-05-01 21:00:00,UTC\nAutofocusStarting,1,Red,8.5,1,\n"
    path.write_text(head + "AutofocusComplete,345.668,18.7,1,,Luminance\n")

    with pytest.raises(InvalidValueError, match="without an autofocus run"):
        read_path(path)


def test_sgp_runs_are_refitted_from_moves_and_star_sizes() -> None:
    good, aborted = read_path(FIXTURES / "sgp.log", zone=CEST)

    assert good.filter == "Ha"
    assert good.position_steps == pytest.approx(8000, abs=0.5)
    assert good.temperature_c == 24.25
    assert good.time == datetime(2019, 5, 21, 20, 2, 10, 500_000, tzinfo=UTC)
    assert good.ok
    assert not aborted.ok
    assert aborted.position_steps is None


def test_an_sgp_date_that_may_be_april_or_march_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "sgp.log"
    path.write_text((FIXTURES / "sgp.log").read_text().replace("05/21/19", "03/04/19"))

    first, _ = read_path(path, zone=CEST)

    assert first.time is None
    assert "tells day from month" in str(first.reason)


def frame(*cards: str) -> bytes:
    head = ["SIMPLE  =                    T", *cards, "END"]
    return "".join(card.ljust(80) for card in head).encode().ljust(2880) + bytes(5000)


def test_a_light_frame_is_shown_but_is_never_a_result(tmp_path: Path) -> None:
    path = tmp_path / "light.fits"
    path.write_bytes(
        frame(
            "FOCPOS  =               827840 / Absolute focuser position",
            "FOCTEMP =               14.162 / Focuser temperature",
            "FILTER  = 'Ha''OIII '          / Filter name",
            "DATE-OBS= '2024-05-01T22:00:00.5'",
        )
    )

    (run,) = read_path(path, zone=CEST)

    assert (run.filter, run.position_steps, run.temperature_c) == ("Ha'OIII", 827840, 14.162)
    assert run.time == datetime(2024, 5, 1, 22, 0, 0, 500_000, tzinfo=UTC)
    assert not run.ok
    assert "light frame" in str(run.reason)


def test_of_a_compressed_frame_the_header_of_the_picture_is_read(tmp_path: Path) -> None:
    first = [
        "SIMPLE  =                    T",
        "NAXIS   =                    0",
        "EXTEND  =  T",
        "END",
    ]
    second = ["XTENSION= 'BINTABLE'", "NAXIS   =                    2", "FOCUSPOS=   827840", "END"]
    whole = b"".join(
        "".join(card.ljust(80) for card in cards).encode().ljust(2880) for cards in (first, second)
    )
    path, cut = tmp_path / "light.fits.fz", tmp_path / "cut.fits.fz"
    path.write_bytes(whole + bytes(5000))

    (run,) = read_path(path)

    assert run.position_steps == 827840
    for size in (100, 2880, 3000, 5000):
        cut.write_bytes(whole[:size])
        with pytest.raises(InvalidValueError, match=r"cut short, .* its header has no end"):
            read_path(cut)


def test_a_frame_without_a_focuser_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dark.fits"
    path.write_bytes(frame("EXPTIME = 300"))

    with pytest.raises(InvalidValueError, match="without a focuser position"):
        read_path(path)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        pytest.param("AnalyzeStartTime,2024-05-01 21:00:00,UTC\n", "without an auto", id="ekos"),
        pytest.param("Log enabled at 2024/05/02 22:00:00\n", "without a finished", id="asiair"),
        pytest.param("1\nscope\nfocuser\n0\nRed\n", "without a run", id="theskyx"),
    ],
)
def test_a_log_without_a_run_is_refused(tmp_path: Path, head: str, reason: str) -> None:
    path = tmp_path / "log.txt"
    path.write_text(head)

    with pytest.raises(InvalidValueError, match=reason):
        read_path(path)


@pytest.mark.parametrize(
    "name",
    ["ekos_v2.analyze", "asiair.txt", "ccdciel.log", "sgp.log", "small.foc", "nina_good.json"],
)
def test_a_log_cut_anywhere_reads_or_is_refused(tmp_path: Path, name: str) -> None:
    whole = (FIXTURES / name).read_bytes()
    path = tmp_path / name

    outcomes = []
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        try:
            outcomes.append(f"{len(read_path(path, zone=UTC))} runs")
        except InvalidValueError as error:
            outcomes.append(str(error))

    assert all("\n" not in outcome and outcome != "0 runs" for outcome in outcomes)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        pytest.param("MDT", -6, id="abbreviation"),
        pytest.param("+05:30", 5.5, id="offset"),
        pytest.param("UTC-3", -3, id="qt"),
    ],
)
def test_a_stated_zone_is_known(text: str, hours: float) -> None:
    zone = zone_of_log(text)

    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["CST", "IST", "+99", "", "../etc/passwd"])
def test_an_ambiguous_zone_is_none(text: str) -> None:
    assert zone_of_log(text) is None
    if text != "CST":
        assert parse_zone(text) is None


@pytest.mark.parametrize(
    ("said", "summer", "winter"),
    [
        pytest.param("CET", 2, 1, id="central"),
        pytest.param("cet ", 2, 1, id="small-letters"),
        pytest.param("WET", 1, 0, id="western"),
        pytest.param("EET", 3, 2, id="eastern"),
        pytest.param("CEST", 2, 2, id="summer-time-itself"),
        pytest.param("+01:00", 1, 1, id="an-offset-stays"),
    ],
)
def test_a_zone_that_a_person_calls_cet_has_its_summer_time(
    said: str, summer: int, winter: int
) -> None:
    zone = parse_zone(said)

    assert zone is not None
    assert zone.utcoffset(datetime(2024, 7, 1)) == timedelta(hours=summer)  # noqa: DTZ001
    assert zone.utcoffset(datetime(2024, 1, 1)) == timedelta(hours=winter)  # noqa: DTZ001


def test_a_program_that_prints_cet_means_one_hour() -> None:
    zone = zone_of_log("CET")

    assert zone is not None
    assert zone.utcoffset(datetime(2024, 7, 1)) == timedelta(hours=1)  # noqa: DTZ001


def test_a_temperature_that_is_no_number_is_no_part_of_the_filters_name(tmp_path: Path) -> None:
    path = tmp_path / "inf.analyze"
    path.write_text(
        f"AnalyzeStartTime,2024-05-01 21:00:00,UTC\nAutofocusComplete,600,inf,1,,R,{SAMPLES},1\n"
    )

    (run,) = read_path(path)

    assert (run.filter, run.temperature_c, run.ok) == ("R", None, True)


def test_a_log_that_began_at_no_time_says_so_and_asks_for_no_zone(tmp_path: Path) -> None:
    path = tmp_path / "old.analyze"
    path.write_text(
        f"AnalyzeStartTime,1970-01-01 00:00:00,CET\nAutofocusComplete,600,9,1,,R,{SAMPLES},1\n"
    )

    (run,) = read_path(path)

    assert run.time is None
    said = "the log began at '1970-01-01 00:00:00', which is no time"
    assert (run.reason or "").startswith(said)
