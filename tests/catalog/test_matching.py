"""A device is matched by exact names and its sensor; never by likeness."""

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.matching import DeviceFacts, Match, NameOrigin, Status, facts_of, match
from rigd.catalog.models.camera import Camera
from rigd.devices.identity import (
    DeviceIdentity,
    DeviceKind,
    DeviceRef,
    SensorGeometry,
    WireProtocol,
)
from rigd.view.device_matches import match_report
from rigd.view.to_json import to_json

IMX571 = SensorGeometry(width_px=6248, height_px=4176, pixel_width_um=3.76)
IMX455 = SensorGeometry(width_px=9576, height_px=6388, pixel_width_um=3.76)
IMX585 = SensorGeometry(width_px=3856, height_px=2180, pixel_width_um=2.9)
IMX533 = SensorGeometry(width_px=3008, height_px=3008, pixel_width_um=3.76)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def camera(
    catalog: Catalog,
    name: str,
    sensor: SensorGeometry | None = None,
    protocol: NameOrigin = NameOrigin.INDI,
) -> Match:
    facts = DeviceFacts(kind=DeviceKind.CAMERA, protocol=protocol, name=name, sensor=sensor)
    return match(facts, catalog)


def wheel(catalog: Catalog, name: str, slots: int | None) -> Match:
    facts = DeviceFacts(
        kind=DeviceKind.FILTERWHEEL, protocol=NameOrigin.INDI, name=name, slots=slots
    )
    return match(facts, catalog)


@pytest.mark.parametrize(
    ("name", "models"),
    [
        ("SX CCD LodeStar", {"Lodestar", "Lodestar C", "Lodestar X2", "Lodestar Pro"}),
        ("SX CCD UltraStar", {"Ultrastar", "Ultrastar Pro"}),
        ("SX CCD SX-814", {"Trius SX-814", "Trius Pro-814"}),
        ("SX CCD SXVR-H674", {"Trius SX-674", "Trius Pro-674"}),
        ("SX CCD SX-825", {"Trius SX-825", "Trius Pro-825"}),
        ("QSI CCD", {"583", "616", "632", "660", "683", "690", "6120", "6162"}),
        (
            "FLI CCD",
            {
                *("MicroLine ML8300", "MicroLine ML09000", "MicroLine ML11002"),
                *("MicroLine ML16803", "MicroLine ML50100", "ProLine PL16803"),
            },
        ),
    ],
)
def test_a_name_of_several_models_offers_each_of_them(
    catalog: Catalog, name: str, models: set[str]
) -> None:
    offered = camera(catalog, name).candidates

    assert {catalog.get(Camera, one).model for one in offered} == models


@pytest.mark.parametrize(
    ("kind", "name", "entry_id"),
    [
        (DeviceKind.CAMERA, "FLI ML16803", "fli_ml16803"),
        (DeviceKind.FOCUSER, "Astroasis Oasis Focuser", "astroasis_oasis_focuser"),
        (DeviceKind.FOCUSER, "HitecAstro DC Focuser", "hitecastro_dc"),
        (DeviceKind.FOCUSER, "ZWO EAF Focuser", "zwo_eaf"),
        (DeviceKind.FILTERWHEEL, "FLI CFW2-7 Filter Wheel", "fli_cfw2_7"),
    ],
)
def test_maker_and_designation_are_a_name(
    catalog: Catalog, kind: DeviceKind, name: str, entry_id: str
) -> None:
    facts = DeviceFacts(kind=kind, protocol=NameOrigin.INDI, name=name)

    assert match(facts, catalog).entry_id == entry_id


@pytest.mark.parametrize(
    ("name", "sensor", "entry_id"),
    [
        pytest.param("ZWO CCD ASI2600MM Pro", IMX571, "zwo_asi2600mm_pro", id="indi"),
        pytest.param("ZWO CCD ASI2600MM Pro", None, "zwo_asi2600mm_pro", id="no-geometry"),
        pytest.param("zwo asi2600mm-pro", IMX571, "zwo_asi2600mm_pro", id="dash-and-case"),
        pytest.param("ZWO CCD ASI2600MM Pro 1", IMX571, "zwo_asi2600mm_pro", id="second-one"),
        pytest.param("ZWO CCD ASI6200MM-Pro WB", IMX455, "zwo_asi6200mm_pro", id="nickname"),
        pytest.param("QHY600M-222b16468c5966524", None, "qhy_600m_ph", id="serial"),
    ],
)
def test_a_name_by_the_drivers_rules_is_a_match(
    catalog: Catalog, name: str, sensor: SensorGeometry | None, entry_id: str
) -> None:
    answer = camera(catalog, name, sensor)

    assert (answer.status, answer.entry_id) == (Status.MATCH, entry_id)
    assert answer.question is None


@pytest.mark.parametrize(
    ("name", "sensor"),
    [
        pytest.param("ZWO CCD ASI2600MM Pro", IMX533, id="contradiction"),
        pytest.param("ZWO CCD ASI6200MM-Pro WB", None, id="nickname-unconfirmed"),
        pytest.param("ZWO CCD ASI2600MM", IMX571, id="beginning-of-names"),
        pytest.param("ASI Camera (1)", IMX455, id="no-model"),
        pytest.param("ZWO CCD ASI2600MM Ultra", IMX571, id="unknown-variant"),
        pytest.param("ZWO CCD Main scope", IMX533, id="nickname-only"),
        pytest.param("Canon DSLR EOS 400D", None, id="lens-mount"),
    ],
)
def test_doubt_is_an_ambiguity_with_candidates_and_one_question(
    catalog: Catalog, name: str, sensor: SensorGeometry | None
) -> None:
    answer = camera(catalog, name, sensor)

    assert answer.status is Status.AMBIGUOUS
    assert answer.entry_id is None
    assert answer.candidates
    assert answer.question


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("CCD Simulator", id="simulator"),
        pytest.param("ZWO CCD ASI031MC", id="no-entry-yet"),
        pytest.param("Something else", id="unknown"),
        pytest.param("ZWO CCD", id="driver-alone"),
    ],
)
def test_no_entry_is_said_with_evidence_and_a_question(catalog: Catalog, name: str) -> None:
    answer = camera(catalog, name)

    assert answer.status is Status.NONE
    assert answer.evidence
    assert answer.question


def test_of_many_bodies_the_lens_mount_is_offered(catalog: Catalog) -> None:
    answer = camera(catalog, "Canon DSLR EOS 400D")

    assert answer.candidates == ("canon_ef_s",)


def test_one_letter_off_is_no_match(catalog: Catalog) -> None:
    answer = camera(catalog, "ZWO CCD ASI2601MM Pro", IMX571)

    assert answer.status is Status.NONE
    assert "is no known model" in answer.evidence[0]


@pytest.mark.parametrize(
    ("name", "sensor"),
    [
        pytest.param("QHY CCD QHY5III484C-131", IMX585, id="another-number"),
        pytest.param("Altair AA26MTEC", IMX571, id="another-brand-of-the-kind"),
        pytest.param("Skyris 445C", None, id="unknown-maker"),
    ],
)
def test_a_model_of_another_number_is_no_candidate_for_its_sensor(
    catalog: Catalog, name: str, sensor: SensorGeometry | None
) -> None:
    answer = camera(catalog, name, sensor)

    assert (answer.status, answer.candidates) == (Status.NONE, ())


@pytest.mark.parametrize(
    ("name", "entry_id"),
    [
        pytest.param("Canon DSLR EOS 60D", "canon_ef_s", id="60d-is-no-60da"),
        pytest.param("Canon DSLR EOS R", "canon_rf", id="mount-known"),
        pytest.param("Nikon DSLR DSC D810", "nikon_f", id="d810-is-no-d810a"),
    ],
)
def test_a_body_that_is_listed_under_its_lens_mount_has_that_mount(
    catalog: Catalog, name: str, entry_id: str
) -> None:
    answer = camera(catalog, name)

    assert (answer.status, answer.candidates) == (Status.AMBIGUOUS, (entry_id,))


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        pytest.param("ZWO CCD ASI220MM", NameOrigin.INDI, id="its-other-name"),
        pytest.param("ZWO ASI220MM Min", NameOrigin.FITS, id="cut"),
    ],
)
def test_a_guide_sensor_is_asked_for_whatever_its_name(
    catalog: Catalog, name: str, protocol: NameOrigin
) -> None:
    sensor = SensorGeometry(width_px=1920, height_px=1080, pixel_width_um=4.0)

    answer = camera(catalog, name, sensor, protocol)

    assert answer.status is Status.AMBIGUOUS
    assert "zwo_asi2600mc_duo" in answer.candidates


@pytest.mark.parametrize(
    "name", ["SXVR-H694", "SX CCD SXVR-H694", "Starlight Xpress SXVR-H694", "SX CCD SXVR-H694 #2"]
)
def test_a_name_that_generations_share_is_none_of_them(catalog: Catalog, name: str) -> None:
    answer = camera(catalog, name)

    assert answer.status is not Status.MATCH


def test_a_makers_name_before_the_model_is_a_name(catalog: Catalog) -> None:
    answer = camera(catalog, "Player One Poseidon-M Pro")

    assert answer.entry_id == "player_one_poseidon_m_pro"


def test_a_home_made_focuser_is_not_taken_for_the_one_whose_protocol_it_speaks(
    catalog: Catalog,
) -> None:
    facts = DeviceFacts(kind=DeviceKind.FOCUSER, protocol=NameOrigin.INDI, name="MoonLite")

    answer = match(facts, catalog)

    assert (answer.status, answer.family) == (Status.AMBIGUOUS, "moonlite_protocol")
    assert answer.question
    assert "home-made" in answer.question.text


def test_the_slots_narrow_the_zwo_wheels_and_the_filter_size_is_asked(catalog: Catalog) -> None:
    answer = wheel(catalog, "ZWO EFW", 7)

    assert answer.status is Status.AMBIGUOUS
    assert set(answer.candidates) == {"zwo_efw_7x36", "zwo_efw_7x2", "zwo_efw_7x50sq"}
    assert answer.question
    assert "filters" in answer.question.text


def test_the_only_wheel_with_eight_slots_is_a_match(catalog: Catalog) -> None:
    answer = wheel(catalog, "ASI EFW", 8)

    assert answer.entry_id == "zwo_efw_8x125"


def test_a_guide_chip_is_not_the_duos_main_sensor(catalog: Catalog) -> None:
    guide = SensorGeometry(width_px=1920, height_px=1080, pixel_width_um=4.0)

    answer = camera(catalog, "ZWO CCD ASI2600MC Duo", guide)

    assert answer.status is Status.AMBIGUOUS
    assert "guide sensor" in answer.evidence[1]


@pytest.mark.parametrize("ending", ["", " 1", " Main"])
def test_a_guide_sensors_name_may_be_a_duos(catalog: Catalog, ending: str) -> None:
    sensor = SensorGeometry(width_px=1920, height_px=1080, pixel_width_um=4.0)

    answer = camera(catalog, f"ZWO CCD ASI220MM Mini{ending}", sensor)

    assert answer.status is Status.AMBIGUOUS
    assert answer.candidates[0] == "zwo_asi220mm_mini"
    assert "zwo_asi2600mc_duo" in answer.candidates
    assert answer.question
    assert "guide sensor" in answer.question.text


def test_a_cut_fits_name_needs_one_candidate_and_its_geometry(catalog: Catalog) -> None:
    cut = camera(catalog, "ZWO ASI6200MM", IMX455, NameOrigin.FITS)
    unsure = camera(catalog, "ZWO ASI2600MM", IMX571, NameOrigin.FITS)

    assert cut.entry_id == "zwo_asi6200mm_pro"
    assert unsure.status is Status.AMBIGUOUS


def test_the_eaf_is_known_by_both_its_names(catalog: Catalog) -> None:
    for name in ("ZWO EAF", "ASI EAF", "ZWO Focuser (2)"):
        facts = DeviceFacts(kind=DeviceKind.FOCUSER, protocol=NameOrigin.INDI, name=name)

        answer = match(facts, catalog)

        assert answer.entry_id == "zwo_eaf"


def test_a_connected_device_gives_its_facts() -> None:
    identity = DeviceIdentity(
        ref=DeviceRef("pi", "ZWO EFW"),
        protocol=WireProtocol.INDI,
        name="ZWO EFW",
        kinds=frozenset({DeviceKind.FILTERWHEEL}),
        slots=7,
    )

    facts = facts_of(identity, DeviceKind.FILTERWHEEL)

    assert (facts.name, facts.slots, facts.protocol) == ("ZWO EFW", 7, NameOrigin.INDI)


def test_the_answer_has_the_shape_that_the_command_line_promises(catalog: Catalog) -> None:
    answer = to_json(match_report(camera(catalog, "ZWO CCD ASI2600MM Pro", IMX571)))

    assert list(answer) == ["status", "id", "candidates", "evidence", "question"]
    assert answer["status"] == "match"
    assert answer["id"] == "zwo_asi2600mm_pro"


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        pytest.param(DeviceKind.CAMERA, "ASI Camera (2)", Status.NONE, id="asi-camera"),
        pytest.param(DeviceKind.FOCUSER, "ZWO Focuser (2)", Status.MATCH, id="zwo-focuser"),
        pytest.param(DeviceKind.FOCUSER, "ASCOM.ToupTek.AAF", Status.MATCH, id="touptek-aaf"),
        pytest.param(
            DeviceKind.FOCUSER, "ASCOM Driver for SestoSenso", Status.AMBIGUOUS, id="sesto-senso"
        ),
        pytest.param(
            DeviceKind.FILTERWHEEL, "ZWO FilterWheel (2)", Status.AMBIGUOUS, id="zwo-filterwheel"
        ),
        pytest.param(DeviceKind.FILTERWHEEL, "PegasusAstro Indigo", Status.MATCH, id="indigo"),
        pytest.param(
            DeviceKind.FILTERWHEEL, "ASCOM OmniSim FilterWheel", Status.NONE, id="omnisim-wheel"
        ),
        pytest.param(
            DeviceKind.FOCUSER, "Alpaca Focuser Simulator", Status.NONE, id="simulated-focuser"
        ),
        pytest.param(
            DeviceKind.FOCUSER, "ASCOM Simulator Focuser Driver", Status.NONE, id="ascom-simulator"
        ),
    ],
)
def test_names_seen_over_ascom_and_alpaca_are_known(
    catalog: Catalog, kind: DeviceKind, name: str, status: Status
) -> None:
    answer = match(DeviceFacts(kind=kind, protocol=NameOrigin.ALPACA, name=name), catalog)

    assert answer.status is status
    assert "not a name that the catalog knows" not in answer.evidence[0]


def test_rigds_own_simulated_devices_are_no_hardware(catalog: Catalog) -> None:
    for kind in (DeviceKind.CAMERA, DeviceKind.FILTERWHEEL, DeviceKind.FOCUSER):
        facts = DeviceFacts(kind=kind, protocol=NameOrigin.SIMULATED, name="anything")

        answer = match(facts, catalog)

        assert answer.status is Status.NONE
        assert "no hardware" in answer.evidence[-1]
