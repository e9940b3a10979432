"""Glass adds to the required mechanical length: the sign, and figures that people worked out."""

import pytest

from rigd.errors import TrainError
from rigd.optics.back_focus import (
    Plate,
    back_focus_error_um,
    glass_term,
    guide_camera_distance,
    required_path_length,
)

FILTER = Plate(name="UV/IR", thickness_mm=3.0, index=1.5)


def test_glass_adds_to_the_required_length() -> None:
    bare = required_path_length(55000, [])
    with_filter = required_path_length(55000, [FILTER])

    assert (bare.middle_um, bare.exact) == (55000, True)
    assert with_filter.middle_um == 56000


def test_a_train_without_room_for_its_glass_is_too_short() -> None:
    required = required_path_length(55000, [FILTER])

    assert back_focus_error_um(55000, required.middle_um) == -1000
    assert back_focus_error_um(56500, required.middle_um) == 500


@pytest.mark.parametrize(
    ("back_focus_um", "plate", "required_um", "within_um"),
    [
        pytest.param(
            55000,
            Plate(name="f", thickness_mm=1.85, index=1.5168),
            55630,
            10,
            id="1.85 mm: 'more like 0.6 mm' (tutorial comment)",
        ),
        pytest.param(
            146500,
            Plate(name="Chroma", thickness_mm=3.0, glass="fused silica"),
            147500,
            100,
            id="EdgeHD 11 and 3 mm: 147.5 (ap-gto.groups.io 78877)",
        ),
        pytest.param(
            100000,
            Plate(name="f", thickness_mm=1.0, index=1.5),
            100330,
            10,
            id="Esprit 150: 100 + 0.33 (iceinspace t-161676)",
        ),
        pytest.param(
            55000,
            Plate(name="f", thickness_mm=1.85, index=1.52),
            55600,
            100,
            id="FMA135: 55 + 1.85/3 (hpn.hatenablog.com)",
        ),
    ],
)
def test_required_length_is_what_others_found(
    back_focus_um: int, plate: Plate, required_um: int, within_um: int
) -> None:
    required = required_path_length(back_focus_um, [plate])

    assert required.middle_um == pytest.approx(required_um, abs=within_um)


def test_esprit_adapter_of_the_published_question() -> None:
    # Flattener demands 100 mm from its glass, 4 mm of that inside; OAG to sensor 61.5; filter 1 mm.
    required = required_path_length(100000, [Plate(name="f", thickness_mm=1.0, index=1.5)])

    assert (required.middle_um - 4000 - 61500) / 1000 == pytest.approx(34.83, abs=0.01)


def test_several_plates_add_up() -> None:
    both = glass_term([FILTER, Plate(name="ADC", thickness_mm=6.0, index=1.5)])

    assert both.middle_um == 3000


def test_glass_that_the_design_includes_is_not_counted_twice() -> None:
    required = required_path_length(25000, [FILTER], design_plates=[FILTER])

    assert required.middle_um == 25000


def test_a_fast_beam_needs_a_little_more() -> None:
    plate = Plate(name="f", thickness_mm=3.0, glass="N-BK7", band_centre_nm=587.6)

    assert glass_term([plate], 2.0).middle_um - glass_term([plate], 5.0).middle_um == 24


def test_unknown_glass_is_an_interval() -> None:
    required = required_path_length(55000, [Plate(name="f", thickness_mm=2.0)])

    assert not required.exact
    assert (required.low_um, required.middle_um, required.high_um) == (55630, 55690, 55750)


def test_the_guide_camera_stands_nearer_by_the_glass_shift() -> None:
    distance = guide_camera_distance(45000, [FILTER])

    assert distance.middle_um == 44000


def test_wrong_glass_names_the_filter() -> None:
    with pytest.raises(TrainError, match="Ha: glass thickness: -1 mm"):
        glass_term([Plate(name="Ha", thickness_mm=-1.0, index=1.5)])
    with pytest.raises(TrainError, match="back_focus_um: 0"):
        required_path_length(0, [])
