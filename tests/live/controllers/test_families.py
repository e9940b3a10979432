"""Real INDI drivers on emulated controllers: a filter change ends in focus, in both ways.

Judged by the controllers, which know where motor and wheel are; `./dev bench drivers` does many.
"""

from pathlib import Path

import pytest

from tests.live.controllers.rig import driver_rig

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("focuser", "wheel"),
    [
        ("moonlite", "trutech"),
        ("robofocus", "quantum"),
        ("lakeside", "quantum"),
        ("nstep", "quantum"),
        ("deepskydad", "xagyl"),
        ("celestron", "trutech"),
        ("myfocuserpro2", "manual"),
        ("tcfs", "quantum"),
        ("sestosenso2", "quantum"),
    ],
)
async def test_a_filter_change_ends_in_focus(focuser: str, wheel: str, tmp_path: Path) -> None:
    async with driver_rig(tmp_path, focuser, wheel) as rig:
        assert rig.explain()["raw_steps"] == rig.focuser.motor.place

        in_path = await rig.change_in_path("R")
        reactive = await rig.change_reactive("Ha")

        for change in (in_path, reactive):
            assert (change.blocked, change.early, change.off_steps) == (None, False, 0)
        assert rig.is_right("Ha")
