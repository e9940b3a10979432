"""A device's report beside its name, against an entry: frames of drivers and sizes of pixels."""

import pytest

from rigd.catalog.device_evidence import Verdict, geometry_evidence
from rigd.catalog.models.camera import Camera, Frame, MountConfiguration, Sensor
from rigd.devices.identity import SensorGeometry


def camera(*frames: Frame, pixel_um: float = 2.9) -> Camera:
    return Camera(
        id="some_camera",
        maker="Example",
        model="585",
        sensor=Sensor(width_px=3856, height_px=2180, pixel_um=pixel_um, frames=frames),
        mount_configurations=(MountConfiguration(name="as shipped"),),
    )


def test_a_pixel_in_single_precision_is_said_as_a_person_writes_it() -> None:
    given = SensorGeometry(width_px=3856, height_px=2180, pixel_width_um=5.199999809265137)

    says = geometry_evidence(given, camera(pixel_um=5.2)).says

    assert "px of 5.2 µm" in says


def verdict(width: int, height: int, pixel_um: float, entry: Camera) -> Verdict:
    given = SensorGeometry(width_px=width, height_px=height, pixel_width_um=pixel_um)
    return geometry_evidence(given, entry).verdict


SEEN = Frame(px=(3840, 2160), seen_in="a header")


@pytest.mark.parametrize(
    ("frame", "entry", "expected"),
    [
        pytest.param((3856, 2180), camera(), Verdict.AGREES, id="chip"),
        pytest.param((3840, 2160), camera(), Verdict.SILENT, id="cropped-and-never-seen"),
        pytest.param((3840, 2160), camera(SEEN), Verdict.AGREES, id="seen"),
        pytest.param((3848, 2168), camera(SEEN), Verdict.CONTRADICTS, id="another-than-seen"),
        pytest.param((1920, 1080), camera(), Verdict.CONTRADICTS, id="another-chip"),
    ],
)
def test_a_drivers_frame_may_differ_from_the_chips_until_it_was_seen(
    frame: tuple[int, int], entry: Camera, expected: Verdict
) -> None:
    assert verdict(*frame, 2.9, entry) is expected


@pytest.mark.parametrize(
    ("frame", "may_be_binned", "expected"),
    [
        pytest.param((1928, 1090), True, Verdict.SILENT, id="header"),
        pytest.param((1928, 1090), False, Verdict.CONTRADICTS, id="driver"),
        pytest.param((1280, 960), True, Verdict.CONTRADICTS, id="another-chip"),
    ],
)
def test_a_headers_binned_frame_is_neither_for_nor_against(
    frame: tuple[int, int], *, may_be_binned: bool, expected: Verdict
) -> None:
    given = SensorGeometry(width_px=frame[0], height_px=frame[1], pixel_width_um=5.8)

    answer = geometry_evidence(given, camera(), may_be_binned=may_be_binned)

    assert answer.verdict is expected


@pytest.mark.parametrize(
    ("told_um", "known_um", "same"),
    [
        pytest.param(3.76, 3.75, False, id="two-sensors"),
        pytest.param(2.3, 2.315, True, id="one-decimal"),
        pytest.param(2.32, 2.315, True, id="two-decimals"),
        pytest.param(3.7599999904, 3.76, True, id="single-precision"),
        pytest.param(2.4, 2.315, False, id="another-size"),
    ],
)
def test_a_pixels_size_is_compared_as_far_as_the_driver_rounds(
    told_um: float, known_um: float, *, same: bool
) -> None:
    expected = Verdict.AGREES if same else Verdict.CONTRADICTS

    assert verdict(3856, 2180, told_um, camera(pixel_um=known_um)) is expected
