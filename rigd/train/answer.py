"""The answer to a train question: the stacks, or the reason why there are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest

from rigd.optics.back_focus import Length, Plate, required_path_length
from rigd.train.any_length import AnyLength, find_any_length
from rigd.train.bare_stack import bare_stack
from rigd.train.bright_stacks import light_class, with_bright_stack
from rigd.train.connection import End, Gender
from rigd.train.curable_stacks import with_short_first
from rigd.train.device_order import broken_rule, name_order, order_words, other_orders
from rigd.train.long_stacks import with_few_parts
from rigd.train.maker_joints import join_sets
from rigd.train.merit import DEFAULT_ORDER, Criterion
from rigd.train.no_stack import Adapter, Explanation, explain
from rigd.train.parts import Port, TrainPart
from rigd.train.question import (
    Device,
    ToleranceSource,
    TrainQuestion,
    glass_of,
    thickest_plates,
    tolerance_of,
)
from rigd.train.reachable_lengths import MOST_PARTS
from rigd.train.room import Room, open_joints, room_of
from rigd.train.spacer_problem import spacer_problem
from rigd.train.spacer_search import SpacerProblem, Stack
from rigd.train.sure_stacks import sure_stacks

USUAL_ENDS = ("M42x0.75", "M48x0.75", "M54x0.75", "M68x1")
"""The threads in which most telescopes end."""
WIDER_BUYS = (6, 8)
"""So many parts may be bought, one bound after the other, where the usual number does not do. Our
choice: nobody buys more for one train, and the search for it takes minutes.
"""
MOST_ORDERS = 5
"""So many other orders of the devices are tried: all of three. Our choice: each is a search."""
WITHIN_TOLERANCE = 1
"""Classes of the error up to this one are within the tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainAnswer:
    """The answer; `stacks` is empty exactly if `explanation` or `room` is set."""

    question: TrainQuestion
    problem: SpacerProblem | None
    glass: Length
    tolerance_um: int
    tolerance_source: ToleranceSource
    stacks: tuple[Stack, ...] = ()
    explanation: Explanation | None = None
    room: Room | None = None
    """What camera and devices leave, where there is nothing to search for."""
    any_length: AnyLength | None = None
    """What serves every length of what is missing there; None: nothing does, or nothing is."""
    order_words: str | None = None
    """Why the devices stand in another order than usual; None: they do not."""
    bound_words: str | None = None
    """What the bounds of the search had to do with it; None: nothing."""


def answer(question: TrainQuestion, k: int = 5) -> TrainAnswer:
    """Return the k best stacks of a question, or why there are none.

    Of an optic with several ends that is the answer of the end that does best. Where no train
    closes but for an end that is merely assumed, neighbours of one maker are taken to join.

    Raises:
        TrainError: The question contradicts itself, or the optic's distance is not known.
    """
    found = _answer_by_known_ends(question, k)
    if found.explanation is None or found.explanation.is_always_too_long:
        return found
    joined = join_sets(question)
    return found if joined is None or not _fits(joined) else _answer_in_order(joined, k)


def _answer_by_known_ends(question: TrainQuestion, k: int) -> TrainAnswer:
    found = _answer_in_order(question, k)
    if _closes(found):
        return found
    if not question.may_reorder:
        return _name_other_order(found)
    threads_close = _threads_close(found)
    closing: list[TrainAnswer] = []
    for order in _orders_to_try(found):
        asked = replace(question, devices=order, free_order=False)
        if threads_close and not _fits(asked):
            continue
        other = _answer_in_order(asked, k)
        if threads_close or _closes(other) or _threads_close(other):
            said = order_words(question.devices, order, threads_close=threads_close)
            closing.append(replace(other, order_words=said))
    return min(closing, key=_demerit, default=found)


def _name_other_order(found: TrainAnswer) -> TrainAnswer:
    """Return an answer in the order given, with the order in which a train fits, if any does."""
    question, why = found.question, found.explanation
    if found.room is not None:
        return found
    fitting = (
        one
        for one in _orders_to_try(found)
        if _fits(replace(question, devices=one, free_order=False))
    )
    order = next(fitting, None)
    if order is None:
        return found
    name = name_order(order)
    said = (
        f"no train fits in the order {name_order(question.devices)}: in the order {name} one does"
    )
    if why is not None and not why.threads_close:
        said = f"{why.reason}; in the order {name} a train fits"
    if why is None:
        return replace(found, bound_words="; ".join(filter(None, (found.bound_words, said))))
    return replace(found, explanation=replace(why, reason=said, fitting_order=name))


def _orders_to_try(found: TrainAnswer) -> Iterator[tuple[Device, ...]]:
    """Yield the orders besides that of an answer.

    Those that break a rule of the craft, only where nothing else helps: one part more is better.
    """
    question, why = found.question, found.explanation
    holders = [wheel.name for wheel in question.wheels]
    is_helped = bool(found.stacks) or (why is not None and bool(why.adapters))
    for order in islice(other_orders(question.devices), MOST_ORDERS):
        if is_helped and _threads_close(found) and broken_rule(order, holders):
            continue
        yield order


def _fits(question: TrainQuestion) -> bool:
    """Whether a train within the tolerance can be built with the devices in this order."""
    ends = (replace(question.optic, other_ends=()), *question.optic.other_ends)
    return any(_has_fitting(_search(replace(question, optic=end), 1)[0]) for end in ends)


def _has_fitting(stacks: Sequence[Stack]) -> bool:
    return any(stack.tolerance_class <= WITHIN_TOLERANCE for stack in stacks)


def _threads_close(found: TrainAnswer) -> bool:
    """Whether it is the length alone that is wrong."""
    return bool(found.stacks) or (found.explanation is not None and found.explanation.threads_close)


def _answer_in_order(question: TrainQuestion, k: int) -> TrainAnswer:
    ends = (replace(question.optic, other_ends=()), *question.optic.other_ends)
    return min((_answer_at(replace(question, optic=end), k) for end in ends), key=_demerit)


def _closes(found: TrainAnswer) -> bool:
    """Whether no other order can do better: a train fits, or none can be short enough."""
    if found.stacks:
        return _has_fitting(found.stacks)
    if found.explanation is not None:
        return found.explanation.is_always_too_long
    room, question = found.room, found.question
    if room is None or question.set_by_maker is not None:
        return True
    if not room.is_demanded or room.limit_um is None:
        return not open_joints(question, room.stack)
    is_too_long = room.left_um is not None and room.left_um < 0
    return is_too_long or question.camera.disputed or found.any_length is not None


def _demerit(found: TrainAnswer) -> tuple[int, ...]:
    """How much is to be said against an answer, in the order of merit that is asked for."""
    if not found.stacks:
        return (1,)
    best = found.stacks[0]
    merits = {
        Criterion.FIT: best.tolerance_class > WITHIN_TOLERANCE,
        Criterion.TOLERANCE: best.tolerance_class,
        Criterion.BUY: len(best.bought),
        Criterion.PARTS: len(best.chain),
        Criterion.ILLUMINATION: light_class(best),
        Criterion.ERROR: abs(best.back_focus_error_um),
    }
    order = found.question.criteria
    return (0, *(merits[one] for one in order), merits[Criterion.ERROR])


def _answer_at(question: TrainQuestion, k: int) -> TrainAnswer:
    tolerance_um, source = tolerance_of(question)
    glass, room = glass_of(question), room_of(question)
    if room is not None:
        return TrainAnswer(
            question=question,
            problem=None,
            glass=glass,
            tolerance_um=tolerance_um,
            tolerance_source=source,
            room=room,
            any_length=find_any_length(question, room),
        )
    problem = spacer_problem(question)
    stacks, bound_words = _search(question, k)
    return TrainAnswer(
        question=question,
        problem=problem,
        glass=glass,
        tolerance_um=tolerance_um,
        tolerance_source=source,
        stacks=stacks,
        explanation=None if stacks else explain(problem),
        bound_words=bound_words,
    )


def stack_to_show(found: TrainAnswer) -> Stack:
    """Return the best stack of an answer, or what comes nearest."""
    if found.stacks:
        return found.stacks[0]
    if found.room is not None:
        return found.room.stack
    explanation = found.explanation
    nearest = () if explanation is None else (explanation.below, explanation.above)
    shown = next((stack for stack in nearest if stack is not None), None)
    return bare_stack(spacer_problem(found.question)) if shown is None else shown


def train_to_show(found: TrainAnswer) -> tuple[TrainQuestion, Stack]:
    """Return what a picture of an answer shows: the best stack, the example, or the nearest.

    The question of an example has the lengths that it supposes.
    """
    if found.any_length is not None:
        return found.any_length.example.question, found.any_length.example.stack
    return found.question, stack_to_show(found)


def slot_errors_um(question: TrainQuestion, stack: Stack) -> tuple[tuple[Plate, int, int], ...]:
    """Return each slot with the length it requires and the error that the stack leaves to it.

    With several wheels the others stand at their thickest.
    """
    optic = question.optic
    back_focus_um = stack.path_length_um - stack.back_focus_error_um - glass_of(question).middle_um
    others = thickest_plates(question)
    fixed = tuple(plate for device in question.devices for plate in device.plates)
    found: list[tuple[Plate, int, int]] = []
    for number, wheel in enumerate(question.wheels):
        for plate in wheel.slots:
            plates = (*fixed, *others[:number], plate, *others[number + 1 :])
            required = required_path_length(
                back_focus_um,
                plates,
                focal_ratio=optic.focal_ratio,
                design_plates=optic.design_plates,
            )
            error_um = stack.path_length_um - required.middle_um
            found.append((plate, required.middle_um, error_um))
    return tuple(found)


def adjuster_setting_um(question: TrainQuestion, stack: Stack) -> int | None:
    """Return what the optic's own adjuster has to be set to; None if it has none that is known."""
    optic = question.optic
    if optic.adjuster_zero_um is None or optic.adjustable_um is None:
        return None
    shortest_um, longest_um = optic.adjustable_um
    wanted_um = stack.path_length_um - glass_of(question).middle_um
    return optic.adjuster_zero_um - min(max(wanted_um, shortest_um), longest_um)


def find_sold(question: TrainQuestion, adapter: Adapter) -> tuple[TrainPart, ...]:
    """Return what a shop has with the ends and one of the lengths of a missing part.

    A length is right within the tolerance; the nearest comes first.
    """
    tolerance_um = tolerance_of(question)[0]
    found = [
        (off_um, part.id, part)
        for part in question.sold
        if any(
            (front.end, back.end) == (adapter.front, adapter.back)
            for front, back in part.orientations()
        )
        for off_um in [min(abs(part.optical_length_um - um) for um in adapter.optical_lengths_um)]
        if off_um <= tolerance_um
    ]
    return tuple(part for _, _, part in sorted(found, key=lambda row: row[:2]))


def find_usable_ends(found: TrainAnswer) -> tuple[str, ...]:
    """Return which usual telescope ends the parts reach, where the telescope's own is not known.

    Each is a search of its own, which may take seconds: nobody asks it of an end that is known.
    """
    if found.problem is None or found.question.optic.port.end is not None:
        return ()
    served = []
    for standard in USUAL_ENDS:
        end = Port(end=End(standard=standard, gender=Gender.MALE))
        if sure_stacks(replace(found.problem, optic=end), 1):
            served.append(f"{end}")
    return tuple(served)


def _search(question: TrainQuestion, k: int) -> tuple[tuple[Stack, ...], str | None]:
    """The k best stacks, and what a bound of the search had to do with them.

    Where no train within the tolerance has as few parts as is usual, those with more are looked
    for. A bound that somebody wishes holds, but what it costs is said.
    """
    stacks, problem = _stacks(question, k), spacer_problem(question)
    if _has_fitting(stacks):
        return with_bright_stack(question, problem, stacks, k)
    for buys in (problem.max_buys, *(most for most in WIDER_BUYS if most > problem.max_buys)):
        parts = MOST_PARTS
        wider = _stacks(replace(question, max_parts=parts, max_buys=buys), k)
        best = next((one for one in wider if one.tolerance_class <= WITHIN_TOLERANCE), None)
        if best is None:
            continue
        number, bought = _count_parts(best), len(best.bought)
        too_tight = [
            f"{name} = {bound}"
            for name, bound, needed in (
                ("max_parts", question.max_parts, number),
                ("max_buys", question.max_buys, bought),
            )
            if bound is not None and needed > bound
        ]
        if too_tight:
            bounds, found = " and ".join(too_tight), _size_words(best)
            return stacks, f"{bounds} cut the search: {found} is within the tolerance"
        wide = replace(problem, max_parts=parts, max_buys=buys)
        lit, also = with_bright_stack(question, wide, wider, k)
        few = f"{_count(problem.max_parts, 'part')}, {problem.max_buys} of them to buy"
        said = f"no train of up to {few}, is within the tolerance: {_size_words(lit[0])} is"
        shown, instead = with_few_parts(wide, lit, k)
        return shown, "; ".join(filter(None, (said, also, instead)))
    is_open = question.criteria == DEFAULT_ORDER and not question.camera.disputed
    return with_short_first(problem, stacks, k) if is_open else stacks, None


def _stacks(question: TrainQuestion, k: int) -> tuple[Stack, ...]:
    if question.camera.disputed:
        return _disputed_stacks(question, k)
    return sure_stacks(spacer_problem(question), k)


def _count_parts(stack: Stack) -> int:
    return sum(not placed.device for placed in stack.chain)


def _size_words(stack: Stack) -> str:
    bought = f", {len(stack.bought)} to buy," if stack.bought else ""
    return f"a train of {_count(_count_parts(stack), 'part')}{bought}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _disputed_stacks(question: TrainQuestion, k: int) -> tuple[Stack, ...]:
    """Return the best stacks of each source's distance in turn, so that neither hides the other."""
    readings = dict.fromkeys(mount.reading for mount in question.camera.mounts)
    each = [
        sure_stacks(
            spacer_problem(question, [m for m in question.camera.mounts if m.reading == one]), k
        )
        for one in readings
    ]
    return tuple(stack for stack in chain.from_iterable(zip_longest(*each)) if stack is not None)
