"""One list of standards, in every spelling that people use."""

import pytest

from rigd.catalog.catalog import load_catalog
from rigd.catalog.models.open_end import Standard
from rigd.train.connection import Coupling, may_mate
from rigd.train.file_format import PartEntry
from rigd.train.inventory_table import SIZES
from rigd.train.standards import find_standard, standard_name, thread_name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("T2", "M42x0.75"),
        ("t-2", "M42x0.75"),
        ("T thread", "M42x0.75"),
        ("m48x0.75", "M48x0.75"),
        ("M82x1", "M82x1"),
        ("m48", "M48x0.75"),  # the only pitch of the list
        ("M73x0.75", "M73x0.75"),  # a metric name says it all, whether or not it is in the list
        ("SCT", "SCT 2in-24tpi"),
        ('SCT 2"-24tpi', "SCT 2in-24tpi"),
        ('SCT large 3.28"-16tpi', "SCT 3.28in-16tpi"),
        ("c-mount", "C-mount"),
    ],
)
def test_a_thread_has_one_name_however_it_is_spelt(said: str, name: str) -> None:
    assert thread_name(said) == name


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("M42", "M42x0.75 and M42x1 do not mate"),
        ("M54", "M54x0.75 and M54x1"),
        ("M43", "pitch"),
        ("M42x0.8", "write M48x0.75, T2, or one of"),
        ("2in", "unknown"),
    ],
)
def test_what_is_no_exact_thread_is_refused_with_what_could_be_meant(
    said: str, refused: str
) -> None:
    with pytest.raises(ValueError, match=refused):
        thread_name(said)


def test_a_barrel_is_a_joint_of_its_own_kind() -> None:
    barrel = find_standard('2"')

    assert barrel is not None
    assert (barrel.name, barrel.coupling) == ("2in barrel", Coupling.PUSH_FIT)


def test_a_part_written_by_hand_joins_one_of_the_catalog() -> None:
    part = PartEntry.model_validate({"id": "mine", "front": 'SCT 2"-24tpi female'})
    nose = PartEntry.model_validate({"id": "nose", "front": '2" male'})

    celestron = find_standard("SCT rear cell")
    assert part.front is not None
    assert celestron is not None
    assert part.front.standard == celestron.name
    assert nose.front is not None
    assert nose.front.coupling is Coupling.PUSH_FIT
    assert not may_mate(part.front, nose.front)


def test_inventories_and_catalog_use_the_names_of_the_list() -> None:
    listed = {one.name for one in load_catalog().all(Standard)}

    for coupling, name in SIZES.values():
        if "does not say" not in name:
            assert name in listed
            assert find_standard(name).coupling == coupling  # type: ignore[union-attr]  # it is listed
    assert all(standard_name(name) == name for name in listed)
