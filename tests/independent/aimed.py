"""Cases aimed at what few events decide: late moves, searches, and moves of two parts.

A night of chance seldom brings these together; here every case does.
"""

import random

from tests.independent.plan import Act, Plan

WAYS = (-711, -311, -157, -43, 43, 157, 311, 507, 907)
"""How far others move the focuser: nowhere to where a filter's offset, or two, would lead it."""
BRIEF_S = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 8.0)


def aimed_case(seed: int) -> tuple[Plan, tuple[Act, ...]]:
    """The plan and the acts of a seed."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    acts = rng.choice([_late_move, _late_move, _search, _two_parts])(rng)
    return _plan(rng), tuple(acts)


def _plan(rng: random.Random) -> Plan:
    return Plan(
        speed=rng.choice([150.0, 400.0, 3000.0]),
        poll_s=rng.choice([0.25, 0.5, 1.0]),
        s_per_slot=rng.choice([0.0, 0.5, 1.5]),
        hides=rng.random() < 0.2,
        stale_ok=rng.random() < 0.4,
        busy_at_once=rng.random() < 0.5,
        echo=rng.random() < 0.6,
        backlash=rng.choice([0, 0, 60]),
        sequential=rng.random() < 0.3,
        dead_band=rng.choice([0, 0, 20]),
        tolerance=5,
        groups=rng.random() < 0.3,
        steps_per_c=rng.choice([0.0, 0.0, -6.0]),
        rigs=rng.choice([1, 1, 2]),
        camera=rng.choice(["visible", "visible", "unseen"]),
    )


def _late_move(rng: random.Random) -> list[Act]:
    """An order to a focuser that sleeps; others order it, or it is lost, before and after."""
    acts = [
        Act(0.0, "nap", (rng.choice([3.0, 6.0, 8.0, 20.0]),)),
        Act(rng.choice([0.0, 0.25, 2.0]), rng.choice(["ask", "turn"]), (0, rng.choice([1, 2, 3]))),
    ]
    if rng.random() < 0.2:
        acts.append(Act(rng.choice([0.25, 1.0, 3.0]), "halt", (0,)))
    elif rng.random() < 0.2:
        acts += [Act(1.0, "hold", (0, True)), Act(1.0, "hold", (0, False))]
    for _ in range(rng.choice([1, 1, 2, 3])):
        acts += _between(rng)
    return acts


def _between(rng: random.Random) -> list[Act]:
    way, wait_s = rng.choice(WAYS), rng.choice(BRIEF_S)
    lost = [
        Act(wait_s, "lose", ("focuser", rng.random() < 0.5)),
        Act(rng.choice([1.0, 5.0]), "find", (rng.random() < 0.3,)),
    ]
    return rng.choice(
        [
            [Act(wait_s, "push", (way,))],
            [Act(wait_s, "push", (way,))],
            [Act(wait_s, "move", (0, way, "program"))],
            [Act(wait_s, "ask", (0, rng.choice([0, 1, 2]), "program"))],
            [Act(wait_s, "trim", (0, rng.choice([-30, 25])))],
            [Act(wait_s, "nudge", (way,))],
            lost,
        ]
    )


def _search(rng: random.Random) -> list[Act]:
    """A search on a filter, with something between its moves that may end it or not."""
    through_rigd = rng.random() < 0.5

    def moved(way: int) -> Act:
        wait_s = rng.choice([3.0, 4.0, 8.0])
        if through_rigd:
            return Act(wait_s, "move", (0, way, "program"))
        return Act(wait_s, "push", (way,))

    acts = [Act(2.0, "ask", (0, rng.choice([0, 1, 2]))), moved(rng.choice([163, 307, -57]))]
    for way in (-157, -157, -157, 337):
        acts += _disturbance(rng)
        if rng.random() < 0.8:
            acts.append(Act(rng.choice([1.0, 3.0]), "expose", (2.0,)))
        acts.append(moved(way))
    if rng.random() < 0.5:
        acts.append(Act(3.0, "expose", (2.0,)))
    ends = [
        Act(5.0, "ask", (0, 2, "program")),
        Act(5.0, "report", (0,)),
        Act(130.0, "wait"),
        Act(5.0, "turn", (0, 2)),
    ]
    return [*acts, rng.choice(ends)]


def _disturbance(rng: random.Random) -> list[Act]:
    slot = rng.choice([0, 1, 2, 3])
    found = [
        Act(1.0, "lose", ("wheel", False)),
        Act(1.0, "rehome", (0, slot)),
        Act(1.0, "find", (False,)),
    ]
    others = [
        found,
        [Act(1.0, "turn", (0, slot))],
        [Act(1.0, "profile", (0, True, rng.random() < 0.3))],
        [Act(1.0, "ask", (0, slot, rng.choice(["program", "other program"])))],
        [Act(1.0, "lose", ("focuser", rng.random() < 0.5)), Act(1.0, "find", (False,))],
        [Act(1.0, "hold", (0, True)), Act(1.0, "hold", (0, False))],
    ]
    return rng.choice(others) if rng.random() < 0.35 else []


def _two_parts(rng: random.Random) -> list[Act]:
    """A wheel that is turned on, and gates that close, while the focuser is on its way."""
    acts = [Act(2.0, rng.choice(["ask", "turn"]), (0, rng.choice([1, 2, 3])))]
    for _ in range(rng.choice([1, 2, 3])):
        wait_s = rng.choice([0.25, 0.5, 0.75, 1.0, 1.5, 2.0])
        acts.append(
            rng.choice(
                [
                    Act(wait_s, "turn", (0, rng.choice([0, 1, 2, 3]))),
                    Act(wait_s, "ask", (0, rng.choice([0, 1, 2, 3]), "other program")),
                    Act(wait_s, "expose", (3.0,)),
                    Act(wait_s, "halt", (0,)),
                    Act(wait_s, "slew", (3.0,)),
                    Act(wait_s, "mode", (0, rng.choice(["observe", "apply"]))),
                    Act(wait_s, "hiccup", (0,)),
                ]
            )
        )
    return acts
