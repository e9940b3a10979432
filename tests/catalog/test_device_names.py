"""Every name that a driver is known to give leads to its entry or to an honest answer."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rigd.catalog.catalog import load_catalog
from rigd.catalog.device_names import SHORTEST_SEEN_CUT
from rigd.catalog.matching import DeviceFacts, Match, NameOrigin, Status, match
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.driver_names import Device, normalise
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.source import SourceKind
from rigd.devices.identity import DeviceKind, SensorGeometry

from .device_names import INDI_NAMES, LATER_SDK_NAMES, ZWO_SDK_NAMES

UNTIMED = settings(deadline=None, max_examples=300)
CATALOG = load_catalog()
CAMERAS = CATALOG.all(Camera)
NAMED = [
    (device, name)
    for model in (Camera, FilterWheel, Focuser)
    for device in CATALOG.all(model)
    for name in device.driver_names.all()
]


_INSIDE = {name for camera in CAMERAS for name in camera.guide_sensor_names}
GUIDE_NAMES = {
    name
    for device, _ in NAMED
    if _INSIDE.intersection(device.driver_names.all())
    for name in device.driver_names.all()
}
"""Every name of a camera whose sensor is also inside others."""


def kind_of(device: Device) -> DeviceKind:
    if isinstance(device, Camera):
        return DeviceKind.CAMERA
    return DeviceKind.FILTERWHEEL if isinstance(device, FilterWheel) else DeviceKind.FOCUSER


def ask(
    name: str,
    kind: DeviceKind = DeviceKind.CAMERA,
    *,
    sensor: SensorGeometry | None = None,
    protocol: NameOrigin = NameOrigin.INDI,
    slots: int | None = None,
    max_steps: int | None = None,
) -> Match:
    facts = DeviceFacts(
        kind=kind, protocol=protocol, name=name, sensor=sensor, slots=slots, max_steps=max_steps
    )
    return match(facts, CATALOG)


@pytest.mark.parametrize(
    ("name", "entry_id"),
    [
        pytest.param("QHY8Pro", "qhy_8_pro", id="not-the-QHY8L"),
        pytest.param("QHY8L", "qhy_8l", id="the-QHY8L"),
        pytest.param("QHY9", "qhy_9", id="short-with-its-maker"),
        pytest.param("Canon EOS Rebel T3i", "canon_eos_600d", id="what-stands-behind-a-prefix"),
        pytest.param("Zeus-M PRO (IMX455)", "player_one_zeus_455m_pro", id="no-digit"),
        pytest.param("ZWO ASI1600MC-Cool", "zwo_asi1600mc_cool", id="not-the-Pro"),
        pytest.param("ZWO ASI1600MC Pro", "zwo_asi1600mc_pro", id="the-Pro"),
    ],
)
def test_a_header_with_a_models_whole_name_is_that_model(name: str, entry_id: str) -> None:
    assert ask(name, protocol=NameOrigin.FITS).entry_id == entry_id


def test_a_drivers_text_alone_makes_no_cooler_certain() -> None:
    by_drivers = [
        camera.id
        for camera in CAMERAS
        for key, claims in camera.sources.items()
        if "cooled" in claims and CATALOG.sources[key].kind is SourceKind.DRIVER
    ]

    assert by_drivers == []


def test_the_list_has_all_names_of_the_sdk() -> None:
    assert len(set(ZWO_SDK_NAMES)) == 113


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=name) for name in (*ZWO_SDK_NAMES, *LATER_SDK_NAMES)]
)
def test_an_sdk_name_is_its_entry_or_a_known_model_without_one(name: str) -> None:
    indi = "ZWO CCD " + name.removeprefix("ZWO ")

    answers = ask(name, protocol=NameOrigin.ALPACA), ask(indi)

    assert answers[0].entry_id == answers[1].entry_id
    for answer in answers:
        if answer.status is Status.MATCH:
            camera = CATALOG.get(Camera, answer.entry_id or "")
            assert name in camera.driver_names.sdk
        elif name in GUIDE_NAMES:
            assert answer.status is Status.AMBIGUOUS
        else:
            assert answer.status is Status.NONE
            assert "the catalog has no entry" in answer.evidence[0]


@pytest.mark.parametrize(
    ("kind", "name"),
    [pytest.param(kind, name, id=name) for kind, names in INDI_NAMES.items() for name in names],
)
def test_an_indi_default_name_is_known(kind: str, name: str) -> None:
    answer = ask(name, DeviceKind(kind))

    assert "not a name that the catalog knows" not in answer.evidence[0]
    assert answer.status is Status.MATCH or answer.question


def test_no_name_means_two_things() -> None:
    owners: dict[tuple[DeviceKind, str], str] = {}

    for device, name in NAMED:
        if isinstance(device, Camera) and name in device.guide_sensor_names:
            continue
        owner = owners.setdefault((kind_of(device), normalise(name)), device.id)
        assert owner == device.id, name


def test_every_true_name_is_matched_to_its_own_entry() -> None:
    for device, name in NAMED:
        if name in GUIDE_NAMES:
            continue
        assert ask(name, kind_of(device)).entry_id == device.id, name


def geometry(camera: Camera) -> SensorGeometry | None:
    sensor = camera.sensor
    if sensor is None or None in (sensor.width_px, sensor.height_px, sensor.pixel_um):
        return None
    return SensorGeometry(
        width_px=sensor.width_px,
        height_px=sensor.height_px,
        pixel_width_um=sensor.pixel_um,
        pixel_height_um=sensor.pixel_um,
        colour=sensor.colour,
    )


@st.composite
def spelt(draw: st.DrawFn, name: str) -> str:
    """The name in another case, with other separators, perhaps with a driver's addition."""
    separator = draw(st.sampled_from([" ", "-", "_", ""]))
    words = re.split(r"[ _-]", name)
    cased = [draw(st.sampled_from([word, word.upper(), word.lower()])) for word in words]
    joined = cased[0]
    for word in cased[1:]:
        joined += draw(st.sampled_from([" ", separator])) + word
    ending = draw(
        st.sampled_from(["", " 1", " 2", " WB", " Main scope", " (1)", "-222b16468c596652"])
    )
    return joined + ending


def is_anothers(told: str, device: Device) -> bool:
    """Whether the changed name has become another device's own: "Sesto Senso" and its 2."""
    return any(other is not device and normalise(name) == normalise(told) for other, name in NAMED)


identities = st.sampled_from(NAMED)


@UNTIMED
@given(identity=identities, data=st.data())
def test_a_perturbed_identity_is_never_matched_to_another(
    identity: tuple[Device, str], data: st.DataObject
) -> None:
    device, name = identity
    told = data.draw(spelt(name))
    assume(not is_anothers(told, device))
    sensor = geometry(device) if isinstance(device, Camera) else None

    answer = ask(told, kind_of(device), sensor=data.draw(st.sampled_from([sensor, None])))

    assert answer.entry_id in (None, device.id)


@UNTIMED
@given(identity=identities, data=st.data())
def test_a_cut_name_is_never_matched_to_another(
    identity: tuple[Device, str], data: st.DataObject
) -> None:
    device, name = identity
    cut = name[: data.draw(st.integers(min_value=1, max_value=len(name) - 1))]
    # Shorter cuts were never seen: a short name that is a model's whole name is that model.
    assume(len(cut) >= SHORTEST_SEEN_CUT or not is_anothers(cut, device))
    sensor = geometry(device) if isinstance(device, Camera) else None

    answer = ask(cut, kind_of(device), sensor=sensor, protocol=NameOrigin.FITS)

    assert answer.entry_id in (None, device.id)


@UNTIMED
@given(camera=st.sampled_from(CAMERAS), other=st.sampled_from(CAMERAS))
def test_a_right_name_with_a_wrong_sensor_is_never_a_match(camera: Camera, other: Camera) -> None:
    true, false = geometry(camera), geometry(other)
    assume(true is not None and false is not None and camera.driver_names.all())
    assert true is not None
    assert false is not None
    # A driver may crop a chip; half the width of another chip it never is.
    assume(abs((true.width_px or 0) - (false.width_px or 0)) > 0.1 * (true.width_px or 0))
    assume(camera.sensor is not None and not camera.sensor.frames)

    answer = ask(camera.driver_names.all()[0], sensor=false)

    assert answer.status is not Status.MATCH
    assert camera.id in answer.candidates


@UNTIMED
@given(
    camera=st.sampled_from(CAMERAS),
    shift=st.sampled_from([(1, 0, 0.0), (0, -2, 0.0), (0, 0, 0.1), (4, 0, 0.0)]),
)
def test_a_nearly_right_sensor_is_never_agreement(
    camera: Camera, shift: tuple[int, int, float]
) -> None:
    true = geometry(camera)
    assume(true is not None and camera.driver_names.all())
    assert true is not None
    wrong = SensorGeometry(
        width_px=(true.width_px or 0) + shift[0],
        height_px=(true.height_px or 0) + shift[1],
        pixel_width_um=(true.pixel_width_um or 0) + shift[2],
    )

    answer = ask(camera.driver_names.all()[0], sensor=wrong)

    assert "as in the catalog" not in " ".join(answer.evidence)
    if shift[2] or (camera.sensor and any(one.seen_in for one in camera.sensor.frames)):
        assert answer.status is Status.AMBIGUOUS


@UNTIMED
@given(name=st.text(min_size=1, max_size=40))
def test_any_text_at_all_gets_an_answer(name: str) -> None:
    answer = ask(name)

    assert answer.evidence
