"""How sharp light frames are, out of whatever notes it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rigd.autofocus_logs.light_frame_reader import read_frames
from rigd.errors import InvalidValueError

CEST = timezone(timedelta(hours=2))
RECORD = {
    "FilePath": "C:/frames/1.fits",
    "FilterName": "Ha",
    "ExposureStart": "2024-05-01 23:00",
    "Duration": 300.0,
    "HFR": 2.34,
    "ExposureStartUTC": "2024-05-01T21:00:00.0000000Z",
    "ImageType": "LIGHT",
}


def written(tmp_path: Path, content: bytes | str, name: str = "frames") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fits(*cards: str) -> bytes:
    head = ["SIMPLE  =                    T", *cards, "END"]
    return "".join(card.ljust(80) for card in head).encode().ljust(2880)


def test_image_metadata_tells_the_end_of_each_light_frame(tmp_path: Path) -> None:
    rows = [RECORD, RECORD | {"ImageType": "FLAT"}, RECORD | {"HFR": 0}, RECORD | {"HFR": "NaN"}]

    (frame,) = read_frames(written(tmp_path, json.dumps(rows)))

    assert (frame.filter, frame.hfr_px) == ("Ha", 2.34)
    assert frame.time == datetime(2024, 5, 1, 21, 5, tzinfo=UTC)


def test_a_local_time_needs_its_zone(tmp_path: Path) -> None:
    old = {key: value for key, value in RECORD.items() if key != "ExposureStartUTC"}
    path = written(tmp_path, json.dumps([old]))

    (frame,) = read_frames(path, zone=CEST)

    assert frame.time == datetime(2024, 5, 1, 21, 5, tzinfo=UTC)
    with pytest.raises(InvalidValueError, match="zone is not stated"):
        read_frames(path)


def test_image_metadata_as_a_table_is_the_same(tmp_path: Path) -> None:
    text = "\ufeff" + ",".join(RECORD) + "\r\n" + ",".join(map(str, RECORD.values())) + "\r\n"

    (frame,) = read_frames(written(tmp_path, text))

    assert (frame.filter, frame.hfr_px) == ("Ha", 2.34)
    assert frame.time == datetime(2024, 5, 1, 21, 5, tzinfo=UTC)


def test_a_fits_header_may_have_the_diameter(tmp_path: Path) -> None:
    cards = ("FILTER  = 'L'", "DATE-OBS= '2024-05-01T22:00:00'", "EXPTIME = 60", "HFD = 5.0")

    (frame,) = read_frames(written(tmp_path, fits(*cards)), zone=CEST)

    assert (frame.filter, frame.hfr_px) == ("L", 2.5)
    assert frame.time == datetime(2024, 5, 1, 22, 1, tzinfo=UTC)


def test_an_analyze_log_has_frames_too(tmp_path: Path) -> None:
    text = (
        "#KStars version 3.6. Analyze log version 1.0.\n"
        "AnalyzeStartTime,2024-05-01 21:00:00.000,UTC\n"
        "CaptureComplete,600.0,300.0,Ha,2.10,file.fits,10,1000,0.3\n"
    )

    (frame,) = read_frames(written(tmp_path, text))

    assert (frame.filter, frame.hfr_px) == ("Ha", 2.1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no light frames", id="empty"),
        pytest.param(b"[{", "half-written JSON", id="half-written"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b"[1, null, []]", "stars were measured", id="other-json"),
        pytest.param(b"\x00\x01\x00\x00\x07" * 99, "binary", id="binary"),
        pytest.param(b"filter,time,hfr\n" + b"x" * 9_000_000, "field larger", id="long-line"),
        pytest.param(fits("FILTER  = 'L'"), "stars were measured", id="fits-without"),
        pytest.param(b"prose", "no light frames", id="prose"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason) as refused:
        read_frames(written(tmp_path, content))

    assert "\n" not in str(refused.value)


def test_a_comma_in_the_name_of_an_ekos_filter_hides_no_frame(tmp_path: Path) -> None:
    text = (
        "AnalyzeStartTime,2024-05-01 21:00:00,UTC\n"
        "CaptureComplete,100,120.0,Ha, 7nm,2.1,/a/b_1.fits,238,460,0.45\n"
        "CaptureComplete,300,120.0,Ha, 7nm,0,/a/b_2.fits,238,460,0.45\n"
    )

    frames = read_frames(written(tmp_path, text))

    assert [(one.filter, one.hfr_px) for one in frames] == [("Ha, 7nm", 2.1)]


def test_of_two_columns_of_one_name_none_is_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, "filter,time,hfr,hfr\nHa,2024-03-01T20:05:00Z,2.0,3.0\n")

    with pytest.raises(InvalidValueError, match="two columns 'hfr': which of them is meant"):
        read_frames(path)


def test_a_frame_that_names_no_filter_says_that(tmp_path: Path) -> None:
    path = written(tmp_path, "filter,time,hfr\n,2024-03-01T20:05:00Z,2.0\n")

    with pytest.raises(InvalidValueError, match="does not name its filter"):
        read_frames(path)
