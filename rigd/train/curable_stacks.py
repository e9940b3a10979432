"""Stacks that shims make exact, where no train is within the tolerance."""

from dataclasses import replace

from rigd.train.spacer_search import SpacerProblem, Stack, best_stacks, error_um, tolerance_class


def with_short_first(
    problem: SpacerProblem, stacks: tuple[Stack, ...], k: int
) -> tuple[Stack, ...]:
    """Return stacks that are all off, with one that is too short before those that are too long.

    A shim cures the one, nothing the other. What is off by two tolerances at most is alike in
    everything else.
    """
    least_um = problem.required_low_um - 2 * problem.tolerance_um
    if not stacks or stacks[0].back_focus_error_um <= 0 or least_um <= 0:
        return stacks
    short = replace(
        problem,
        required_low_um=least_um,
        required_high_um=problem.required_low_um - 1,
        tolerance_um=1,
    )
    found = [
        replace(
            stack,
            back_focus_error_um=error_um(problem, stack.path_length_um),
            tolerance_class=tolerance_class(problem, stack.path_length_um),
        )
        for stack in best_stacks(short, 1)
        if stack.path_length_um < problem.required_low_um
    ]
    return (*found, *(one for one in stacks if one not in found))[:k]
