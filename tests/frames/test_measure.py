"""Frames are measured from their pixels, whatever file they are in; what is no frame says why."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from rigd.errors import InvalidValueError
from rigd.frames.image import MIDDLE_PX, read_image
from rigd.frames.measure import KILLED, measure_files
from rigd.frames.stars import measure_stars
from tests.frames.killed import measure_or_die
from tests.frames.sky import HFR_PER_SIGMA, sky, write_fits, write_xisf


@pytest.mark.parametrize("sigma_px", [1.2, 2.0, 3.5])
def test_the_half_flux_radius_is_that_of_the_stars(sigma_px: float) -> None:
    stars = measure_stars(sky(sigma_px).astype(np.float32))

    assert stars.hfr_px == pytest.approx(sigma_px * HFR_PER_SIGMA, rel=0.08)
    assert stars.count > 50


def test_hot_pixels_and_saturated_stars_count_for_nothing() -> None:
    picture = sky(2.0)
    rng = np.random.default_rng(5)
    spoilt = picture.copy()
    spoilt[rng.integers(0, 700, 400), rng.integers(0, 700, 400)] = 60000

    clean, with_hot = (measure_stars(one.astype(np.float32)) for one in (picture, spoilt))

    assert with_hot.hfr_px == pytest.approx(clean.hfr_px, rel=0.03)


@pytest.mark.parametrize(
    "picture",
    [
        sky(2.0, stars=4),
        sky(2.0, stars=0),
        np.full((300, 300), 1000, dtype=np.uint16),
        np.zeros((300, 300), dtype=np.uint16),
    ],
    ids=["four stars", "no star", "one grey", "black"],
)
def test_a_frame_with_too_few_stars_is_refused_in_words(picture: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidValueError, match="at least 10 are needed"):
        measure_stars(picture.astype(np.float32))


def test_pixels_without_a_number_hide_no_star() -> None:
    picture = sky(2.0).astype(np.float32)
    whole = measure_stars(picture)
    picture[np.random.default_rng(3).random(picture.shape) < 0.01] = np.nan
    picture[:30] = np.nan

    with_gaps = measure_stars(picture)

    assert with_gaps.hfr_px == pytest.approx(whole.hfr_px, rel=0.05)
    assert with_gaps.count > 0.7 * whole.count
    with pytest.raises(InvalidValueError, match="no numbers"):
        measure_stars(np.full((300, 300), np.nan, dtype=np.float32))


def test_fits_compressed_fits_and_xisf_of_one_picture_are_one_frame(tmp_path: Path) -> None:
    picture = sky(2.0)
    files = [
        write_fits(tmp_path / "a.fits", picture),
        write_fits(tmp_path / "b.fits.fz", picture),
        write_xisf(tmp_path / "c.xisf", picture),
        write_xisf(tmp_path / "d.xisf", picture, "zlib"),
        write_xisf(tmp_path / "e.xisf", picture, "zlib+sh"),
    ]

    found = list(measure_files((file, file.name) for file in files))

    assert [one.refused for one in found] == [None] * 5
    assert [one.named for one in found] == [file.name for file in files]
    assert {one.stars for one in found} == {found[0].stars}
    assert (found[0].stars or 0) > 50
    (frame,) = {one.frames for one in found}
    assert frame[0].filter == "Ha"
    assert frame[0].time == datetime(2026, 3, 1, 21, 1, tzinfo=UTC)
    assert frame[0].hfr_px == pytest.approx(2.0 * HFR_PER_SIGMA, rel=0.08)


def test_of_a_colour_sensor_the_colours_make_no_pattern(tmp_path: Path) -> None:
    picture = sky(2.5).astype(np.float64)
    picture[::2, ::2] *= 0.4  # red sees less of these stars than green
    picture[1::2, 1::2] *= 0.6
    path = write_fits(tmp_path / "osc.fits", picture.astype(np.uint16), BAYERPAT="RGGB")

    stars = measure_stars(read_image(path).middle)

    assert stars.hfr_px == pytest.approx(2.5 * HFR_PER_SIGMA, rel=0.12)


@pytest.mark.parametrize(
    ("stars", "words"),
    [
        pytest.param(1, "1 star in its middle, at least 10 are needed", id="one"),
        pytest.param(3, "3 stars in its middle, at least 10 are needed", id="three"),
        pytest.param(
            12,
            "12 stars in its middle, 0 of them neither saturated nor faint nor cut by its edge",
            id="saturated",
        ),
    ],
)
def test_too_few_stars_are_counted_though_all_are_saturated(stars: int, words: str) -> None:
    rows, columns = np.mgrid[0:300, 0:300]
    picture = np.random.default_rng(1).normal(50.0, 3.0, (300, 300))
    for at in range(stars):
        away2 = (rows - 60 - 60 * (at // 4)) ** 2 + (columns - 60 - 60 * (at % 4)) ** 2
        picture += 90_000 * np.exp(-away2 / (2 * 2.0**2))
    picture = np.minimum(picture, 65535).astype(np.float32)

    with pytest.raises(InvalidValueError, match=words):
        measure_stars(picture)


def test_of_a_large_frame_only_the_middle_is_read(tmp_path: Path) -> None:
    picture = np.zeros((3000, 4000), dtype=np.uint16)
    picture[476 : 476 + MIDDLE_PX, 976 : 976 + MIDDLE_PX] = 7
    path = write_fits(tmp_path / "large.fits", picture)

    assert read_image(path).middle.shape == (MIDDLE_PX, MIDDLE_PX)
    assert set(np.unique(read_image(path).middle)) == {7.0}


def test_a_process_that_is_killed_is_one_sentence_and_the_rest_goes_on() -> None:
    names = ["a", "deadly", "b"]

    found = list(measure_files([(Path(one), one) for one in names], measure=measure_or_die))

    assert [(one.named, one.refused) for one in found] == [
        ("a", None),
        ("deadly", KILLED),
        ("b", None),
    ]


def test_what_is_no_frame_says_why_and_a_measured_header_is_believed(tmp_path: Path) -> None:
    picture = sky(2.0, side_px=300)
    broken = tmp_path / "broken.xisf"
    broken.write_bytes(write_xisf(tmp_path / "whole.xisf", picture).read_bytes()[:3000])
    cut = tmp_path / "cut.fits"
    complete = write_fits(tmp_path / "complete.fits", picture).read_bytes()
    cut.write_bytes(complete[: len(complete) // 2])
    headless = tmp_path / "headless.fits"
    headless.write_bytes(complete[:1000])
    packed = write_fits(tmp_path / "packed.fits.fz", picture).read_bytes()
    bare, begun = tmp_path / "bare.fits.fz", tmp_path / "begun.fits.fz"
    bare.write_bytes(packed[:2880])  # nothing but the header before that of the picture
    begun.write_bytes(packed[:4000])
    nearly = tmp_path / "nearly.fits"
    nearly.write_bytes(complete[:-3000])
    lz4 = tmp_path / "lz4.xisf"
    whole = write_xisf(tmp_path / "zlib.xisf", picture, "zlib").read_bytes()
    lz4.write_bytes(whole.replace(b'"zlib:', b'"lz4h:'))
    files = {
        write_fits(tmp_path / "flat.fits", picture, IMAGETYP="Flat"): "no light frame: Flat",
        write_fits(tmp_path / "timeless.fits", picture, DATE_OBS=None): "not say when it was",
        write_fits(tmp_path / "nameless.fits", picture, FILTER=None): "names no filter",
        broken: "cut short, or still being copied: ",
        cut: "cut short, or still being copied: 49 % of its picture is there",
        headless: "cut short, or still being copied: its header has no end",
        bare: "cut short, or still being copied: its header has no end",
        begun: "cut short, or still being copied: its header has no end",
        nearly: "cut short, or still being copied: 99 % of its picture is there",
        lz4: "compressed with lz4h; zlib is read",
        tmp_path / "gone.fits": "No such file",
    }
    dark = np.zeros((50, 50), dtype=np.uint16)  # nothing could be measured in it
    said = write_fits(tmp_path / "said.fits", dark, HFR=2.25)

    *found, believed = measure_files((file, file.name) for file in [*files, said])

    assert [one.hfr_px for one in believed.frames] == [2.25]
    assert [one.frames for one in found] == [()] * len(files)
    for one, words in zip(found, files.values(), strict=True):
        assert words in str(one.refused)
