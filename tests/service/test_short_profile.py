"""The shortest profile of the documentation is of use: a filter change moves the focuser."""

import re
from pathlib import Path

import pytest

from tests.service.live import living

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


async def test_ten_lines_are_a_rig_that_follows_the_filter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(r"```toml\n(name = .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    shortest = found[1]
    assert len(shortest.splitlines()) == 10
    profile = shortest.replace('"pier"', '"sim"').replace("ZWO EFW", "Simulated Wheel")
    profile = profile.replace("ZWO EAF", "Simulated Focuser")

    async with living(tmp_path, monkeypatch, profile=profile) as rig:
        before = rig.raw_steps
        await rig.put("filterwheel", "position", Position=4)
        await rig.until_filter(4)
        after = rig.raw_steps

    assert after - before == 60
