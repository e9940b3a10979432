"""What `rigd.frozen.replace` makes is what `dataclasses.replace` makes."""

import copy
import dataclasses
import pickle

import pytest

from rigd.focus.state.focuser import FocuserState
from rigd.focus.state.rig import Rig
from rigd.focus.state.settings import Mode, RigSettings
from rigd.frozen import replace
from tests.focus.night import CAMERA, FOCUSER, SLOTS, WHEEL
from tests.focus.world_devices import MOUNT

SETTINGS = RigSettings(
    name="rig",
    mode=Mode.APPLY,
    wheel=WHEEL,
    focuser=FOCUSER,
    camera=CAMERA,
    mount=MOUNT,
    slots=SLOTS,
)
RIG = Rig(settings=SETTINGS)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low {self.low} above high {self.high}")


@dataclasses.dataclass(frozen=True, slots=True)
class Single:
    only: int


@dataclasses.dataclass(frozen=True)
class Unslotted:
    one: int
    two: int


@dataclasses.dataclass(frozen=True, slots=True)
class Longer(Single):
    more: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    one: int
    two: int
    total: int = dataclasses.field(init=False, default=3)


def test_the_fields_named_are_changed_and_all_others_kept() -> None:
    state = FocuserState(left_steps=12)

    changed = replace(RIG, main_focuser=state, hold_by="hand")

    assert changed == dataclasses.replace(RIG, main_focuser=state, hold_by="hand")
    assert changed.main_focuser is state
    assert changed.settings is SETTINGS
    assert RIG.hold_by is None, "the one it was made from is left alone"


def test_a_value_that_is_so_already_is_returned_itself() -> None:
    assert replace(RIG, settings=SETTINGS, hold_by=None) is RIG


def test_what_is_made_is_one_of_its_class_in_all_that_it_can_do() -> None:
    changed = replace(RIG, hold_by="hand")

    assert type(changed) is Rig
    assert hash(changed) == hash(dataclasses.replace(RIG, hold_by="hand"))
    assert repr(changed) == repr(dataclasses.replace(RIG, hold_by="hand"))
    assert copy.copy(changed) == changed
    assert pickle.loads(pickle.dumps(changed)) == changed  # noqa: S301 - it was made just now
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.hold_by = None  # type: ignore[misc]


def test_a_field_that_the_class_does_not_have_is_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_field"):
        replace(RIG, no_such_field=None)  # type: ignore[call-arg]


def test_a_class_that_checks_what_it_is_given_checks_it_again() -> None:
    with pytest.raises(ValueError, match="low 7 above high 5"):
        replace(Checked(low=1, high=5), low=7)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        pytest.param(Single(1), {"only": 2}, id="one field"),
        pytest.param(Unslotted(1, 2), {"two": 3}, id="no slots"),
        pytest.param(Longer(1, 2), {"more": 3}, id="inherited slots"),
        pytest.param(Counted(1, 2), {"two": 3}, id="a field that nobody gives"),
    ],
)
def test_a_class_of_another_kind_is_replaced_as_well(
    value: Single | Unslotted | Counted, changes: dict[str, int]
) -> None:
    made = replace(value, **changes)

    assert made == dataclasses.replace(value, **changes)
    assert type(made) is type(value)
