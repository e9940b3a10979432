"""Faults of every kind, planted by hand into a sound catalog: the check finds each."""

from datetime import date

import pytest

from rigd.catalog.careful_reading import read_carefully
from tests.catalog.test_careful_reading import catalog_of

SOUND = """
[[standard]]
id = "m42x0_75"
name = "M42x0.75"
coupling = "thread"
diameter_mm = 42
pitch_mm = 0.75
sources.page = ["coupling", "diameter_mm", "pitch_mm"]

[[camera]]
id = "alpha"
maker = "Own"
model = "Alpha 26M Pro"
driver_names = { indi = ["Own Alpha 26M Pro"] }
sensor = { name = "Sony IMX571", width_px = 6248, height_px = 4176, pixel_um = 3.76, colour = true }
mount_configurations = [
  { name = "bare", flange_distance_mm = 17.5, end = { standard = "M42x0.75", gender = "female" } },
]
sources.page = ["driver_names", "sensor", "mount_configurations"]

[[camera]]
id = "beta"
maker = "Own"
model = "Beta 26M"
sensor.name = "Sony IMX571"
sensor.width_px = 6248
sensor.height_px = 4176
sensor.pixel_um = 3.76
sensor.width_mm = 23.5
sources.page = ["sensor"]

[[filter]]
id = "ha"
maker = "Own"
model = "Ha 3 nm"
thickness_mm = 2.0
thickness_by_size = [{ size = "36mm", thickness_mm = 2.0 }]
bands = [{ name = "Ha", centre_nm = 656.3, width_nm = 3 }]
sources.page = ["thickness_mm", "thickness_by_size", "bands"]

[[filterwheel]]
id = "wheel"
maker = "Own"
model = "Wheel 7x36mm"
slots = 7
filter_sizes = ["36mm"]
optical_length_mm = 20.0
sources.page = ["slots", "filter_sizes", "optical_length_mm"]

[[optic]]
id = "reducer"
maker = "Own"
model = "0.8x reducer"
kind = "reducer"
magnification = 0.8
back_focus = [{ back_focus_mm = 55.0 }]
sources.page = ["magnification", "back_focus"]
[[optic.conflicts]]
field = "back_focus.back_focus_mm"
reason = "the maker"
used = 55.0
values = [{ value = 56.0 }]

[[optic]]
id = "refractor"
maker = "Own"
model = "Refractor 100/500 f/5"
kind = "telescope"
focal_length_mm = 500
focal_ratio = 4.92
sources.page = ["focal_length_mm", "focal_ratio"]

[[part]]
id = "ring"
maker = "Own"
model = "M42x0.75 M-F ring"
kind = "spacer"
optical_length_mm = 10.0
clear_aperture_mm = 40
telescope_end = { standard = "M42x0.75", gender = "male" }
camera_end = { standard = "M42x0.75", gender = "female" }
sources.page = ["optical_length_mm", "clear_aperture_mm", "telescope_end", "camera_end"]

[[solution]]
id = "train"
title = "A train"
steps = [{ what = "ring", length_mm = 37.5 }, { what = "camera", length_mm = 17.5 }]
total_mm = 55.0
sources.page = ["steps", "total_mm"]

[[part]]
id = "spacer"
maker = "Own"
model = "Spacer 5 mm"
kind = "spacer"
optical_length_mm = 5.0
sources.page = ["optical_length_mm"]

[sources.page]
address = "https://example.com"
kind = "maker"
origin = "own"
read = 2026-10-02
"""
TWIN = """
[[camera]]
id = "twin"
maker = "Own"
model = "{}"
sources.page = ["model"]
"""


def faults(text: str) -> list[str]:
    today = date(2026, 10, 3)
    return [str(fault) for fault in read_carefully(catalog_of(text), today=today)]


def test_the_sound_catalog_has_no_fault() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("read = 2026-10-02\n", "", "neither the day on which", id="never-read"),
        pytest.param(
            'sources.page = ["slots", "filter_sizes", "optical_length_mm"]',
            'assumed.slots = "x"\nassumed.optical_length_mm = "y"\nassumed.filter_sizes = "z"',
            "no source names it",
            id="no-source",
        ),
        pytest.param(
            "3.76\nsensor.w",
            "3.80\nsensor.w",
            "other cameras with the IMX571",
            id="pixel-of-the-chip",
        ),
        pytest.param("height_px = 4176\n", "height_px = 3008\n", "px, not", id="height"),
        pytest.param("width_mm = 23.5", "width_mm = 36.0", "are 23.49 mm, not 36", id="area"),
        pytest.param("flange_distance_mm = 17.5", "flange_distance_mm = 0.69", "inches", id="inch"),
        pytest.param("optical_length_mm = 20.0", "optical_length_mm = 200.0", "70", id="range"),
        pytest.param("slots = 7", "slots = 5", "its name says 7", id="slots-of-the-name"),
        pytest.param("magnification = 0.8", "magnification = 0.67", "says 0.8x", id="factor"),
        pytest.param("length_mm = 5.0", "length_mm = 7.0", "says 5 mm", id="length-of-the-name"),
        pytest.param("width_nm = 3 ", "width_nm = 7 ", "its name says 3 nm", id="band-of-the-name"),
        pytest.param("656.3", "500.7", "500.7 nm is not Ha", id="band-of-another-line"),
        pytest.param("thickness_mm = 2.0\n", "thickness_mm = 3.0\n", "none of its", id="sizes"),
        pytest.param("diameter_mm = 42", "diameter_mm = 48", "its name says 42", id="thread"),
        pytest.param("used = 55.0", "used = 56.0", "56 is said to be used", id="conflict"),
        pytest.param('["slots", ', '["slots", "carousels", ', "has a value", id="claim-of-nothing"),
        pytest.param('["slots", ', "[", "no source supports it", id="bare-fact"),
        pytest.param(
            '["sensor"]', '["sensor"]\nsources.more = []', "no file describes", id="unknown"
        ),
        pytest.param(
            "[sources.page]",
            '[sources.more]\naddress = "x"\nkind = "owner"\norigin = "me"\n\n[sources.page]',
            "no entry cites it",
            id="uncited-source",
        ),
        pytest.param(
            'standard = "M42x0.75"', 'standard = "M43x0.75"', "no standard", id="standard"
        ),
        pytest.param(
            'maker = "Own"\nmodel = "Beta', 'maker = "O-wn"\nmodel = "Beta', "spelled", id="maker"
        ),
        pytest.param(
            'sources.page = ["slots", "filter_sizes", "optical_length_mm"]',
            'sources.page = ["slots", "filter_sizes"]\nderived.optical_length_mm = "x"\n'
            'assumed.optical_length_mm = "y"',
            "is derived too",
            id="two-marks",
        ),
        pytest.param(
            "\n[sources.page]",
            TWIN.format("Pro Alpha 26M") + "\n[sources.page]",
            "one thing",
            id="order",
        ),
        pytest.param(
            "\n[sources.page]",
            TWIN.format("ALPHA-26M PRO") + "\n[sources.page]",
            "one thing",
            id="spelling",
        ),
        pytest.param(
            'model = "Beta 26M"',
            'model = "Beta 26M"\ndriver_names = { indi = ["Own Alpha 26M Pro"] }',
            "belongs to camera alpha",
            id="name-of-another",
        ),
        pytest.param(
            "pixel_um = 3.76, colour",
            "pixel_um = 3.76, frames = [{ px = [9600, 6422] }], colour",
            "is larger than the chip",
            id="frame",
        ),
        pytest.param("total_mm = 55.0", "total_mm = 56.0", "its steps are 55 mm", id="total"),
        pytest.param("read = 2026-10-02", "read = 2027-10-02", "still to come", id="future"),
        pytest.param("Alpha 26M Pro", "Alpha 571MM Pro", "its name says mono", id="colour"),
        pytest.param("thickness_mm = 2.0 }", "thickness_mm = 8.0 }", "and 6", id="cell"),
        pytest.param("M-F ring", "M-M ring", "its name says M-M", id="gender-of-the-name"),
        pytest.param("M42x0.75 M-F", "M48 M-F", "an end of M42", id="thread-of-the-name"),
        pytest.param(
            'M-F ring"\nkind = "spacer"',
            'adapter 12 mm"\nkind = "adapter"',
            "its name says 12 mm",
            id="length-of-an-adapter",
        ),
        pytest.param("back_focus_mm = 55.0", "back_focus_mm = 5.5", "between 10", id="in-cm"),
        pytest.param("distance_mm = 17.5", "distance_mm = 55.0", "a back focus", id="flange"),
        pytest.param("magnification = 0.8", "magnification = 1.2", "not lengthen", id="reducer"),
        pytest.param("ratio = 4.92", "ratio = 7.0", "its name says 5", id="ratio-of-the-name"),
        pytest.param("length_mm = 500", "length_mm = 5000", "its name says 500", id="focal-length"),
        pytest.param("clear_aperture_mm = 40", "clear_aperture_mm = 60", "do not go", id="bore"),
        pytest.param("https://example.com", "https://claude.ai/share/a", "model is", id="chat"),
        pytest.param("7x36mm", "7x2in", "its name says 2", id="size-of-the-name"),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, says: str) -> None:
    text = SOUND.replace(old, new, 1)
    assert text != SOUND

    assert any(says in fault for fault in faults(text)), faults(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"camera", length_mm = 17.5', '"camera"', id="a-step-without-length"),
        pytest.param("0.8x reducer", "0.8x reducer for the 100/700 f/7", id="of-the-telescope"),
        pytest.param(
            '"bare", flange_distance_mm = 17.5',
            '"with adapter", flange_distance_mm = 55.0',
            id="55",
        ),
        pytest.param("M42x0.75 M-F ring", "M42M-M42F ring", id="threads-with-genders"),
        pytest.param("M42x0.75 M-F ring", "M48 to M42 ring", id="one-of-two-threads"),
    ],
)
def test_what_a_name_may_say_is_no_fault(old: str, new: str) -> None:
    text = SOUND.replace(old, new, 1)
    assert text != SOUND

    assert faults(text) == []


def test_a_source_with_an_empty_list_is_found() -> None:
    more = '[sources.more]\naddress = "x"\nkind = "owner"\norigin = "me"\nnote = "x"\n'
    text = SOUND.replace('["sensor"]', '["sensor"]\nsources.more = []', 1) + more

    assert faults(text) == [
        "camera beta: sources.more: supports nothing: name the fields that it holds"
    ]


@pytest.mark.parametrize(
    ("name", "is_at_odds"),
    [
        pytest.param("M48 male to M42 female ring", False, id="right"),
        pytest.param("M48 female to M42 male ring", True, id="the-other-way-round"),
        pytest.param("M48x0.75-female to M42 ring", True, id="one-of-both"),
    ],
)
def test_genders_are_read_as_words_too(name: str, *, is_at_odds: bool) -> None:
    text = SOUND.replace("M42x0.75 M-F ring", name).replace(
        'telescope_end = { standard = "M42x0.75"', 'telescope_end = { standard = "M48x0.75"'
    )
    text += M48

    assert any("but its name says" in str(one) for one in faults(text)) is is_at_odds


M48 = """
[[standard]]
id = "m48x0_75"
name = "M48x0.75"
coupling = "thread"
diameter_mm = 48
pitch_mm = 0.75
sources.page = ["coupling", "diameter_mm", "pitch_mm"]
"""
