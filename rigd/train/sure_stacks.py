"""The best stacks with what rests on a disputed length or on an unusual end as the last choice."""

from dataclasses import replace

from rigd.train.connection import Coupling, End, Gender
from rigd.train.parts import Doubt, Port, TrainPart
from rigd.train.spacer_search import SpacerProblem, Stack, best_stacks, sameness_key
from rigd.train.verdict import USABLE

MORE_BUYS = 1
"""So many parts more are bought for lengths that nobody disputes; our choice."""
_NOWHERE = Port(end=End(coupling=Coupling.BOLTS, standard="nowhere", gender=Gender.NONE))
"""Joins nothing: the part stays at hand, to sit inside others."""


def sure_stacks(problem: SpacerProblem, k: int) -> tuple[Stack, ...]:
    """Return the best stacks; those that rest on an unusual end come later.

    Telescopes are male, and hardly any device or camera is male towards the telescope: what nobody
    says of an end is taken to be otherwise only if no train within the tolerance does without.
    """
    usual = _with_usual_ends(problem)
    if usual == problem or not usual.orders:
        return _stacks_of_sure_lengths(problem, k)
    found = [one for one in _stacks_of_sure_lengths(usual, k) if one.tolerance_class <= USABLE]
    if len(found) < k:
        keys = {sameness_key(one) for one in found}
        found += [
            one for one in _stacks_of_sure_lengths(problem, k) if sameness_key(one) not in keys
        ]
    return tuple(found[:k])


def _with_usual_ends(problem: SpacerProblem) -> SpacerProblem:
    """Return a problem in which what nobody knows of an end is as usual."""
    return replace(
        problem,
        optic=_as_usual(problem.optic, Gender.MALE),
        cameras=tuple(
            replace(one, port=_as_usual(one.port, Gender.FEMALE)) for one in problem.cameras
        ),
        orders=tuple(
            tuple(replace(one, front=_as_usual(one.front, Gender.FEMALE)) for one in order)
            for order in problem.orders
            if not any(map(_is_unusual, order))
        ),
    )


def _as_usual(port: Port, gender: Gender) -> Port:
    return replace(port, usual=gender) if port.end is None else port


def _is_unusual(device: TrainPart) -> bool:
    """Whether a device is merely assumed to have a male thread towards the telescope."""
    return device.front.doubt is Doubt.GENDER and device.front.is_male


def _stacks_of_sure_lengths(problem: SpacerProblem, k: int) -> tuple[Stack, ...]:
    """Return the best stacks; those that rest on a length that sources dispute come later.

    A part to buy of which the length may be off by more than the tolerance serves where nothing
    that is bought for sure comes within the tolerance. One at hand serves where nothing is bought
    to go with it, which costs nothing, or the best stack without it has more than one part more to
    buy.
    """
    found = _bought_for_sure(problem, k)
    gambles = {one.id for one in problem.parts if one.owned and _may_be_off(one, problem)}
    if not (found and found[0].bought):
        return found
    if gambles.isdisjoint(placed.part.id for placed in found[0].chain):
        return found
    sure = tuple(
        replace(one, front=_NOWHERE, back=_NOWHERE) if _may_be_off(one, problem) else one
        for one in problem.parts
    )
    for best in best_stacks(replace(problem, parts=sure), 1):
        is_near = len(best.bought) <= len(found[0].bought) + MORE_BUYS
        if is_near and best.tolerance_class <= USABLE:
            others = [one for one in found if sameness_key(one) != sameness_key(best)]
            return (best, *others)[:k]
    return found


def _bought_for_sure(problem: SpacerProblem, k: int) -> tuple[Stack, ...]:
    """Return the best stacks; what one buys for a length that sources dispute comes last."""
    sure = tuple(
        replace(one, buyable=0) if _is_gamble(one, problem) else one for one in problem.parts
    )
    if sure == problem.parts:
        return best_stacks(problem, k)
    found = [
        one for one in best_stacks(replace(problem, parts=sure), k) if one.tolerance_class <= USABLE
    ]
    if len(found) < k:
        keys = {sameness_key(one) for one in found}
        found += [one for one in best_stacks(problem, k) if sameness_key(one) not in keys]
    return tuple(found[:k])


def _is_gamble(part: TrainPart, problem: SpacerProblem) -> bool:
    """Whether a part for sale may be off by more than the tolerance, by what others say of it."""
    return bool(part.buyable) and _may_be_off(part, problem)


def _may_be_off(part: TrainPart, problem: SpacerProblem) -> bool:
    """Whether others say of a part's length what differs by more than the tolerance."""
    off_um = (abs(part.optical_length_um - other) for other in part.other_lengths_um)
    return any(um > problem.tolerance_um for um in off_um)
