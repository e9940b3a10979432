"""Each mistake of a configuration is answered by one sentence: the line, the value, what is right.

The sentences stand here as a person reads them, with `DIR` for the directory.
"""

from pathlib import Path

import pytest

from rigd.config import load_config
from rigd.daemon.driver_plugins import check_servers
from rigd.equipment.profile_toml import read_profile
from rigd.errors import ConfigError

CONFIG = """[listen]
host = "127.0.0.1"
port = 32323

[[servers]]
name = "pier"
driver = "indi"

[[rigs]]
name = "refractor"
mode = "apply"
profile = "refractor.toml"
"""
PROFILE = """name = "Refractor"
reference_filter = "L"
[optic]
focal_ratio = 5.0
[camera]
[wheel]
slots = ["L", "R", "Ha 3nm"]
[focuser]
address = { server = "pier", device = "ZWO EAF" }
moves = "drawtube"
step_size_um = 4.0
direction = "outward"
[mount]
[filters.L]
thickness_mm = 2.0
"""
RIGD, RIG = "rigd.toml", "refractor.toml"
MAY_BE = "lower-case letters, digits, - and _ are allowed, a letter or digit first"
SECOND_RIG = '[[rigs]]\nname = "refractor"\nmode = "observe"\n'
WATCH = '[[watch]]\npath = "/logs"\nrig = "refracter"\n'

BROKEN = [
    pytest.param(
        RIG,
        '"L", "R"',
        '"L", ""',
        "DIR/refractor.toml, line 7: wheel.slots: slot 2 has no name: write what stands in it, "
        '"Empty" where nothing does',
        id="a slot without a name",
    ),
    pytest.param(
        RIG,
        '"L", "R"',
        '"L", 3',
        "DIR/refractor.toml, line 7: wheel.slots: slot 2: a text in quotes is needed, not 3",
        id="a slot that is a number",
    ),
    pytest.param(
        RIG,
        '"L", "R"',
        "“L”, “R”",
        "DIR/refractor.toml, line 7: 'slots = [“L”, “R”, \"Ha 3nm\"]': Invalid value; a text "
        'stands in straight quotes: "ZWO EAF"',
        id="typographic quotes",
    ),
    pytest.param(
        RIG,
        'moves = "drawtube"',
        "moves = draw tube",
        "DIR/refractor.toml, line 10: 'moves = draw tube': a text stands in quotes: "
        'moves = "draw tube"',
        id="two words without quotes",
    ),
    pytest.param(
        RIGD,
        "[listen]",
        "[lisen]",
        "DIR/rigd.toml, line 1: lisen: unknown table; did you mean [listen]?",
        id="typo in a table",
    ),
    pytest.param(
        RIGD,
        "[[rigs]]",
        "[[rig]]",
        "DIR/rigd.toml, line 9: rig: unknown table; did you mean [[rigs]]?",
        id="typo in a row of tables",
    ),
    pytest.param(
        RIGD,
        "[[rigs]]",
        "[rigs]",
        "DIR/rigd.toml, line 9: rigs: each one begins with [[rigs]], in two brackets",
        id="one bracket",
    ),
    pytest.param(
        RIGD,
        "port = 32323",
        "prt = 32323",
        "DIR/rigd.toml, line 3: listen.prt: unknown key; did you mean port? (given: 32323)",
        id="typo in a key",
    ),
    pytest.param(
        RIGD,
        'mode = "apply"',
        'mode = "aply"',
        "DIR/rigd.toml, line 11: rig refractor: mode: must be 'apply', 'publish' or 'observe'; "
        "did you mean 'apply'? (given: 'aply')",
        id="typo in a value",
    ),
    pytest.param(
        RIGD,
        'mode = "apply"\n',
        "",
        "DIR/rigd.toml, line 9: rig refractor: mode: is needed: apply, publish, or observe",
        id="missing key",
    ),
    pytest.param(
        RIGD,
        "port = 32323",
        'port = "32323"',
        "DIR/rigd.toml, line 3: listen.port: a whole number is needed, without quotes "
        "(given: '32323')",
        id="number in quotes",
    ),
    pytest.param(
        RIGD,
        "port = 32323",
        "port = 99999",
        "DIR/rigd.toml, line 3: listen.port: must be less than or equal to 65535 (given: 99999)",
        id="beyond its limit",
    ),
    pytest.param(
        RIGD,
        "[listen]",
        '[listen]\nallowed_networks = ["192.168.1.0/33"]',
        "DIR/rigd.toml, line 2: listen.allowed_networks: '192.168.1.0/33' is no network; "
        "write for example 192.168.1.0/24",
        id="network",
    ),
    pytest.param(
        RIGD,
        '"indi"',
        '"indy"',
        "DIR/rigd.toml, line 7: server pier: driver: 'indy' is not installed; did you mean "
        "'indi'? (there are: alpaca, ccdciel, ekos, indi, indigo, manual, nina, phd2, simulated, "
        "table)",
        id="driver",
    ),
    pytest.param(
        RIGD,
        '"indi"',
        '"indi"\nprot = 7624',
        "DIR/rigd.toml, line 8: server pier: prot: unknown key; did you mean port? (given: 7624)",
        id="typo in a driver's key",
    ),
    pytest.param(
        RIGD,
        '"refractor"',
        '"My Refractor"',
        f"DIR/rigd.toml, line 10: rig My Refractor: name: {MAY_BE}, such as 'my-refractor' "
        "(given: 'My Refractor')",
        id="name",
    ),
    pytest.param(
        RIGD,
        "[listen]",
        f"{SECOND_RIG}[listen]",
        "DIR/rigd.toml, line 13: two rigs are named 'refractor': give each a name of its own",
        id="duplicate rig",
    ),
    pytest.param(
        RIGD,
        "[listen]",
        f"{WATCH}[listen]",
        "DIR/rigd.toml, line 3: watch /logs: rig 'refracter' is not a [[rigs]] name; did you mean "
        "'refractor'?",
        id="watched for a rig that is not there",
    ),
    pytest.param(
        RIGD,
        '"refractor.toml"',
        '"refracter.toml"',
        "DIR/refracter.toml: no such file; did you mean refractor.toml? "
        "(DIR/rigd.toml, line 12, names it)",
        id="missing file",
    ),
    pytest.param(
        RIGD,
        'mode = "apply"',
        "mode = apply",
        "DIR/rigd.toml, line 11: 'mode = apply': a text stands in quotes: mode = \"apply\"",
        id="no quotes",
    ),
    pytest.param(
        RIGD,
        "[listen]",
        "[listen",
        "DIR/rigd.toml, line 1: '[listen': a ] is missing at its end",
        id="no bracket",
    ),
    pytest.param(
        RIGD,
        "[[rigs]]",
        "[listen]",
        "DIR/rigd.toml, line 9: '[listen]': it stands in line 1 already; put what belongs to it "
        "there",
        id="a table twice",
    ),
    pytest.param(
        RIG,
        "step_size_um = 4.0",
        "step_size_um = 4,0",
        "DIR/refractor.toml, line 11: 'step_size_um = 4,0': a number has a point, no comma: "
        "step_size_um = 4.0",
        id="decimal comma",
    ),
    pytest.param(
        RIG,
        "step_size_um = 4.0",
        'step_size_um = "4 µm"',
        "DIR/refractor.toml, line 11: focuser.step_size_um: a number of micrometres is needed, "
        "without quotes and without its unit (given: '4 µm')",
        id="unit in a value",
    ),
    pytest.param(
        RIG,
        "step_size_um = 4.0",
        "step_size_mm = 0.004",
        "DIR/refractor.toml, line 11: focuser.step_size_mm: unknown key; did you mean "
        "step_size_um, in micrometres? (given: 0.004)",
        id="another unit in a key",
    ),
    pytest.param(
        RIG,
        "thickness_mm = 2.0",
        "thickness = 2.0",
        "DIR/refractor.toml, line 15: filters.l.thickness: unknown key; did you mean "
        "thickness_mm, in millimetres? (given: 2.0)",
        id="no unit in a key",
    ),
    pytest.param(
        RIG,
        "thickness_mm = 2.0",
        "thickness_mm = 2000.0",
        "DIR/refractor.toml, line 15: filters.l.thickness_mm: 2000 millimetres cannot be: it lies "
        "between 0 and 50 millimetres",
        id="a value in another unit",
    ),
    pytest.param(
        RIG,
        "[camera]",
        "step_size_um = 4.0\n[camera]",
        "DIR/refractor.toml, line 5: optic.step_size_um: unknown key; it belongs in [focuser] "
        "(given: 4.0)",
        id="key in another table",
    ),
    pytest.param(
        RIG,
        '"outward"',
        '"up"',
        "DIR/refractor.toml, line 12: focuser.direction: must be 'outward' or 'inward' "
        "(given: 'up')",
        id="direction",
    ),
    pytest.param(
        RIG,
        '"Ha 3nm"]',
        '"L"]',
        "DIR/refractor.toml, line 7: wheel.slots: 'L' is in slots 1 and 3; a filter can be in only "
        "one: give each a name of its own",
        id="duplicate filter",
    ),
    pytest.param(
        RIG,
        'reference_filter = "L"',
        'reference_filter = "Ha 5nm"',
        "DIR/refractor.toml, line 2: reference_filter: there is no filter 'Ha 5nm' (there are: L, "
        "R, Ha 3nm)",
        id="reference",
    ),
    pytest.param(
        RIG,
        "[filters.L]",
        "[filters.luminance]",
        "DIR/refractor.toml, line 7: wheel.slots: slot 1: 'L' has no table of its own; did you "
        "mean 'luminance', which is in no slot?",
        id="filter with another name",
    ),
    pytest.param(
        RIG,
        'server = "pier"',
        'server = "peer"',
        "DIR/refractor.toml, line 9: focuser.address.server: 'peer' is not a [[servers]] name of "
        "DIR/rigd.toml; did you mean 'pier'?",
        id="server",
    ),
    pytest.param(
        RIG,
        'name = "Refractor"',
        'name = "Refractor"\nformat = 2',
        "DIR/refractor.toml, line 2: format: written by a newer rigd (format 2; this one reads 1): "
        "update rigd (given: 2)",
        id="newer version",
    ),
]


@pytest.mark.parametrize(("file", "right", "wrong", "said"), BROKEN)
def test_a_mistake_is_answered_by_one_sentence(
    tmp_path: Path, file: str, right: str, wrong: str, said: str
) -> None:
    texts = {RIGD: CONFIG, RIG: PROFILE}
    assert right in texts[file]
    texts[file] = texts[file].replace(right, wrong, 1)
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as failure:
        check_servers(load_config(tmp_path / RIGD))

    assert str(failure.value).replace(str(tmp_path), "DIR") == said


def test_the_configuration_is_right_without_the_mistake(tmp_path: Path) -> None:
    (tmp_path / RIGD).write_text(CONFIG, encoding="utf-8")
    (tmp_path / RIG).write_text(PROFILE, encoding="utf-8")

    loaded = load_config(tmp_path / RIGD)

    check_servers(loaded)
    assert loaded.profiles["refractor"].reference_filter == "l"


INSIDE = CONFIG.replace('profile = "refractor.toml"\n', "") + "".join(
    f"{line}\n" for line in ("[rigs.equipment]", *PROFILE.splitlines())
).replace("\n[", "\n[rigs.equipment.").replace(
    "[rigs.equipment.rigs.equipment]", "[rigs.equipment]"
)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param(
            '"outward"',
            '"up"',
            "DIR/rigd.toml, line 24: rig refractor: equipment.focuser.direction: must be 'outward' "
            "or 'inward' (given: 'up')",
            id="value",
        ),
        pytest.param(
            '"pier", device',
            '"peer", device',
            "DIR/rigd.toml, line 21: rig refractor: focuser.address.server: 'peer' is not a "
            "[[servers]] name of DIR/rigd.toml; did you mean 'pier'?",
            id="server",
        ),
        pytest.param(
            'mode = "apply"',
            'mode = "apply"\nprofile = "refractor.toml"',
            "DIR/rigd.toml, line 9: rig refractor: the table: give either profile (a file) or "
            "[rigs.equipment] (the profile itself)",
            id="two profiles",
        ),
    ],
)
def test_a_mistake_in_a_profile_inside_the_configuration_is_found_there(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in INSIDE
    (tmp_path / RIGD).write_text(INSIDE.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(ConfigError) as failure:
        load_config(tmp_path / RIGD)

    assert str(failure.value).replace(str(tmp_path), "DIR") == said


def test_a_profile_inside_the_configuration_is_the_same_as_in_a_file(tmp_path: Path) -> None:
    (tmp_path / RIGD).write_text(INSIDE, encoding="utf-8")
    (tmp_path / RIG).write_text(PROFILE, encoding="utf-8")

    assert load_config(tmp_path / RIGD).profiles == {"refractor": read_profile(tmp_path / RIG)}
