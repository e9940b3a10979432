"""By which names logs may call the filters of a profile."""

import pytest

from rigd.equipment.profile_toml import parse_profile
from rigd.files.text import comparable_name
from rigd.setup.fit_priors import names_of
from tests.service.live import PROFILE


def key_of(said: str, text: str = PROFILE) -> str | None:
    return names_of(parse_profile(text, "profile")).get(comparable_name(said))


@pytest.mark.parametrize(
    ("said", "key"),
    [
        pytest.param("Ha", "ha", id="name"),
        pytest.param("slot 5", "ha", id="ccdciels-number"),
        pytest.param("slot 6", None, id="no-such-slot"),
        pytest.param("5", None, id="a-bare-number-may-count-from-zero"),
    ],
)
def test_a_filter_is_known_by_its_name_and_by_its_slot(said: str, key: str | None) -> None:
    assert key_of(said) == key


def test_a_filter_that_is_called_like_a_slot_is_meant_before_that_slot() -> None:
    named = PROFILE.replace('name = "R"', 'name = "Slot 5"')

    assert key_of("slot 5", named) == "r"
