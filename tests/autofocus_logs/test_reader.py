"""Logs of other programs: what is read, what is refused with one line, what harms nothing."""

import bz2
import gzip
import io
import json
import lzma
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rigd.autofocus_logs.ccdciel import CcdcielLog
from rigd.autofocus_logs.log_file import MAX_LINE_BYTES, PIECE_BYTES, LogFile
from rigd.autofocus_logs.reader import MAX_BYTES, UnknownFormatError, open_log, read_path
from rigd.autofocus_logs.run import AutofocusRun, Coordinates
from rigd.errors import InvalidValueError

FIXTURES = Path(__file__).parent / "fixtures"
CEST = timezone(timedelta(hours=2))
REPORT_BYTES = (FIXTURES / "nina_good.json").read_bytes()


def written(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "log"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("report.json", content)
    return file.getvalue()


def line_of(run: AutofocusRun) -> int:
    return int(run.source.rsplit(" ", 1)[1])


def report(**changes: object) -> str:
    good = json.loads((FIXTURES / "nina_good.json").read_text())
    return json.dumps(good | changes)


def test_a_nina_report_is_refitted_from_its_points_and_not_believed() -> None:
    (run,) = read_path(FIXTURES / "nina_good.json")

    assert run.position_steps == pytest.approx(8000, abs=0.5)  # its own word is 7990
    assert run.se_steps is not None
    assert run.se_steps < 2
    assert run.temperature_c == -3.5
    assert run.time == datetime(2024, 2, 1, 21, 15, 30, 123456, tzinfo=UTC)
    assert run.coordinates is None
    assert (run.ok, run.reason) == (True, None)


def test_a_nina_report_without_points_is_a_failed_run(tmp_path: Path) -> None:
    path = written(tmp_path, report(MeasurePoints=[]))

    (run,) = read_path(path)

    assert not run.ok
    assert run.reason == "0 measured positions, a curve needs at least 4"


def test_a_nina_report_with_nan_texts_and_null_filter_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, report(Filter=None, Temperature="NaN"))

    (run,) = read_path(path)

    assert run.ok
    assert run.filter is None
    assert run.temperature_c is None


def test_a_run_below_the_programs_own_threshold_restored_its_start(tmp_path: Path) -> None:
    path = written(tmp_path, report(RSquares={"Hyperbolic": 0.5}))

    (run,) = read_path(path)

    assert not run.ok
    assert "own R squared 0.50 is below its threshold 0.70" in str(run.reason)


def test_a_report_that_the_advanced_api_wrapped_is_read(tmp_path: Path) -> None:
    good = json.loads((FIXTURES / "nina_good.json").read_text())
    path = written(tmp_path, json.dumps({"Response": good, "Success": True}))

    (run,) = read_path(path)

    assert run.key == read_path(FIXTURES / "nina_good.json")[0].key


def test_the_report_of_a_corner_of_the_frame_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "autofocus_report_Region3.json"
    path.write_text(report())
    centre = tmp_path / "autofocus_report_Region0.json"
    centre.write_text(report())

    with pytest.raises(UnknownFormatError, match="the run is in the report of region 0"):
        read_path(path)
    assert read_path(centre)[0].ok


def test_hocus_focus_writes_minus_one_where_it_found_no_focus(tmp_path: Path) -> None:
    path = written(tmp_path, report(CalculatedFocusPoint={"Position": -1, "Value": 0}))

    (run,) = read_path(path)

    assert not run.ok
    assert "the program found no focus" in str(run.reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b" \n\r\n", "the file is empty", id="blank"),
        pytest.param(report()[:300], "broken or half-written JSON", id="half-written"),
        pytest.param('{"MeasurePoints":' + "[" * 200_000, "nested too deeply", id="deep"),
        pytest.param(bytes(range(256)) * 40, "binary", id="binary"),
        pytest.param(gzip.compress(REPORT_BYTES), r"packed \(gzip\): unpack it first", id="gzip"),
        pytest.param(lzma.compress(REPORT_BYTES), r"packed \(xz\): unpack it first", id="xz"),
        pytest.param(bz2.compress(REPORT_BYTES), r"packed \(bzip2\): unpack it first", id="bzip2"),
        pytest.param(zipped(REPORT_BYTES), r"packed \(ZIP\): unpack it first", id="zip"),
        pytest.param(b"\xff\xfe\x00\xd8\x00\x00", "no autofocus log", id="broken-utf16"),
        pytest.param("Dear diary, no run today.", "no autofocus log of a known kind", id="prose"),
        pytest.param("filter,position_steps\n", "a table without a run", id="no-rows"),
        pytest.param('filter,position\nL,"' + "x" * 200_000, "broken table", id="long-field"),
    ],
)
def test_what_is_no_log_is_refused_in_one_line(
    tmp_path: Path, content: bytes | str, reason: str
) -> None:
    path = written(tmp_path, content)

    with pytest.raises(InvalidValueError, match=reason) as caught:
        read_path(path)

    assert str(caught.value).startswith("log: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        pytest.param(b"", "the file is empty", id="nothing-but-zeros"),
        pytest.param(
            b'{"MeasurePoints":', f"1073741824 bytes, the limit is {MAX_BYTES}", id="report"
        ),
    ],
)
def test_a_gigabyte_without_lines_is_not_read(tmp_path: Path, head: bytes, reason: str) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(2**30)

    with pytest.raises(InvalidValueError, match=reason):
        read_path(path)


def test_the_log_of_a_season_is_read_in_little_memory(tmp_path: Path) -> None:
    night = (FIXTURES / "nina_program.log").read_bytes()
    other = b"2024-05-01T23:00:00.0000|DEBUG|Guider.cs|Guide|12|" + b"x" * 4000 + b"\n"
    path = tmp_path / "season.log"
    with path.open("wb") as file:
        file.write(night)
        for _ in range(MAX_BYTES // len(other) + 1):
            file.write(other)
        file.write(night)

    tracemalloc.start()
    runs = read_path(path, zone=UTC)
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(runs) == 6
    lines = night.count(b"\n") + MAX_BYTES // len(other) + 1
    assert runs[3].source == f"N.I.N.A. log season.log line {line_of(runs[0]) + lines}"
    assert most_bytes < MAX_BYTES / 3


LOGS = sorted((*FIXTURES.glob("*.log"), *FIXTURES.glob("*.txt"), *FIXTURES.glob("*.analyze")))


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name)
def test_a_line_that_ends_a_run_has_a_mark(path: Path) -> None:
    """Else a log that grows would be read a minute late."""
    opened = open_log(path, zone=CEST)
    assert opened is not None
    log, ended = opened.log, 0

    for line in path.read_text(encoding=opened.encoding).splitlines():
        waited = bool(getattr(log, "waiting", None))
        log.feed(line)
        found = len(log.take())
        assert not found or waited or not log.MARKS or any(mark in line for mark in log.MARKS)
        ended += found

    assert ended or getattr(log, "waiting", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "latin-1"])
def test_a_log_whose_encoding_lacks_a_mark_is_looked_at_all_the_same(
    encoding: str, tmp_path: Path
) -> None:
    log = LogFile(path=tmp_path / "log", encoding=encoding, log=CcdcielLog(source="s"), head=b"")
    log.path.write_text("nothing\n", encoding=encoding)
    assert not log.has_news()

    log.path.write_text("Fine focus POS=7 HFD=2\n", encoding=encoding)

    assert log.has_news()


def test_a_line_longer_than_any_is_left_out(tmp_path: Path) -> None:
    night = (FIXTURES / "nina_program.log").read_bytes()
    path = written(tmp_path, night + b"x" * (MAX_LINE_BYTES + PIECE_BYTES) + b"\n" + night)

    assert len(read_path(path, zone=UTC)) == 6


def test_zeros_that_a_power_cut_left_mean_nothing(tmp_path: Path) -> None:
    night = (FIXTURES / "nina_program.log").read_bytes()
    first = night.index(b"\n") + 1

    runs = read_path(written(tmp_path, night[:first] + bytes(3000) + night[first:]), zone=UTC)

    assert [run.position_steps for run in runs] == [
        run.position_steps for run in read_path(FIXTURES / "nina_program.log", zone=UTC)
    ]


def test_one_line_in_another_encoding_garbles_no_other(tmp_path: Path) -> None:
    night = (FIXTURES / "nina_program.log").read_text(encoding="utf-8").replace("Lum", "H\u03b1")
    western = "2024-05-01T21:00:00.0000|DEBUG|Guider.cs|Guide|12|sp\u00e4t\n".encode("cp1252")

    first, *_ = read_path(written(tmp_path, night.encode() + western), zone=UTC)

    assert first.filter == "H\u03b1"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_log_of_wide_characters_is_read_in_pieces(tmp_path: Path, encoding: str) -> None:
    text = (FIXTURES / "nina_program.log").read_text(encoding="utf-8").replace("Lum", "Hä ਊ")
    padding = ("2024-05-01T21:00:00.0000|DEBUG|Guider.cs|Guide|12|ਊ\n") * 12000

    runs = read_path(written(tmp_path, (text + padding + text).encode(encoding)), zone=UTC)

    assert [run.filter for run in runs] == ["Hä ਊ", "Ha 7nm", "Ha 7nm"] * 2


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValueError, match=r"not a file|No such file"):
        read_path(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_of_other_locales_are_read(tmp_path: Path, encoding: str) -> None:
    text = "filter;position_steps;temperature_c;time\nHä;100,5;-2,5;2024-01-10T21:00:00Z\n"
    path = written(tmp_path, text.encode(encoding))

    (run,) = read_path(path)

    assert run.filter == "Hä"
    assert run.position_steps == 100.5
    assert run.temperature_c == -2.5


def test_theskyx_runs_carry_filter_position_temperature() -> None:
    runs = read_path(FIXTURES / "small.foc", zone=CEST, coordinates=Coordinates.RAW)

    assert [run.filter for run in runs] == ["Red", "Red", "Luminance", "Luminance"]
    assert [run.position_steps for run in runs] == [5010, 5004, 5000, 4996]
    assert runs[0].temperature_c == 4.5
    assert runs[0].time == datetime(2024, 1, 10, 19, 0, tzinfo=UTC)
    assert runs[0].coordinates is Coordinates.RAW


def test_a_run_cut_short_at_the_files_end_is_no_result() -> None:
    *_, last = read_path(FIXTURES / "small.foc", zone=UTC)

    assert not last.ok
    assert last.reason == "cut short"


def test_a_local_time_without_a_stated_zone_is_asked_for() -> None:
    first, *_ = read_path(FIXTURES / "small.foc")

    assert first.time is None
    assert first.reason == (
        "the log's time zone is not stated: state it (--zone, or zone in [[watch]])"
    )


def test_a_table_states_frame_and_error_where_known(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "filter,position_steps,temperature_c,time,se_steps,frame,ok\n"
        "L,100,,2024-01-10 21:00:00+01:00,2.5,logical,true\n"
        "R,,4,2024-01-10T21:00:00Z,NaN,raw,\n"
        "G,7,4,2024-01-10T21:00:00Z,,,failed\n",
    )

    first, second, third = read_path(path)

    assert (first.coordinates, first.se_steps, first.temperature_c) == (
        Coordinates.LOGICAL,
        2.5,
        None,
    )
    assert (second.ok, second.se_steps, second.reason) == (False, None, "no position in ''")
    assert (third.ok, third.reason) == (False, "marked as failed")


def test_a_run_of_one_file_keeps_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "\nfilter,position_steps\nL,100\n\nR,130\n")

    assert [run.source for run in read_path(path)] == ["table log line 3", "table log line 5"]
    first, second, *_ = read_path(FIXTURES / "small.foc")
    assert first.source == "TheSkyX small.foc line 6, run 1"
    assert second.source == "TheSkyX small.foc line 6, run 2"


def test_the_same_run_has_the_same_key_in_any_file(tmp_path: Path) -> None:
    text = (FIXTURES / "nina_good.json").read_text()
    copy = written(tmp_path, text)

    (one,), (other,) = read_path(FIXTURES / "nina_good.json"), read_path(copy)

    assert one.source != other.source
    assert one.key == other.key


def test_a_run_has_no_naive_time_and_no_infinite_number() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        AutofocusRun(
            filter="L",
            position_steps=1,
            source="s",
            ok=True,
            time=datetime(2024, 1, 1),  # noqa: DTZ001 - the point of the test
        )
    with pytest.raises(ValueError, match="not a finite number"):
        AutofocusRun(filter="L", position_steps=float("nan"), source="s", ok=True)


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("filter,position_steps", "L,10000", "the table has no column time"),
        ("filter,position_steps,time", "L,10000,", "its time is empty"),
        ("filter,position_steps,time", "L,10000,03/10/2026 20:00", "write 2026-10-03 20:00:00"),
        (
            "filter,position_steps,time,se_steps",
            "L,10000,2026-10-03T20:00:00Z,-3",
            "'-3' is no error above 0",
        ),
    ],
)
def test_what_a_cell_of_a_table_does_not_say_is_said(
    head: str, row: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"{head}\n{row}\n")

    (run,) = read_path(path)

    assert run.ok
    assert said in (run.reason or "")


def test_of_two_columns_of_one_name_none_is_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, "filter,filter,position_steps,time\nL,R,1,2024-01-10T21:00:00Z\n")

    with pytest.raises(InvalidValueError, match="two columns 'filter': which of them is meant"):
        read_path(path)


def test_a_column_in_utc_needs_no_zone(tmp_path: Path) -> None:
    path = written(tmp_path, "filter,position_steps,time_utc\nL,10000,2024-01-10 21:00:00\n")

    asked, stated = read_path(path), read_path(path, zone=timezone(timedelta(hours=1)))

    assert [run.time for run in (*asked, *stated)] == [datetime(2024, 1, 10, 21, tzinfo=UTC)] * 2


def test_a_run_by_contrast_detection_says_that_it_is_not_read(tmp_path: Path) -> None:
    (run,) = read_path(written(tmp_path, report(Method="CONTRASTDETECTION")))

    assert (run.ok, run.points) == (False, ())
    assert (run.reason or "").startswith("by contrast detection, which is not read")
