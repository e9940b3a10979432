"""Which filters are known among each other: each must be sure against every other one."""

from rigd.focus.state.settings import FilterSlot
from rigd.learning.peer_offsets import Difference, add_peers
from rigd.optics.filter_offsets import SlotKind

SURE, UNSURE = 4.0, 6.0
ZONE_STEPS = 20.0
"""A quarter of it is what an offset may be off by."""


def slot(key: str, steps: int | None = None, kind: SlotKind = SlotKind.FILTER) -> FilterSlot:
    return FilterSlot(
        filter_position=0,
        key=key,
        name=key,
        kind=kind,
        focus_offset_steps=steps,
        focus_zone_steps=ZONE_STEPS,
    )


def differences(**focus: tuple[int, float]) -> dict[tuple[str, str], Difference]:
    """Of filters whose focus lies so many steps behind, each so sure against the others."""
    return {
        (one, other): Difference(focus[other][0] - focus[one][0], max(focus[one][1], error))
        for one in focus
        for other, (_, error) in focus.items()
    }


def peers(*slots: FilterSlot, apply_from: str = "modelled", **focus: tuple[int, float]) -> object:
    found = add_peers(slots, differences(**focus), apply_from=apply_from)
    return {
        one.key: (one.peer_offset.peer, one.peer_offset.steps) for one in found if one.peer_offset
    }


def test_they_all_count_from_the_first_of_them() -> None:
    found = peers(
        slot("l", 0),
        slot("ha"),
        slot("oiii"),
        slot("sii"),
        ha=(7, SURE),
        oiii=(19, SURE),
        sii=(4, SURE),
    )

    assert found == {"ha": ("ha", 0), "oiii": ("ha", 12), "sii": ("ha", -3)}


def test_one_that_is_not_sure_against_all_of_them_is_none() -> None:
    known = differences(ha=(0, SURE), oiii=(12, SURE), sii=(3, SURE))
    known["oiii", "sii"] = Difference(-9, UNSURE)

    found = add_peers([slot("ha"), slot("oiii"), slot("sii")], known, apply_from="modelled")

    assert [one.peer_offset is not None for one in found] == [True, True, False]


def test_two_series_are_two_groups() -> None:
    known = differences(ha=(0, SURE), oiii=(12, SURE)) | differences(r=(0, SURE), b=(5, SURE))

    found = add_peers(
        [slot("ha"), slot("r"), slot("b"), slot("oiii")], known, apply_from="modelled"
    )

    assert [one.peer_offset and one.peer_offset.peer for one in found] == ["ha", "r", "r", "ha"]


def test_who_demands_runs_has_no_peers_by_glass() -> None:
    found = peers(slot("ha"), slot("oiii"), apply_from="provisional", ha=(0, 0.0), oiii=(9, 0.0))

    assert found == {}


def test_one_with_an_offset_that_counts_needs_no_peer() -> None:
    assert peers(slot("ha", 300), slot("oiii"), ha=(0, 0.0), oiii=(9, 0.0)) == {}


def test_what_is_dark_has_no_focus() -> None:
    dark = slot("dark", kind=SlotKind.OPAQUE)

    assert peers(dark, slot("oiii"), dark=(0, 0.0), oiii=(9, 0.0)) == {}


def test_where_nothing_says_how_sure_is_sure_enough_there_are_none() -> None:
    blind = [
        FilterSlot(filter_position=0, key=key, name=key, kind=SlotKind.FILTER)
        for key in ("ha", "oiii")
    ]

    found = add_peers(blind, differences(ha=(0, 0.1), oiii=(9, 0.1)), apply_from="modelled")

    assert [one.peer_offset for one in found] == [None, None]
