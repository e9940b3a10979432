"""Every shipped file is a test case."""

from pathlib import Path

import pytest

from rigd.catalog.catalog import Catalog, catalog_faults, load_catalog, shipped_files
from rigd.catalog.entry_files import read_catalog_text
from rigd.catalog.listing import page, whole
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Family
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.part import Part
from rigd.catalog.models.sourced import Confidence
from rigd.errors import CatalogError
from rigd.files.near_words import find_near

CAMERA = """\
maker = "Own"

[[camera]]
id = "own_camera"
model = "Camera"
mount_configurations = [{ name = "bare", flange_distance_mm = 12.5 }]
sources = { my_calliper = ["mount_configurations"] }

[sources.my_calliper]
address = "my calliper, 2026-10-02"
kind = "measurement"
origin = "me"
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("where", "text"),
    [
        pytest.param(where, file.read_text(encoding="utf-8"), id=where)
        for where, file in shipped_files()
    ],
)
def test_every_shipped_file_is_valid_and_says_something(where: str, text: str) -> None:
    content = read_catalog_text(text, where=where)

    assert content.entries() or content.sources


def test_every_relation_leads_to_an_entry_and_every_name_to_one_thing(catalog: Catalog) -> None:
    faults = catalog_faults(catalog)

    assert [str(fault) for fault in faults] == []


def test_lengths_are_plausible(catalog: Catalog) -> None:
    odd = [
        camera.id
        for camera in catalog.all(Camera)
        for one in camera.mount_configurations
        if one.flange_distance_mm is not None and not 5 <= one.flange_distance_mm <= 65
    ]
    odd += [part.id for part in catalog.all(Part) if (part.optical_length_mm or 0) > 100]
    odd += [wheel.id for wheel in catalog.all(FilterWheel) if (wheel.optical_length_mm or 20) > 65]

    assert odd == []


def test_a_family_of_models_has_a_question_and_members(catalog: Catalog) -> None:
    used = {
        family
        for model in (Camera, FilterWheel)
        for device in catalog.all(model)
        for family in device.families
    }
    lonely = [
        family.id
        for family in catalog.all(Family)
        if family.role == "models" and family.kind != "focuser" and family.id not in used
    ]

    assert lonely == []


def test_an_owners_entry_joins_the_catalog(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(CAMERA)

    catalog = load_catalog([tmp_path])

    assert catalog.problems == ()
    camera = catalog.get(Camera, "own_camera")
    assert catalog.sources["my_calliper"].address == "my calliper, 2026-10-02"
    assert catalog.confidence(camera) is Confidence.MEDIUM


def test_a_broken_file_is_named_by_line_and_disables_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(CAMERA.replace("12.5", '"12.5"').replace("own_", "bad_"))
    (tmp_path / "good.toml").write_text(CAMERA)

    catalog = load_catalog([tmp_path])

    assert catalog.find(Camera, "own_camera") is not None
    assert catalog.find(Camera, "bad_camera") is None
    (problem,) = catalog.problems
    assert f"{tmp_path / 'bad.toml'}:6: camera bad_camera: " in problem
    assert "flange_distance_mm" in problem


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("12.5", "nan", "finite", id="nan"),
        pytest.param("[[camera]]", "[[camera]]\nlength = 3", "length", id="unknown-key"),
        pytest.param("own_camera", "Own Camera", "id", id="id-with-space"),
        pytest.param('"measurement"', '"hearsay"', "kind", id="kind-of-source"),
        pytest.param("[[camera]]", '[[camera]]\nconfidence = "high"', "confidence", id="typed"),
        pytest.param("[[camera]]", "[[camera]", "not valid TOML", id="no-toml"),
        pytest.param("flange_distance_mm", "back_focus", "back_focus", id="foreign-word"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_field(old: str, new: str, says: str) -> None:
    text = CAMERA.replace(old, new)

    with pytest.raises(CatalogError, match=says):
        read_catalog_text(text, where="mine.toml")


def test_an_owners_thread_without_a_standard_is_a_problem(tmp_path: Path) -> None:
    end = 'end = { standard = "M42", gender = "male" }'
    (tmp_path / "mine.toml").write_text(CAMERA.replace("12.5 }", f"12.5, {end} }}"))

    catalog = load_catalog([tmp_path])

    assert catalog.find(Camera, "own_camera") is None
    says = "there is no standard named 'M42'; is it 'M42x0.75' or 'M42x1'?"
    assert catalog.problems[0].startswith(f"{tmp_path / 'mine.toml'}:")
    assert says in catalog.problems[0]


@pytest.mark.parametrize(
    ("spelt", "exact"),
    [
        ("M48 x 0.75", "M48x0.75"),
        ("M48\N{MULTIPLICATION SIGN}0.75", "M48x0.75"),
        ("C mount", "C-mount"),
        ("2 inch", "2in barrel"),
        ("T2", "M42x0.75"),
    ],
)
def test_a_standard_may_be_spelt_as_people_do(tmp_path: Path, spelt: str, exact: str) -> None:
    end = f'open_end = {{ standard = "{spelt}" }}'
    (tmp_path / "mine.toml").write_text(CAMERA.replace("12.5 }", f"12.5, {end} }}"))

    catalog = load_catalog([tmp_path])

    assert catalog.problems == ()
    (way,) = catalog.get(Camera, "own_camera").mount_configurations
    assert way.open_end is not None
    assert way.open_end.standard == exact


def test_an_owners_file_cannot_take_a_shipped_id(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(CAMERA.replace("own_camera", "zwo_asi2600mm_pro"))

    catalog = load_catalog([tmp_path])

    assert catalog.get(Camera, "zwo_asi2600mm_pro").maker == "ZWO"
    assert "has this id already" in catalog.problems[0]


@pytest.mark.parametrize("kind", ["camera", "family"])
def test_an_owners_file_cannot_take_a_shipped_name(tmp_path: Path, kind: str) -> None:
    names = 'driver_names = { indi = ["ZWO CCD ASI2600MM Pro"] }'
    camera = CAMERA.replace("mount_conf", f"{names}\nmount_conf", 1)
    family = f"""\
[[family]]
id = "own_family"
kind = "camera"
name = "cameras of mine"
{names}
question = "Which?"
sources.my_word = ["driver_names"]

[sources.my_word]
address = "my word"
kind = "owner"
origin = "me"
"""
    (tmp_path / "mine.toml").write_text(camera if kind == "camera" else family)

    catalog = load_catalog([tmp_path])

    assert catalog.show("own_camera") + catalog.show("own_family") == ()
    assert "belongs to" in catalog.problems[0]


def test_a_missing_directory_is_a_problem(tmp_path: Path) -> None:
    catalog = load_catalog([tmp_path / "none"])

    assert catalog.problems == (f"{tmp_path / 'none'}: no such directory",)


def test_search_finds_by_words_in_any_spelling(catalog: Catalog) -> None:
    found = catalog.search("asi 2600mm-pro")

    assert ("camera", "zwo_asi2600mm_pro") in [(kind, entry.id) for kind, entry in found]


def test_a_change_of_any_fact_or_source_is_a_change_of_the_digest(catalog: Catalog) -> None:
    camera = catalog.get(Camera, "zwo_asi178mc").model_copy(update={"slots": 3})
    cameras = {**catalog.entries["camera"], camera.id: camera}
    tutorial = catalog.sources["tutorial"].model_copy(update={"note": "read again"})

    another_fact = Catalog(entries={**catalog.entries, "camera": cameras}, sources=catalog.sources)
    another_source = Catalog(
        entries=catalog.entries, sources={**catalog.sources, "tutorial": tutorial}
    )

    assert len({catalog.digest, another_fact.digest, another_source.digest}) == 3


def test_pages_of_a_search_join_to_the_whole(catalog: Catalog) -> None:
    everything = page(catalog, words="zwo", kind="camera", limit=1000)
    parts = [page(catalog, words="zwo", kind="camera", offset=at, limit=40) for at in (0, 40, 80)]

    joined = [entry for part in parts for entry in part.entries]
    assert joined == list(everything.entries[: len(joined)])
    assert {part.total for part in parts} == {everything.total}


def test_a_whole_entry_says_its_file_and_leaves_the_unknown_out(catalog: Catalog) -> None:
    entry = whole("camera", catalog.get(Camera, "zwo_asi183mc"), catalog)

    assert entry["file"] == "profiles/cameras/zwo.toml"
    assert "flange_distance_mm" not in entry["mount_configurations"][0]


def test_a_bolted_train_finds_the_bolts_on_every_side(catalog: Catalog) -> None:
    bolts = {
        end.standard
        for wheel in ("zwo_efw_7x36", "zwo_efw_5x2", "zwo_efw_7x2")
        for end in catalog.get(FilterWheel, wheel).other_camera_ends
    }

    assert "ZWO bolt face" in bolts
    guider = catalog.get(Part, "zwo_oag_l")
    assert guider.camera_end is not None
    assert guider.camera_end.standard == "ZWO bolt face"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        pytest.param("refractor", ("telescope", "corrector"), "telescope", id="refractor"),
        pytest.param("Ring", ("spacer", "t_ring"), "spacer", id="ring"),
        pytest.param("ring", ("t_ring", "tilter"), "t_ring", id="where-nothing-is-called-so"),
        pytest.param("spacr", ("spacer", "t_ring"), "spacer", id="mistyped"),
    ],
)
def test_a_kind_that_people_call_otherwise_is_named(
    word: str, known: tuple[str, ...], meant: str
) -> None:
    assert find_near(word, known) == meant
