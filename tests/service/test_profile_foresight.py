"""What a change of the profile does is known before it is made, and it is then what happens."""

from pathlib import Path
from urllib.parse import quote

import pytest

from rigd.equipment.filter_edits import put_new_filter, rename_filter, state_offset
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_toml import parse_profile, profile_text
from rigd.errors import RigdError
from rigd.view.rig import Client
from tests.service.live import PROFILE, living

OWNER = Client(name="owner")
EFFECT = "/rigs/one/profile/effect"


def read() -> EquipmentProfile:
    return parse_profile(PROFILE, "profile")


async def test_what_is_foreseen_happens_and_nothing_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        before = await live.offsets()
        after = state_offset(rename_filter(read(), "g", "Green"), "r", 33)

        said = await live.ask(EFFECT, {"toml": profile_text(after)})
        unchanged = await live.offsets()
        await live.observatory.profiles.put("Learner", profile_text(after), OWNER)
        now = await live.offsets()

        assert unchanged == before
        assert said["changes"] == [
            {"key": "filters.g.name", "before": "G", "after": "Green"},
            {"key": "filters.r.focus_offset_steps", "before": None, "after": "33"},
        ]
        assert said["other_light_path"] is False
        rows = {row["name_after"]: row for row in said["filters"]}  # type: ignore[attr-defined]
        assert set(rows) == {"R", "Green"}
        assert rows["R"]["steps_before"] == before["R"]["focus_offset_steps"]
        for name, row in rows.items():
            assert row["steps_after"] == now[name]["focus_offset_steps"]
            assert row["state_after"] == now[name]["state"]


async def test_a_filter_of_which_nothing_is_known_has_no_offset_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        after = put_new_filter(read(), 4, "Something", None)

        said = await live.ask(EFFECT, {"toml": profile_text(after)})

        (row,) = said["filters"]  # type: ignore[misc]
        assert (row["filter_position"], row["name_before"], row["name_after"]) == (
            4,
            "Ha",
            "Something",
        )
        assert row["steps_before"] is not None
        assert row["steps_after"] is None


async def test_another_telescope_is_another_light_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        text = PROFILE.replace("focal_ratio = 6.0", "focal_ratio = 5.0").replace("Learner", "Other")
        await live.observatory.profiles.create(text, OWNER)

        by_name = await live.ask(EFFECT, {"profile": "Other"})
        by_text = await live.ask(EFFECT, {"toml": text})

        assert by_name == by_text
        assert by_name["other_light_path"] is True
        assert by_name["profile"] == "Other"
        assert (await live.ask(f"/profiles/{quote('Learner')}"))["rigs"] == ["one"]


@pytest.mark.parametrize("body", [{"toml": "name = 3"}, {"profile": "none"}, {}])
async def test_what_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: dict[str, str]
) -> None:
    async with living(tmp_path, monkeypatch) as live:
        with pytest.raises(RigdError):
            await live.ask(EFFECT, body)
