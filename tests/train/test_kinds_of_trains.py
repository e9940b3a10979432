"""Trains of the catalog's equipment, three of each kind that once came out wrong.

The lengths are added up by hand from the makers' figures: what comes in a box is at hand, a wheel
is of one generation, a thin ring slips over a male thread, a plate that nobody has is not used, a
typed end contradicts nothing that is known, and a length that is too long is said first.
"""

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.train_parts import CatalogLookup
from rigd.errors import TrainError
from rigd.train.answer import TrainAnswer, answer
from rigd.train.spacer_search import Stack
from rigd.train.train_file import parse_train
from rigd.units import mm_from_um

M42, M48, M54 = "M42x0.75 male", "M48x0.75 male", "M54x0.75 male"


@pytest.fixture(scope="module")
def lookup() -> CatalogLookup:
    return CatalogLookup(load_catalog())


def ask(
    lookup: CatalogLookup,
    camera: str,
    *rest: str,
    devices: tuple[str, ...] = (),
    optic: tuple[float, str] = (55.0, M48),
    camera_words: str = "",
) -> TrainAnswer:
    """`rest`: further tables of the train file."""
    back_focus_mm, end = optic
    lines = [
        "boxes = true",
        f"optic = {{ required_back_focus_mm = {back_focus_mm}, end = '{end}' }}",
        f"camera = {{ id = '{camera}'{camera_words} }}",
        *(f"[[devices]]\nid = {name!r}" for name in devices),
        *rest,
    ]
    return answer(parse_train("\n".join(lines), lookup), 5)


def own(*ids: str) -> str:
    return "\n".join(f"[[parts]]\nid = {name!r}" for name in ids)


def glass(thickness_mm: float) -> str:
    return f"[[filters]]\nthickness_mm = {thickness_mm}\nindex = 1.5"


def sums(found: TrainAnswer) -> list[list[float]]:
    """Each stack as its lengths from the telescope to the camera, zeros left out."""
    return [
        [
            *(mm_from_um(placed.part.optical_length_um) for placed in stack.chain),
            mm_from_um(stack.camera.flange_distance_um),
        ]
        for stack in found.stacks
    ]


def all_stacks(found: TrainAnswer) -> list[Stack]:
    near = [found.explanation.below, found.explanation.above] if found.explanation else []
    return [*found.stacks, *(stack for stack in near if stack is not None)]


class TestWhatLiesInABoxIsAtHand:
    def test_the_plate_of_an_oag_in_front_of_a_two_inch_wheel(self, lookup: CatalogLookup) -> None:
        none = "[[filters]]\nempty = true"
        found = ask(lookup, "zwo_asi6200mm_pro", none, devices=("zwo_oag_l", "zwo_efw_7x2"))

        assert [5.0, 17.5, 20.0, 12.5] in sums(found)
        plate = next(p for s in found.stacks for p in s.chain if p.part.id == "zwo_m48_tilt_plate")
        assert plate.part.box == "came with ZWO OAG-L (12x12 mm prism)"

    def test_the_ring_of_an_oag_inside_it_on_a_t2_telescope(self, lookup: CatalogLookup) -> None:
        found = ask(lookup, "zwo_asi533mc_pro", devices=("zwo_oag",), optic=(55.0, M42))

        assert [16.5, 21.0, 17.5] in sums(found)
        assert any("zwo_m48_m42_ring inside" in p.part.id for p in found.stacks[0].chain)

    def test_the_ring_of_a_wheel_between_two_female_threads(self, lookup: CatalogLookup) -> None:
        found = ask(lookup, "zwo_asi294mm_pro", glass(3.0), devices=("zwo_oag", "zwo_efw_8x125"))

        # 3 mm of index 1.5 want 56
        assert sums(found)[0] == [16.5, 20.0, 2.0, 17.5]
        assert found.stacks[0].back_focus_error_um == 0


class TestAWheelIsOfOneGeneration:
    @pytest.mark.parametrize("wheel", ["zwo_efw_mini_5x125", "zwo_efw_8x125", "zwo_efw_7x36"])
    def test_its_ends_go_together(self, wheel: str, lookup: CatalogLookup) -> None:
        # 15.5 + 20 + 2 + 17.5 = 55, with the newer wheel alone: M54 on both sides
        rings = """
            [[parts]]
            id = "M54 15.5"
            optical_length_mm = 15.5
            front = "M54x0.75 female"
            back = "M54x0.75 male"
            [[parts]]
            id = "M54 2"
            optical_length_mm = 2
            front = "M54x0.75 male"
            back = "M54x0.75 male"
        """
        found = ask(
            lookup,
            "zwo_asi2600mc_duo",
            "[[filters]]\nempty = true",
            rings,
            devices=(wheel,),
            optic=(55.0, M54),
        )

        assert sorted(sums(found)[0]) == [2.0, 15.5, 17.5, 20.0]
        for stack in all_stacks(found):
            body = next(placed for placed in stack.chain if placed.device)
            threads = {str(end) for end in (body.front, body.back)} - {"ZWO bolt face"}
            assert len(threads) <= 1

    @pytest.mark.parametrize("wheel", ["zwo_efw_mini_5x125", "zwo_efw_8x125", "zwo_efw_7x36"])
    def test_no_part_of_a_shop_mixes_them(self, wheel: str, lookup: CatalogLookup) -> None:
        shop = "[search]\nshop = true\ntolerance_mm = 2"
        found = ask(
            lookup, "zwo_asi1600mm_pro", glass(2.0), shop, devices=(wheel,), optic=(55.0, M54)
        )

        for stack in all_stacks(found):
            body = next(placed for placed in stack.chain if placed.device)
            threads = {str(end) for end in (body.front, body.back)} - {"ZWO bolt face"}
            assert len(threads) <= 1


class TestAThinRingSlipsOverAMaleThread:
    @pytest.mark.parametrize(
        ("camera", "required_mm", "rings", "lengths_mm"),
        [
            ("zwo_asi2600mm_pro", 55.0, ["baader_t2_fine_0_5"], [0.5, 16.0, 17.5, 21.0]),
            ("qhy_533m", 54.8, ["baader_t2_fine_0_3"], [0.3, 16.0, 17.5, 21.0]),
            (
                "starlight_xpress_trius_sx_814",
                54.8,
                ["baader_t2_fine_0_3", "baader_t2_fine_0_5"],
                [0.3, 0.5, 16.0, 17.0, 21.0],
            ),
        ],
    )
    def test_it_takes_up_what_is_missing(
        self,
        camera: str,
        required_mm: float,
        rings: list[str],
        lengths_mm: list[float],
        lookup: CatalogLookup,
    ) -> None:
        found = ask(
            lookup,
            camera,
            own("m42_spacer_21", "m42_spacer_16", *rings),
            "[search]\ntolerance_mm = 0.2",
            optic=(required_mm, M42),
        )

        exact = [stack for stack in found.stacks if not stack.back_focus_error_um]
        assert exact
        assert lengths_mm in [sorted(lengths) for lengths in sums(found)]


class TestAPlateThatNobodyHasIsNotUsed:
    @pytest.mark.parametrize("camera", ["zwo_asi6200mc_pro", "zwo_asi2400mc_pro"])
    def test_it_is_not_in_the_box(self, camera: str, lookup: CatalogLookup) -> None:
        found = ask(lookup, camera)

        assert found.explanation is not None
        assert all("M42 tilt plate" not in stack.camera.id for stack in all_stacks(found))

    def test_it_is_used_where_it_is_owned(self, lookup: CatalogLookup) -> None:
        found = ask(lookup, "zwo_asi6200mc_pro", own("zwo_camera_tilt_plate_m42"))

        assert sums(found)[0] == [16.5, 21.0, 17.5]
        assert found.stacks[0].camera.id == "M42 tilt plate fitted"


class TestATypedEndContradictsNothing:
    def test_it_chooses_the_front_of_that_thread(self, lookup: CatalogLookup) -> None:
        found = ask(
            lookup,
            "moravian_g1",
            own("m42_spacer_20", "m42_spacer_21"),
            camera_words=", thread = 'M42x0.75', gender = 'female'",
            optic=(55.0, M42),
        )

        assert sorted(sums(found)[0]) == [14.0, 20.0, 21.0]
        assert all("CS" not in stack.camera.id for stack in all_stacks(found))

    def test_a_camera_that_is_known_keeps_its_thread(self, lookup: CatalogLookup) -> None:
        words = ", thread = 'M54x0.75', gender = 'female'"

        with pytest.raises(TrainError, match="contradicts the catalog, which knows"):
            ask(lookup, "zwo_asi533mc_pro", camera_words=words)

    def test_a_guider_that_is_known_keeps_its_thread(self, lookup: CatalogLookup) -> None:
        typed = "[[devices]]\nid = 'zwo_oag'\nback = 'M48x0.75 male'"

        with pytest.raises(TrainError, match=r"contradicts the catalog's M42x0\.75 male"):
            ask(lookup, "zwo_asi533mc_pro", typed)


class TestTooLongIsSaidFirst:
    @pytest.mark.parametrize(
        ("camera", "devices", "required_mm", "said"),
        [
            # 16.5 + 17.5 + 20 + 12.5 = 66.5
            ("zwo_asi6200mm_pro", ("zwo_caa", "zwo_oag_l", "zwo_efw_7x2"), 55.0, "11.5 mm"),
            # 16.5 + 20 + 6.5 = 43
            ("zwo_asi1600mm_pro", ("zwo_oag", "zwo_efw_8x125"), 40.0, "3 mm"),
            # 16.5 + 21 + 20 + 12.5 = 70
            ("zwo_asi2600mm_pro", ("zwo_oag", "zwo_drawer_m48", "zwo_drawer_m54"), 55.0, "15 mm"),
        ],
    )
    def test_whatever_the_threads(
        self,
        camera: str,
        devices: tuple[str, ...],
        required_mm: float,
        said: str,
        lookup: CatalogLookup,
    ) -> None:
        empty = [
            f"[[filters]]\ndevice = {name!r}\nempty = true"
            for name in devices
            if "efw" in name or "drawer" in name
        ]
        found = ask(lookup, camera, *empty, devices=devices, optic=(required_mm, M54))

        assert found.explanation is not None
        assert found.explanation.reason.startswith(f"{said} too long whatever the threads")
