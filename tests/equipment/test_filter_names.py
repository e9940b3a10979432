"""What names of filters say, and which of them are one."""

import pytest

from rigd.equipment.filter_names import find_named, read_filter_name

ALPHA, BETA = "\N{GREEK SMALL LETTER ALPHA}", "\N{GREEK SMALL LETTER BETA}"


@pytest.mark.parametrize(
    ("meaning", "names"),
    [
        ("luminance", ["L", "Lum", "lum.", "Luminance", "LUMINANCE", "Baader L", "L 36mm"]),
        ("red", ["R", "red", "Red 2", "Astrodon Red", "Rot"]),
        ("green", ["G", "Green", "Grün"]),
        ("blue", ["B", "Blue", "ZWO Blue 1.25in"]),
        ("h_alpha", ["Ha", "H-alpha", "H_Alpha", "H Alpha", "Ha 3nm", "Ha3nm", "Ha 6.5 nm"]),
        ("h_alpha", ["HA", "H", f"H{ALPHA}", "Antlia 3nm Pro Ha", "Hydrogen-alpha"]),
        ("h_beta", ["Hb", "H-beta", f"H{BETA}"]),
        ("oiii", ["OIII", "O III", "O3", "[OIII]", "O-III 3nm", "Oxygen III"]),
        ("sii", ["SII", "S II", "S2 4nm", "Sulphur-II"]),
        ("uv_ir_cut", ["UV/IR", "UV IR cut", "UVIR", "IR cut"]),
        (None, ["Filter 1", "Slot 3", "", "  ", "Filter B", "7", "Empty", "X"]),
        (None, ["L-Pro", "L-eXtreme", "Optolong L-Ultimate", "R band", "Johnson V", "IR 685"]),
        (None, ["Ha + OIII", "Ha/OIII dual band", "ALP-T 5nm", "Minus blue", "No red"]),
    ],
)
def test_a_name_is_read_by_whole_words(meaning: str | None, names: list[str]) -> None:
    assert {name: read_filter_name(name) for name in names} == dict.fromkeys(names, meaning)


def test_a_label_names_a_filter_by_its_own_name_before_what_that_means() -> None:
    filters = [("ha_3", "Ha 3nm"), ("ha_7", "Ha 7nm"), ("l", "Clear glass")]

    assert find_named("ha 7NM", filters) == {1}
    assert find_named("H-alpha", filters) == {0, 1}
    assert find_named("Lum", filters) == {2}
    assert find_named("clear-glass", filters) == {2}
    assert find_named("Red", filters) == frozenset()
    assert find_named("?", filters) == frozenset()
