"""The check finds what a careful reader would, and finds nothing in the shipped catalog."""

import subprocess
from pathlib import Path

import pytest

from rigd.catalog.careful_reading import read_carefully
from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.cited_files import CitedFile, cited_files, compare_cited_files
from rigd.catalog.entry_files import ENTRY_MODELS, read_catalog_text
from rigd.catalog.models.camera import Camera
from rigd.catalog.plausibility import chip_of
from rigd.cli.cited_copies import copies_in

PAGE = """
[sources.page]
address = "https://example.com"
kind = "maker"
origin = "own"
read = 2026-10-02
"""
CAMERA = """
[[camera]]
id = "{id}"
maker = "Own"
model = "{id}"
sensor.name = "Sony {chip}"
sensor.width_px = {width}
sensor.height_px = 4176
sensor.pixel_um = {pixel}
sensor.width_mm = {mm}
mount_configurations = [{{ name = "bare", flange_distance_mm = {flange} }}]
sources.page = ["sensor", "mount_configurations"]
"""


def camera(
    name: str = "one",
    *,
    chip: str = "IMX571",
    width: int = 6248,
    pixel: float = 3.76,
    mm: float = 23.5,
    flange: float = 17.5,
) -> str:
    return CAMERA.format(id=name, chip=chip, width=width, pixel=pixel, mm=mm, flange=flange)


def catalog_of(*texts: str) -> Catalog:
    """A catalog of these entries alone; those that others refer to are not in it."""
    content = read_catalog_text("".join(texts), where="mine.toml")
    entries = {
        kind: {entry.id: entry for own, entry in content.entries() if own == kind}
        for kind in ENTRY_MODELS
    }
    return Catalog(entries=entries, sources=content.sources)


def faults(*texts: str) -> list[str]:
    return [str(fault) for fault in read_carefully(catalog_of(*texts))]


def test_a_careful_reader_finds_nothing_in_the_shipped_catalog() -> None:
    found = [str(fault) for fault in read_carefully(load_catalog())]

    assert found == []


def test_a_right_entry_has_no_fault() -> None:
    assert faults(camera(), PAGE) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param(camera(flange=175.0), "175 is not between 3 and 75", id="decimal-point"),
        pytest.param(camera(flange=0.69), "is it in inches?", id="inches"),
        pytest.param(camera(pixel=37.6), "37.6 is not between", id="pixel"),
        pytest.param(camera(mm=36.0), "6248 px of 3.76 µm are 23.49 mm, not 36 mm", id="area"),
    ],
)
def test_a_figure_that_cannot_be_right_is_found(wrong: str, says: str) -> None:
    assert any(says in fault for fault in faults(wrong, PAGE))


@pytest.mark.parametrize(
    ("other", "says"),
    [
        pytest.param(camera("two", width=3008, mm=11.31), "have 6248 px, not 3008", id="frame"),
        pytest.param(camera("two", pixel=2.9, mm=18.1), "have 3.76 µm, not 2.9", id="pixel"),
    ],
)
def test_cameras_with_one_chip_have_one_frame_and_one_pixel(other: str, says: str) -> None:
    found = faults(camera(), camera("three"), other, PAGE)

    assert [fault for fault in found if fault.startswith("camera two:")]
    assert any(says in fault for fault in found)


def test_a_chip_that_is_binned_is_the_same_chip() -> None:
    binned = camera("two", width=3124, pixel=7.52)

    assert faults(camera(), binned, PAGE) == []


@pytest.mark.parametrize(
    ("name", "chip"),
    [("Sony IMX571BQR", "IMX571"), ("KAF-8300", "KAF8300"), ("Panasonic MN34230ALJ", "MN34230")],
)
def test_a_chip_is_known_under_every_spelling(name: str, chip: str) -> None:
    assert chip_of(name) == chip


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        pytest.param('sources.page = ["sensor"]', "no source supports it", id="bare-fact"),
        pytest.param(
            'sources.page = ["sensor", "mount_configurations", "window"]',
            "'window' is no field that has a value",
            id="claim-of-nothing",
        ),
        pytest.param(
            'sources.page = ["sensor", "mount_configurations"]\nassumed.cooled = "it looks so"',
            "assumed.cooled: is no field",
            id="mark-of-nothing",
        ),
        pytest.param(
            'sources.page = ["sensor", "mount_configurations"]\n'
            'assumed."mount_configurations.0.flange_distance_mm" = "the usual one"\n'
            'sources.driver = ["mount_configurations.0.flange_distance_mm"]',
            "cannot know 'mount_configurations.0.flange_distance_mm'",
            id="a-driver-saw-no-thread",
        ),
        pytest.param(
            'sources.page = ["sensor", "mount_configurations.0.flange_distance_mm"]\n'
            'assumed."mount_configurations.0.flange_distance_mm" = "the usual one"',
            "is assumed: no source supports it",
            id="assumed-and-sourced",
        ),
        pytest.param('sources.nobody = ["sensor"]', "no file describes the source", id="unknown"),
    ],
)
def test_a_source_that_supports_nothing_is_found(claims: str, says: str) -> None:
    text = camera().replace('sources.page = ["sensor", "mount_configurations"]', claims)
    driver = (
        PAGE.replace("page", "driver").replace("maker", "driver source") + 'note = "a driver"\n'
    )

    assert any(says in fault for fault in faults(text, PAGE, driver))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        pytest.param(PAGE.replace("page", "twin"), "is the same source as page", id="twin"),
        pytest.param(
            PAGE.replace("page", "other").replace("example", "another"),
            "no entry cites it",
            id="uncited",
        ),
        pytest.param(
            PAGE.replace("page", "list").replace(
                "https://example.com", "github:own/list@0123456 x"
            ),
            "is no page of a maker",
            id="a-list-that-calls-itself-a-maker",
        ),
    ],
)
def test_a_source_of_no_use_is_found(source: str, says: str) -> None:
    assert any(says in fault for fault in faults(camera(), PAGE, source))


@pytest.mark.parametrize(
    ("other", "says"),
    [
        pytest.param('model = "O-N E"', "one has the same model", id="spelling"),
        pytest.param('model = "Two"\naliases = ["Own One"]', "is the model of one", id="alias"),
    ],
)
def test_one_thing_under_two_names_is_found(other: str, says: str) -> None:
    two = camera("two").replace('model = "two"', other)

    assert any(says in fault for fault in faults(camera(), two, PAGE))


def test_other_names_of_a_standard_are_accepted(tmp_path: Path) -> None:
    end = 'end = { standard = "T2", gender = "female" }'
    text = camera().replace("flange_distance_mm = 17.5", f"flange_distance_mm = 17.5, {end}")
    (tmp_path / "mine.toml").write_text((text + PAGE).replace("page", "my_page"))

    catalog = load_catalog([tmp_path])

    assert catalog.problems == ()
    front = catalog.get(Camera, "one").mount_configurations[0].end
    assert front is not None
    assert front.standard == "M42x0.75"


def test_an_address_names_files_of_a_repository() -> None:
    found = cited_files("github:own/list@0123456 data/camera.csv, sensor.csv")

    assert [file.path for file in found] == ["data/camera.csv", "data/sensor.csv"]
    assert {file.commit for file in found} == {"0123456"}
    assert cited_files("https://example.com/github:own/list") == ()
    elsewhere = cited_files("github:own/list docs/focuser.md, src/focuser.rs")
    assert [file.path for file in elsewhere] == ["docs/focuser.md", "src/focuser.rs"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one;6248x4176;3.76;23.492;17.5", [], id="rounded"),
        pytest.param("one;6248x4176;3760;23.5;17.5", [], id="nanometres"),
        pytest.param("one;6248x4176;3.76;23.5;12.5", ["17.5 is not in the file"], id="another"),
        pytest.param(None, [], id="no-copy"),
    ],
)
def test_a_number_that_the_cited_file_does_not_hold_is_found(
    text: str | None, expected: list[str]
) -> None:
    database = PAGE.replace("https://example.com", "github:own/list@0123456 list.csv")
    catalog = catalog_of(camera(), database.replace("maker", "database"))

    found = compare_cited_files(catalog, lambda _: text)

    assert len(found.faults) == len(expected)
    pairs = zip(expected, found.faults, strict=True)
    assert all(says in str(fault) for says, fault in pairs)


def test_what_was_not_compared_is_counted() -> None:
    database = PAGE.replace("https://example.com", "github:own/list@0123456 list.csv")
    with_file = catalog_of(camera(), database.replace("maker", "database"))
    page = catalog_of(camera(), PAGE)

    there = compare_cited_files(with_file, lambda _: "6248 4176 3.76 23.5 17.5")
    gone = compare_cited_files(with_file, lambda _: None)
    no_file = compare_cited_files(page, lambda _: None)

    assert (there.compared, there.without_copy, there.without_file) == ({"page": 5}, {}, {})
    assert (gone.compared, gone.without_copy) == ({}, {"page": 5})
    assert (no_file.compared, no_file.without_file) == ({}, {"page": 5})
    assert "5 numbers of 1 sources not compared because no copy is at hand" in str(gone)


def test_copies_are_read_at_the_cited_commit_and_folders_whole(tmp_path: Path) -> None:
    clone = tmp_path / "own+list"
    (clone / "data").mkdir(parents=True)
    git = ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    (clone / "data" / "a.csv").write_text("17.5")
    (clone / "data" / "b.csv").write_text("12.5")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
    read = copies_in(tmp_path)

    assert read(CitedFile("own", "list", None, "data/a.csv")) == "17.5"
    assert read(CitedFile("own", "list", None, "data")) == "17.5\n12.5"
    assert read(CitedFile("own", "list", "0123456", "data/a.csv")) is None
    assert read(CitedFile("own", "other", None, "data/a.csv")) is None
