"""A wrong configuration gives one clear message naming file, key and value."""

from importlib.resources import files
from pathlib import Path

import pytest

from rigd.api.http.settings import ServerSettings
from rigd.catalog.catalog import load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.config import ListenConfig, LoadedConfig, ServerConfig, load_config
from rigd.daemon.driver_plugins import check_programs, find_driver
from rigd.daemon.run import server_settings
from rigd.devices.identity import DeviceRef
from rigd.equipment.profile_limits import TimesProfile
from rigd.errors import ConfigError
from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.focus.state.temperature import TemperatureSettings
from rigd.focus.state.times import Times
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import slots_of

EXAMPLES = files("rigd.profiles") / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rigd.toml", "demo.toml"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text(encoding="utf-8"))
    return tmp_path


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def slots(loaded: LoadedConfig) -> dict[str, tuple[int | None, str | None]]:
    profile = loaded.profiles["demo"]
    rig = Rig(settings=settings_of(loaded.config.rigs[0], profile))
    return {
        s.key: (s.focus_offset_steps, s.reason)
        for s in slots_of(profile, CatalogLookup(load_catalog()), rig)
    }


def test_the_documented_example_is_valid(folder: Path) -> None:
    loaded = load_config(folder / "rigd.toml")

    assert loaded.config.rigs[0].mode is Mode.APPLY
    assert slots(loaded)["luminance"] == (0, None)
    assert len({steps for steps, _ in slots(loaded).values()}) > 2


def test_the_mark_that_windows_puts_before_a_text_is_none_of_it(folder: Path) -> None:
    for name in ("rigd.toml", "demo.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8-sig")

    assert [rig.name for rig in load_config(folder / "rigd.toml").config.rigs] == ["demo"]


def test_the_demonstrations_servers_table_suits_its_driver(folder: Path) -> None:
    server = load_config(folder / "rigd.toml").config.servers[0]

    _, address = find_driver(server)

    assert address.name == "simulators"


def test_a_rigs_program_must_be_one_that_can_be_asked(folder: Path) -> None:
    edit(folder, "rigd.toml", 'mode = "apply"', 'mode = "apply"\nprograms = ["simulators"]')

    with pytest.raises(
        ConfigError, match=r"rig demo: programs: server 'simulators' \(driver \w+\)"
    ):
        check_programs(load_config(folder / "rigd.toml").config)


def test_a_rigs_programs_are_named_in_the_configuration(folder: Path) -> None:
    edit(folder, "rigd.toml", 'mode = "apply"', 'mode = "apply"\nprograms = ["nina"]')
    edit(folder, "rigd.toml", "[[rigs]]", '[[servers]]\nname = "nina"\ndriver = "nina"\n[[rigs]]')
    loaded = load_config(folder / "rigd.toml")

    check_programs(loaded.config)

    assert settings_of(loaded.config.rigs[0], loaded.profiles["demo"]).programs == ("nina",)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(
            "rigd.toml",
            "[listen]",
            "[lisen]",
            r"rigd\.toml, line 7: lisen: unknown table",
            id="unknown-key",
        ),
        pytest.param(
            "rigd.toml",
            'mode = "apply"',
            'mode = "aply"',
            r"rig demo: mode: .*'apply', 'publish' or 'observe'.*'aply'",
            id="mode",
        ),
        pytest.param(
            "rigd.toml", "port = 32323", "port = 99999", r"listen\.port: .*65535.*99999", id="limit"
        ),
        pytest.param(
            "rigd.toml", "demo.toml", "gone.toml", r"gone\.toml: no such file", id="missing-file"
        ),
        pytest.param(
            "rigd.toml",
            "[listen]",
            "[listen",
            r"rigd\.toml, line 7: '\[listen': a \] is missing",
            id="no-toml",
        ),
        pytest.param(
            "rigd.toml",
            'name = "simulators"',
            'name = "pier"',
            r"address\.server: 'simulators' is not a \[\[servers\]\] name of .*\(there are: pier",
            id="unknown-server",
        ),
        pytest.param(
            "rigd.toml",
            'mode = "apply"',
            'mode = "apply"\nprograms = ["nina"]',
            r"rig demo: programs: 'nina' is not a \[\[servers\]\] name \(there are: simulators\)",
            id="unknown-program",
        ),
        pytest.param(
            "demo.toml",
            "thickness_mm = 1.0",
            "thickness_mm = -1.0",
            r"line \d+: filters\.luminance\.thickness_mm: .*greater than or equal to 0.*-1",
            id="negative-thickness",
        ),
        pytest.param(
            "demo.toml",
            "thickness_mm = 1.0",
            "thickness_mm = nan",
            r"thickness_mm: .*finite",
            id="nan",
        ),
        pytest.param(
            "demo.toml",
            '"luminance"]',
            '"lum"]',
            r"slot 8: 'lum' has no table of its own; did you mean 'luminance', which is in no slot",
            id="slot-without-filter",
        ),
        pytest.param(
            "demo.toml",
            '"luminance"]',
            '"red"]',
            r"'Red' is in slots 1 and 8",
            id="one-thing-in-two-places",
        ),
        pytest.param(
            "demo.toml",
            'reference_filter = "luminance"',
            'reference_filter = "lum"',
            r"reference_filter: there is no filter 'lum'; did you mean 'Luminance'",
            id="reference",
        ),
        pytest.param(
            "demo.toml",
            'direction = "outward"',
            'direction = "up"',
            r"focuser\.direction: .*'outward' or 'inward'",
            id="direction",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(folder, file, old, new)

    with pytest.raises(ConfigError, match=said):
        load_config(folder / "rigd.toml")


def test_a_missing_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml: no such file"):
        load_config(tmp_path / "nothing.toml")


def test_every_mistake_of_a_file_is_said_at_once(folder: Path) -> None:
    edit(folder, "rigd.toml", "port = 32323", "prt = 32323")
    edit(folder, "rigd.toml", 'mode = "apply"', 'mod = "apply"')

    with pytest.raises(ConfigError) as failure:
        load_config(folder / "rigd.toml")

    assert len(str(failure.value).splitlines()) == 3


def test_a_focuser_has_one_applier(folder: Path) -> None:
    text = (folder / "rigd.toml").read_text()
    (folder / "rigd.toml").write_text(
        text + '\n[[rigs]]\nname = "other"\nmode = "apply"\nprofile = "demo.toml"\n'
    )

    with pytest.raises(ConfigError, match="both apply to focuser Focuser Simulator"):
        load_config(folder / "rigd.toml")


def test_an_unknown_driver_is_named_with_those_there_are() -> None:
    server = ServerConfig.model_validate({"name": "pier", "driver": "ascom"})

    with pytest.raises(ConfigError, match=r"server pier: driver: 'ascom' .*indi"):
        find_driver(server)


def test_an_unknown_key_of_a_driver_is_named() -> None:
    server = ServerConfig.model_validate({"name": "pier", "driver": "indi", "prot": 7624})

    with pytest.raises(ConfigError, match=r"server pier: prot: unknown key; did you mean port"):
        find_driver(server)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param('moves = "drawtube"\n', "", "gain not known", id="gain"),
        pytest.param("step_size_um = 4.0\n", "", "step size not known", id="step-size"),
        pytest.param('direction = "outward"\n', "", "direction not known", id="direction"),
    ],
)
def test_what_is_unknown_of_the_focuser_leaves_no_steps(
    folder: Path, old: str, new: str, said: str
) -> None:
    edit(folder, "demo.toml", old, new)

    offsets = slots(load_config(folder / "rigd.toml"))

    steps, reason = offsets["h_alpha"]
    assert steps is None
    assert said in str(reason)


def test_an_offset_that_the_user_knows_wins_over_the_modelled_one(folder: Path) -> None:
    edit(folder, "demo.toml", 'name = "Red"', 'name = "Red"\nfocus_offset_steps = 77')

    assert slots(load_config(folder / "rigd.toml"))["red"][0] == 77


def test_the_limits_for_the_lan_are_the_configurations() -> None:
    listen = ListenConfig(requests_per_s=50, requests_at_a_time=4, event_streams=3)

    settings = server_settings(listen)

    assert (settings.client_per_s, settings.client_under_way, settings.event_streams) == (50, 4, 3)
    assert settings.loopback_per_s == ServerSettings().loopback_per_s


def test_backlash_and_temperature_are_off_unless_the_profile_says_so(folder: Path) -> None:
    loaded = load_config(folder / "rigd.toml")

    settings = settings_of(loaded.config.rigs[0], loaded.profiles["demo"])

    assert settings.backlash is None
    assert settings.temperature is None


def test_backlash_and_temperature_reach_the_core(folder: Path) -> None:
    edit(
        folder,
        "demo.toml",
        "tolerance_steps = 2\n",
        """tolerance_steps = 2
[focuser.temperature]
steps_per_c = -7.5
[focuser.backlash]
owner = "rigd"
steps = 40
final_direction = "down"
""",
    )
    edit(folder, "demo.toml", 'name = "Red"', 'name = "Red"\ntemperature_steps_per_c = -9.0')
    loaded = load_config(folder / "rigd.toml")

    settings = settings_of(loaded.config.rigs[0], loaded.profiles["demo"])

    assert settings.backlash == Backlash(steps=40, final_direction=FinalDirection.DOWN)
    assert settings.temperature == TemperatureSettings(
        steps_per_c=-7.5, by_filter=(("red", -9.0),), dead_band_steps=2, max_age_s=600.0
    )
    assert settings.temperature.coefficient("red") == -9.0
    assert settings.temperature.coefficient("blue") == -7.5


def test_the_times_reach_the_core(folder: Path) -> None:
    edit(folder, "demo.toml", "[train]", "[times]\nstart_grace_s = 4\nsettle_s = 1.5\n[train]")
    loaded = load_config(folder / "rigd.toml")

    times = settings_of(loaded.config.rigs[0], loaded.profiles["demo"]).times

    assert times == Times(start_grace_s=4.0, settle_s=1.5)


def test_a_deadline_among_the_gates_is_read_as_before(folder: Path) -> None:
    edit(folder, "demo.toml", "[train]", "[gates]\ndeadline_s = 20.0\n[train]")
    loaded = load_config(folder / "rigd.toml")

    times = settings_of(loaded.config.rigs[0], loaded.profiles["demo"]).times

    assert times == Times(deadline_s=20.0)


def test_the_times_of_a_profile_are_those_of_the_core() -> None:
    assert Times(**TimesProfile().model_dump()) == Times()


@pytest.mark.parametrize("owner", ["driver", "client"])
def test_backlash_that_is_not_rigds_is_left_alone(folder: Path, owner: str) -> None:
    given = f'tolerance_steps = 2\nbacklash = {{ owner = "{owner}" }}\n'
    edit(folder, "demo.toml", "tolerance_steps = 2\n", given)
    loaded = load_config(folder / "rigd.toml")

    assert settings_of(loaded.config.rigs[0], loaded.profiles["demo"]).backlash is None


def test_backlash_of_rigds_needs_its_figures(folder: Path) -> None:
    given = 'tolerance_steps = 2\nbacklash = { owner = "rigd" }\n'
    edit(folder, "demo.toml", "tolerance_steps = 2\n", given)

    with pytest.raises(ConfigError, match=r'owner "rigd" needs steps'):
        load_config(folder / "rigd.toml")


GUIDE = """[guide_focuser]
address = { server = "simulators", device = "Guide Focuser", connect = true }
"""


def with_guide(folder: Path, more: str = "", device: str = "Guide Focuser") -> RigSettings:
    text = GUIDE.replace("Guide Focuser", device) + more
    edit(folder, "demo.toml", "[train]", f"{text}\n[train]")
    loaded = load_config(folder / "rigd.toml")
    return settings_of(loaded.config.rigs[0], loaded.profiles["demo"])


def test_a_guide_focuser_reaches_the_core_and_has_no_ratio_of_rigds(folder: Path) -> None:
    settings = with_guide(folder)

    assert settings.guide_focuser == DeviceRef("simulators", "Guide Focuser")
    assert settings.guide_focuser in settings.connect
    assert settings.guide_steps_per_step is None


def test_the_ratio_and_the_limits_of_a_guide_focuser_are_the_owners(folder: Path) -> None:
    more = "steps_per_step = -1.25\nmin_steps = 100\nmax_steps = 9000\ntolerance_steps = 3\n"

    settings = with_guide(folder, more)

    assert settings.guide_steps_per_step == -1.25
    assert (settings.guide_min_steps, settings.guide_max_steps) == (100, 9000)
    assert settings.guide_tolerance_steps == 3


@pytest.mark.parametrize(
    ("more", "device", "wrong"),
    [
        pytest.param("steps_per_step = 0\n", "Guide Focuser", "never moves", id="ratio"),
        pytest.param("", "Focuser Simulator", "is the main focuser's", id="the same one"),
    ],
)
def test_a_guide_focuser_that_cannot_be_is_refused(
    folder: Path, more: str, device: str, wrong: str
) -> None:
    with pytest.raises(ConfigError, match=wrong):
        with_guide(folder, more, device)


def test_what_is_wrong_with_a_rig_or_a_server_names_it(tmp_path: Path) -> None:
    path = tmp_path / "rigd.toml"
    path.write_text(
        '[[servers]]\nname = "pier"\n[[rigs]]\nname = "demo"\nmode = "auto"\n', encoding="utf-8"
    )

    with pytest.raises(ConfigError) as wrong:
        load_config(path)

    assert str(wrong.value).splitlines() == [
        f"{path}, line 1: server pier: driver: is needed: indi, alpaca, or simulated; for programs "
        "phd2, nina, indigo, ekos, ccdciel or table",
        f"{path}, line 5: rig demo: mode: must be 'apply', 'publish' or 'observe' (given: 'auto')",
    ]


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "rigd.toml"
    path.write_bytes(b"name\xe1")

    with pytest.raises(ConfigError, match=r"rigd\.toml: no text in UTF-8 \(byte 5 is 0xe1\)"):
        load_config(path)
