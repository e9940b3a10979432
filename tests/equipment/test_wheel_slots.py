"""Two stacked wheels in a profile: every pair of their slots, and what the pair means."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rigd.catalog.catalog import Catalog, load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.config import Config, RigConfig, ServerConfig, profile_relations
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef, WireProtocol
from rigd.equipment.answers import fill_gap, role_of, stated_value
from rigd.equipment.device_roles import open_roles
from rigd.equipment.fingerprint import (
    filter_fingerprint,
    filter_fingerprints,
    has_contradiction,
    light_path,
)
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_diff import profile_changes
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.equipment.wheel_slots import wheel_slots
from rigd.errors import ConfigError
from rigd.files.text import comparable_name
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import FilterSlot, Mode
from rigd.optics.filter_offsets import SlotKind
from rigd.setup.derive import SetupDeriver
from rigd.setup.device_matches import recognise_devices, unknown_entries, with_stated_entries
from rigd.setup.fit_priors import fit_input_of
from rigd.setup.profile_proposal import proposal
from rigd.setup.rig_train import train_of
from rigd.setup.settings import settings_of
from rigd.setup.slot_offsets import slots_of
from rigd.store.device_history import device_facts
from rigd.view.to_json import to_json
from rigd.view.train import UnknownTrain

ROOT = Path(__file__).parents[2]
CONFIG = RigConfig(name="demo", mode=Mode.APPLY, profile="demo.toml")
TEXT = """
name = "Two wheels"
reference_filter = "lum+clear"

[optic]
focal_ratio = 6.0
required_back_focus_mm = 55.0
end = { standard = "M48x0.75", gender = "male" }

[camera]
flange_distance_mm = 17.5
end = { standard = "M42x0.75", gender = "female" }

[[wheel.stack]]
address = { server = "pier", device = "EFW", connect = true }
id = "zwo_efw_8x125"
slots = ["lum", "red", "ha"]

[[wheel.stack]]
address = { server = "pier", device = "CFW" }
id = "zwo_efw_8x125"
slots = ["clear", "uv", "dark"]

[focuser]
address = { server = "pier", device = "EAF" }
moves = "drawtube"
step_size_um = 4.0
direction = "outward"

[focuser.temperature]
steps_per_c = -4.0

[train]
devices = ["zwo_oag"]
owned = { zwo_t2_t2_2 = 1, zwo_m42m_m48f_16_5 = 1, zwo_t2_ring_11 = 1 }

[filters]
lum = { name = "L", thickness_mm = 1.0, glass = "N-BK7", band_centre_nm = 550.0 }
red = { name = "R", focus_offset_steps = 40 }
ha = { name = "Ha", thickness_mm = 3.0, glass = "N-BK7", band_centre_nm = 550.0 }
clear = { name = "Clear", kind = "empty" }
uv = { name = "UV", thickness_mm = 2.0, glass = "N-BK7", band_centre_nm = 550.0 }
dark = { name = "Dark", kind = "opaque" }
"""
KEYS = ("lum+clear", "lum+uv", "lum+dark", "red+clear", "red+uv", "red+dark")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def profile(*changes: tuple[str, str]) -> EquipmentProfile:
    text = TEXT
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return parse_profile(text, "two.toml")


def rig_of(one: EquipmentProfile) -> Rig:
    return Rig(settings=settings_of(CONFIG, one))


def slots(one: EquipmentProfile, catalog: Catalog) -> dict[str, FilterSlot]:
    return {slot.key: slot for slot in slots_of(one, CatalogLookup(catalog), rig_of(one))}


def test_every_pair_is_a_slot_in_the_order_of_the_first_wheel() -> None:
    found = wheel_slots(profile())

    assert tuple(slot.key for slot in found[:6]) == KEYS
    assert [slot.name for slot in found] == [
        *("L", "L + UV", "L + Dark", "R", "R + UV", "R + Dark", "Ha", "Ha + UV", "Ha + Dark")
    ]
    assert [slot.kind for slot in found[:3]] == [
        SlotKind.FILTER,
        SlotKind.FILTER,
        SlotKind.OPAQUE,
    ]


@pytest.mark.parametrize(
    ("kinds", "together"),
    [
        pytest.param(("empty", "empty"), SlotKind.EMPTY, id="both-empty"),
        pytest.param(("empty", "unknown"), SlotKind.UNKNOWN, id="unknown"),
        pytest.param(("unknown", "opaque"), SlotKind.OPAQUE, id="dark-whatever-else"),
        pytest.param(("filter", "empty"), SlotKind.FILTER, id="one-filter"),
    ],
)
def test_what_two_slots_are_together(kinds: tuple[str, str], together: SlotKind) -> None:
    one, other = kinds
    found = wheel_slots(
        profile(
            ('ha = { name = "Ha",', f'ha = {{ name = "Ha", kind = "{one}",'),
            ('uv = { name = "UV",', f'uv = {{ name = "UV", kind = "{other}",'),
        )
    )

    assert next(slot.kind for slot in found if slot.key == "ha+uv") is together


def test_names_that_two_pairs_would_share_are_said_in_full() -> None:
    both = profile(('uv = { name = "UV",', 'uv = { name = "Open", kind = "empty",'))

    assert [slot.name for slot in wheel_slots(both)[:2]] == ["L + Clear", "L + Open"]


def test_offsets_of_both_add_and_are_rounded_once(catalog: Catalog) -> None:
    found = slots(profile(), catalog)

    # N-BK7 at 550 nm, 4 µm a step: 341.4 µm = 85.3 steps for each mm; 2 mm 170.7, 4 mm 341.4.
    assert found["lum+clear"].focus_offset_steps == 0
    assert found["lum+uv"].focus_offset_steps == 171
    assert found["ha+clear"].focus_offset_steps == 171
    assert found["ha+uv"].focus_offset_steps == 341
    assert found["ha+uv"].state == "modelled"
    assert found["ha+uv"].focus_offset_um == pytest.approx(
        2 * (found["lum+uv"].focus_offset_um or 0.0)
    )


def test_a_given_offset_adds_to_the_glass_behind_it(catalog: Catalog) -> None:
    found = slots(profile(), catalog)

    assert (found["red+clear"].focus_offset_steps, found["red+clear"].state) == (40, "given")
    assert (found["red+uv"].focus_offset_steps, found["red+uv"].state) == (211, "modelled")


def test_given_offsets_of_both_add(catalog: Catalog) -> None:
    given = profile(('uv = { name = "UV",', 'uv = { name = "UV", focus_offset_steps = -15,'))

    found = slots(given, catalog)

    assert (found["red+uv"].focus_offset_steps, found["red+uv"].state) == (25, "given")
    assert (found["lum+uv"].focus_offset_steps, found["lum+uv"].state) == (-15, "given")


def test_unknown_in_either_is_unknown_and_the_filter_is_named(catalog: Catalog) -> None:
    blind = profile(
        ('uv = { name = "UV", thickness_mm = 2.0, glass = "N-BK7",', 'uv = { name = "UV",')
    )

    found = slots(blind, catalog)

    for key in ("lum+uv", "red+uv", "ha+uv"):
        assert found[key].focus_offset_steps is None
        assert found[key].reason == "thickness of filter 'UV' not known"
    assert found["ha+clear"].focus_offset_steps == 171


def test_a_pair_with_something_opaque_is_dark(catalog: Catalog) -> None:
    dark = slots(profile(), catalog)["red+dark"]

    assert (dark.kind, dark.focus_offset_steps) == (SlotKind.OPAQUE, None)
    assert dark.reason == "slot 'Dark' is opaque"


def test_what_is_unknown_of_the_focuser_is_said_once(catalog: Catalog) -> None:
    blind = profile(('direction = "outward"\n', ""))

    assert slots(blind, catalog)["ha+uv"].reason == "focuser: direction not known"


def test_glass_that_stands_in_the_reference_too_need_not_be_known(catalog: Catalog) -> None:
    behind_uv = profile(
        ('"lum+clear"', '"lum+uv"'),
        ('uv = { name = "UV", thickness_mm = 2.0, glass = "N-BK7",', 'uv = { name = "UV",'),
    )

    found = slots(behind_uv, catalog)

    assert found["ha+uv"].focus_offset_steps == 171
    assert found["ha+clear"].focus_offset_steps is None


def test_no_micrometres_are_shown_where_the_glass_is_not_known(catalog: Catalog) -> None:
    behind_uv = profile(
        ('"lum+clear"', '"lum+uv"'),
        (
            'uv = { name = "UV", thickness_mm = 2.0, glass = "N-BK7",',
            'uv = { name = "UV", thickness_mm = 2.0,',
        ),
    )

    found = slots(behind_uv, catalog)

    assert found["ha+clear"].focus_offset_um is None
    assert found["ha+uv"].focus_offset_um == pytest.approx(680, abs=20)


def test_what_each_filter_has_beyond_the_focusers_own_coefficient_adds() -> None:
    own = profile(
        ('ha = { name = "Ha",', 'ha = { name = "Ha", temperature_steps_per_c = -5.0,'),
        ('uv = { name = "UV",', 'uv = { name = "UV", temperature_steps_per_c = -4.5,'),
    )

    terms = settings_of(CONFIG, own).temperature

    assert terms is not None
    by_filter = dict(terms.by_filter)
    assert by_filter["ha+uv"] == pytest.approx(-5.5)
    assert by_filter["ha+clear"] == pytest.approx(-5.0)
    assert "lum+clear" not in by_filter


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            'device = "CFW"',
            'device = "EFW"',
            "wheel: stack: both wheels are 'EFW' on server 'pier'",
            id="one-address",
        ),
        pytest.param(
            '"uv", "dark"]',
            '"uv", "drak"]',
            r"slot 3: 'drak' has no table of its own; did you mean 'dark', which is in no slot\?",
            id="slot-without-filter",
        ),
        pytest.param(
            '"uv", "dark"]', '"uv", "ha"]', "'Ha' is in slots 3 of wheel 1 and 3", id="two-places"
        ),
        pytest.param(
            '"lum+clear"',
            '"lum"',
            "reference_filter 'lum': with two stacked wheels it must be a pair",
            id="reference-of-one",
        ),
        pytest.param(
            '"lum+clear"',
            '"clear+lum"',
            "reference_filter 'clear.lum': 'clear' is not in wheel 1",
            id="reference-reversed",
        ),
        pytest.param('"lum+clear"', '"lum+ir"', "there is no filter 'ir'", id="reference-unknown"),
        pytest.param(
            "[focuser]",
            "[wheel]\nmanual = true\n[focuser]",
            "with stack leave them out",
            id="by-hand-too",
        ),
        pytest.param(
            'slots = ["clear", "uv", "dark"]',
            "slots = []",
            r", line 22: wheel\.stack\.1\.slots: ",
            id="no-slots",
        ),
    ],
)
def test_a_mistake_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        profile((old, new))


def test_a_stack_is_of_two() -> None:
    second = TEXT[TEXT.rindex("[[wheel.stack]]") : TEXT.index("[focuser]")]

    with pytest.raises(ConfigError, match=r"stack has 1 wheel\(s\): it must have two"):
        profile((second, ""))


def test_a_pair_is_no_reference_of_one_wheel() -> None:
    text = 'name = "x"\nreference_filter = "a+b"\n[filters]\na = { name = "A" }\nb = { name = "B" }'

    with pytest.raises(ConfigError, match=r"'a\+b' is a pair, and no two wheels are stacked"):
        parse_profile(text, "one.toml")


def test_both_addresses_must_be_of_servers_that_there_are() -> None:
    config = Config(servers=(ServerConfig(name="roof", driver="indi"),), rigs=(CONFIG,))

    said = [str(one) for one in profile_relations(config, {"demo": profile()})]

    assert any(line.startswith("rig demo: wheel.stack.1.address.server: 'pier'") for line in said)
    assert any(line.startswith("rig demo: wheel.stack.2.address.server: 'pier'") for line in said)


def test_a_profile_reads_back_as_it_was_written() -> None:
    assert parse_profile(profile_text(profile()), "again.toml") == profile()


def test_what_changed_names_the_wheel_and_the_slot() -> None:
    after = profile(('["lum", "red", "ha"]', '["red", "lum", "ha"]'))

    assert [str(change) for change in profile_changes(profile(), after)] == [
        "wheel.stack.1.slots.1: red, was lum",
        "wheel.stack.1.slots.2: lum, was red",
    ]


def test_offsets_belong_to_both_glasses_wherever_they_stand() -> None:
    one = profile()
    turned = profile(('["lum", "red", "ha"]', '["red", "lum", "ha"]'))
    thicker = profile(("thickness_mm = 2.0", "thickness_mm = 2.1"))

    assert filter_fingerprints(one).keys() >= {"lum+clear", "ha+uv", "ha", "uv"}
    assert filter_fingerprint(turned, "ha+uv") == filter_fingerprint(one, "ha+uv")
    assert filter_fingerprint(thicker, "ha+uv") != filter_fingerprint(one, "ha+uv")
    assert filter_fingerprint(thicker, "ha+clear") == filter_fingerprint(one, "ha+clear")


def test_which_wheels_and_which_reference_pair_are_part_of_the_light_path() -> None:
    one = profile()
    other_wheel = profile(('id = "zwo_efw_8x125"', 'id = "zwo_efw_5x125"'))
    other_pair = profile(('"lum+clear"', '"ha+clear"'))
    thicker = profile(("thickness_mm = 1.0", "thickness_mm = 1.5"))

    for other in (other_wheel, other_pair, thicker):
        assert light_path(other) != light_path(one)
        assert has_contradiction(one, other)


def test_to_state_which_wheel_it_is_contradicts_nothing() -> None:
    unsaid = profile(('id = "zwo_efw_8x125"\n', ""))

    assert not has_contradiction(unsaid, profile())


def test_runs_belong_to_the_pair_that_they_name(catalog: Catalog) -> None:
    fit_input = fit_input_of(profile(), CatalogLookup(catalog), rig_of(profile()))

    assert fit_input.reference == "lum+clear"
    assert fit_input.names[comparable_name("Ha + UV")] == "ha+uv"
    assert fit_input.names[comparable_name("Ha")] == "ha+clear"
    assert fit_input.names[comparable_name("Ha + Clear")] == "ha+clear"
    assert comparable_name("UV") not in fit_input.names
    assert fit_input.filters == ("lum+clear", "lum+uv", "red+clear", "red+uv", "ha+clear", "ha+uv")
    assert fit_input.priors["ha+uv"].mean_steps == pytest.approx(341.4, abs=0.5)
    assert set(fit_input.zones_steps) == set(fit_input.filters)


def test_the_reference_is_asked_as_a_pair_and_each_wheel_by_itself(catalog: Catalog) -> None:
    unsaid = profile(('reference_filter = "lum+clear"\n', ""), ('id = "zwo_efw_8x125"\n', ""))
    deriver = SetupDeriver(CONFIG, unsaid, catalog)
    rig = with_wheels(Rig(settings=deriver.settings(())), "ASI EFW", "CFW", slots=7)

    asked = {one.key: one for one in deriver.derive(rig, ()).questions.read().questions}

    values = [option.value for option in asked["reference_filter"].options]
    assert values[:3] == ["lum+clear", "lum+uv", "red+clear"]
    assert "wheel.stack.1.id" in asked
    assert "filters.uv.thickness_mm" not in asked


def test_an_answer_about_one_of_the_wheels_fills_its_gap() -> None:
    unsaid = profile(('id = "zwo_efw_8x125"\n', ""))

    answered = fill_gap(unsaid, "wheel.stack.1.id", "zwo_efw_8x125")

    assert stated_value(unsaid, "wheel.stack.1.id") is None
    assert answered == profile()
    assert fill_gap(profile(), "wheel.stack.1.id", "other") == profile()
    assert role_of("wheel.stack.1.id") == "wheel.stack.1"
    with pytest.raises(KeyError):
        stated_value(unsaid, "wheel.stack.3.id")


def test_two_stacked_wheels_leave_no_role_open_and_no_older_answer_fills_it() -> None:
    one = profile()

    assert "wheel" not in open_roles(one)
    assert fill_gap(one, "wheel.address", "pier/EFW") == one


def with_wheels(rig: Rig, *names: str, slots: int = 8) -> Rig:
    refs = [part.ref for part in rig.settings.stack]
    seen = tuple(
        DeviceIdentity(
            ref=ref,
            protocol=WireProtocol.INDI,
            name=name,
            kinds=frozenset({DeviceKind.FILTERWHEEL}),
            slots=slots,
        )
        for ref, name in zip(refs, names, strict=True)
    )
    return replace(rig, identities=seen)


def test_each_real_wheel_is_matched_by_itself(catalog: Catalog) -> None:
    rig = with_wheels(rig_of(profile()), "ASI EFW", "QHYCFW3")

    found = {
        one.role: one for one in with_stated_entries(recognise_devices(rig, catalog), profile())
    }

    assert set(found) == {"wheel.stack.1", "wheel.stack.2", "focuser"}
    assert found["wheel.stack.1"].ref == DeviceRef("pier", "EFW")
    assert found["wheel.stack.1"].found is not None
    assert found["wheel.stack.2"].found is not None
    assert found["wheel.stack.1"].found.candidates != found["wheel.stack.2"].found.candidates


def test_an_entry_that_is_in_no_catalog_is_named_with_its_wheel(catalog: Catalog) -> None:
    wrong = profile(('id = "zwo_efw_8x125"', 'id = "nobodys"'))

    assert unknown_entries(wrong, catalog) == ("wheel.stack.1.id: 'nobodys' is not in the catalog",)


def test_both_wheels_and_the_glass_of_both_count_in_the_train(catalog: Catalog) -> None:
    longer = profile(
        ("required_back_focus_mm = 55.0", "required_back_focus_mm = 76.3"),
        ("zwo_t2_t2_2 = 1", "zwo_t2_t2_2 = 2"),
        ('red = { name = "R",', 'red = { name = "R", thickness_mm = 2.0,'),
    )

    train, drawn = train_of("demo", longer, catalog)
    found = to_json(train)

    # 76.3 mm and a third of 3 mm + 2 mm of N-BK7: 78.01; 16.5 + 20 + 2 + 20 + 2 + 17.5 = 78.
    assert found["required_path_length_mm"] == pytest.approx(78.007, abs=0.01)
    best = found["stacks"][0]
    assert best["path_length_mm"] == 78.0
    assert [part["id"] for part in best["parts"]] == [
        "zwo_oag",
        "zwo_efw_8x125",
        "zwo_t2_t2_2",
        "zwo_efw_8x125 (2)",
        "zwo_t2_t2_2",
    ]
    assert drawn is not None


def test_a_stack_of_which_one_wheel_is_unknown_has_no_train(catalog: Catalog) -> None:
    unsaid = profile(('id = "zwo_efw_8x125"\n', ""))
    one_named = profile(('devices = ["zwo_oag"]', 'devices = ["zwo_oag", "zwo_efw_8x125"]'))

    unknown, _ = train_of("demo", unsaid, catalog)
    half, _ = train_of("demo", one_named, catalog)

    assert isinstance(unknown, UnknownTrain)
    assert unknown.unknown == (
        "train: which model the first of the stacked filter wheels is, is not known "
        "(wheel.stack.1.id)"
    )
    assert isinstance(half, UnknownTrain)
    assert "two wheels are stacked; name both or none, not zwo_efw_8x125" in half.unknown


def test_what_each_wheel_says_of_itself_is_noted() -> None:
    facts = device_facts(with_wheels(rig_of(profile()), "EFW", "CFW"))

    assert (facts["wheel.1.name"], facts["wheel.2.name"]) == ("EFW", "CFW")


def test_a_profile_whose_second_wheel_is_missing_does_not_fit() -> None:
    rig = with_wheels(rig_of(profile()), "EFW", "CFW")
    without = replace(rig, identities=rig.identities[:1])

    (found,) = proposal([profile()], "Two wheels", without, ()).candidates

    assert "its second wheel 'CFW' is not there" in found.against
    assert not any("first wheel" in said for said in found.against)


def test_the_documented_stack_is_a_profile_whose_offsets_are_known(
    catalog: Catalog,
) -> None:
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)

    documented = parse_profile(snippet, "profiles.md")

    assert [slot.name for slot in wheel_slots(documented)][:4] == ["L", "L + UV", "L + Dark", "R"]
    lit = [one for one in slots(documented, catalog).values() if one.kind is SlotKind.FILTER]
    assert all(one.focus_offset_um is not None for one in lit)
