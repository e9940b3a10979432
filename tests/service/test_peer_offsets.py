"""A series beside a reference filter of another one: what is sure among its filters is applied."""

from pathlib import Path

from rigd.catalog.catalog import Catalog
from rigd.equipment.profile import EquipmentProfile
from tests.service.test_answers import H_ALPHA, LUMINANCE, OWNER, begin, catalog, pier
from tests.setup.conftest import whole
from tests.setup.owner import SHO, of_one_series

__all__ = ["catalog", "whole"]  # fixtures
OIII = 5
BEHIND_H_ALPHA = 3
"""Whichever glass the three are of, as `rigd.optics` computes it."""


async def test_a_change_inside_the_series_is_applied_once_its_focus_is_known(
    tmp_path: Path, whole: EquipmentProfile, catalog: Catalog
) -> None:
    gates = whole.gates.model_copy(update={"quiet_s": 0.0})
    profile = of_one_series(whole, *SHO).model_copy(update={"gates": gates})
    async with pier(tmp_path, profile, catalog) as one:
        begin(one, LUMINANCE)
        one.wheel(H_ALPHA)
        declined = await one.said("declined")
        one.focuser(50400, moving=True)
        one.focuser(50400)
        await one.observatory.request_adopt("demo", OWNER)

        target = await one.change(OIII)

        assert one.steps[OIII] is None, "against the reference filter nothing is known"
        assert "how far that of H_Alpha lies from it is not known" in declined
        assert target == 50400 + BEHIND_H_ALPHA
        assert one.explain["filter_against"] == "H_Alpha"

    async with pier(tmp_path, profile, catalog) as again:
        begin(again, OIII, target)

        assert again.explain["base_steps"] == 50400
        assert await again.change(H_ALPHA) == 50400
