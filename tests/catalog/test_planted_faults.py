"""Faults of every kind, planted by hand into a sound catalog: the check finds each."""

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
sensor = { name = "Sony IMX571", width_px = 6248, height_px = 4176, pixel_um = 3.76 }
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
optical_length_mm = 20.0
sources.page = ["slots", "optical_length_mm"]

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
    return [str(fault) for fault in read_carefully(catalog_of(text))]


def test_the_sound_catalog_has_no_fault() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("read = 2026-10-02\n", "", "neither the day on which", id="never-read"),
        pytest.param(
            'sources.page = ["slots", "optical_length_mm"]',
            'assumed.slots = "x"\nassumed.optical_length_mm = "y"',
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
        pytest.param(
            '["slots", ', '["slots", "filter_sizes", ', "has a value", id="claim-of-nothing"
        ),
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
            'sources.page = ["slots", "optical_length_mm"]',
            'sources.page = ["slots"]\nderived.optical_length_mm = "x"\n'
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
            "pixel_um = 3.76 }",
            "pixel_um = 3.76, frames = [{ px = [9600, 6422] }] }",
            "is larger than the chip",
            id="frame",
        ),
    ],
)
def test_a_planted_fault_is_found(old: str, new: str, says: str) -> None:
    text = SOUND.replace(old, new, 1)
    assert text != SOUND

    assert any(says in fault for fault in faults(text)), faults(text)


def test_a_source_with_an_empty_list_is_found() -> None:
    more = '[sources.more]\naddress = "x"\nkind = "owner"\norigin = "me"\nnote = "x"\n'
    text = SOUND.replace('["sensor"]', '["sensor"]\nsources.more = []', 1) + more

    assert faults(text) == [
        "camera beta: sources.more: supports nothing: name the fields that it holds"
    ]
