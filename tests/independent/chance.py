"""Random cases: what a night may bring, from a seed alone."""

import random
from collections.abc import Callable

from tests.independent.plan import Act, Plan

ACTS_PER_CASE = 22
GROUPED = 8
"""One in so many seeds has a wheel whose filters are in two groups."""

Macro = Callable[[random.Random, Plan], list[Act]]


def case_of(seed: int, off: frozenset[str] = frozenset()) -> tuple[Plan, tuple[Act, ...]]:
    """The plan and the acts of a seed.

    Args:
        seed: that of the case.
        off: acts and macros that are not to happen.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    plan = _plan(rng, off, groups=seed % GROUPED == 5)
    names = [name for name in WEIGHTS if name not in off]
    weights = [WEIGHTS[name] for name in names]
    acts: list[Act] = []
    while len(acts) < ACTS_PER_CASE:
        (name,) = rng.choices(names, weights)
        acts += [one for one in MACROS[name](rng, plan) if one.name not in off]
    return plan, tuple(acts)


def _plan(rng: random.Random, off: frozenset[str], *, groups: bool) -> Plan:
    wheel = rng.choices(["motor", "manual", "stacked"], [7, 1, 1])[0]
    wheel = "motor" if wheel in off else wheel
    flaws = {flaw: rng.random() < 0.2 for flaw in ("even", "hides", "stale_ok") if flaw not in off}
    rigs = 2 if rng.random() < 0.1 and "two_rigs" not in off else 1
    return Plan(
        mode=rng.choices(["apply", "publish", "observe"], [8, 1, 1])[0],
        wheel=wheel,
        rigs=rigs,
        reactive=rng.random() < 0.85,
        sequential=rng.random() < 0.15,
        camera="unseen" if rng.random() < 0.15 else "visible",
        tolerance=rng.choice([1, 5, 5, 8]) if not flaws.get("hides") else 5,
        dead_band=rng.choice([0, 0, 0, 20]),
        speed=rng.choice([150.0, 400.0, 400.0, 3000.0]),
        poll_s=rng.choice([0.25, 0.5, 1.0]),
        s_per_slot=rng.choice([0.0, 0.5, 1.5]),
        backlash=rng.choice([0, 0, 0, 60]) if "backlash" not in off else 0,
        steps_per_c=rng.choice([0.0, 0.0, 0.0, -6.0]) if "temperature" not in off else 0.0,
        busy_at_once=rng.random() < 0.6,
        echo=rng.random() < 0.4,
        groups=groups,
        guider="" if rigs > 1 else rng.choice(["", "", "", "pausable", "pausable", "unpausable"]),
        guide_focuser=rigs > 1 and rng.random() < 0.3,
        **flaws,
    )


def _pause(rng: random.Random) -> float:
    return rng.choice([0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 40.0])


def _rig(rng: random.Random, plan: Plan) -> int:
    return rng.randrange(plan.rigs)


def _slot(rng: random.Random, plan: Plan) -> int:
    if plan.wheel == "stacked":
        return rng.randrange(4)
    return rng.choice([0, 1, 1, 2, 3, 3, 4, 5])


def _client(rng: random.Random) -> str:
    return rng.choice(["program", "program", "program", "other program"])


def _ask(rng: random.Random, plan: Plan) -> list[Act]:
    rig, slot = _rig(rng, plan), _slot(rng, plan)
    acts = [Act(_pause(rng), "ask", (rig, slot, _client(rng)))]
    if plan.wheel == "manual" and rng.random() < 0.9:
        acts.append(Act(rng.choice([2.0, 20.0]), "swap", (rig, slot)))
    return acts


def _patient_ask(rng: random.Random, plan: Plan) -> list[Act]:
    return [*_ask(rng, plan), Act(15.0, "wait")]


def _move(rng: random.Random, plan: Plan) -> list[Act]:
    steps = rng.choice([-700, -233, -57, 57, 233, 700, 1, -31000, 31000])
    return [Act(_pause(rng), "move", (_rig(rng, plan), steps, _client(rng)))]


def _push(rng: random.Random, _plan: Plan) -> list[Act]:
    return [Act(_pause(rng), rng.choice(["push", "nudge"]), (rng.choice([-311, -93, 93, 311]),))]


def _turn(rng: random.Random, plan: Plan) -> list[Act]:
    act = "swap" if plan.wheel == "manual" else "turn"
    return [Act(_pause(rng), act, (_rig(rng, plan), _slot(rng, plan)))]


def _stop(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    if rng.random() < 0.6:
        return [Act(_pause(rng), "halt", (rig,))]
    acts = [Act(_pause(rng), "hold", (rig, True))]
    return [*acts, *_ask(rng, plan), Act(_pause(rng), "hold", (rig, False))]


def _deaf_halt(rng: random.Random, plan: Plan) -> list[Act]:
    """A halt or a hold that comes before a sleepy focuser has begun."""
    rig = _rig(rng, plan)
    stop = rng.choice([("halt", (rig,)), ("hold", (rig, True))])
    acts = [
        Act(_pause(rng), "deaf", (rng.choice(["until_moving", "until_moving", "always"]),)),
        Act(0.0, "nap", (rng.choice([0.8, 1.0, 3.0, 6.0]),)),
        Act(0.0, "ask", (rig, _slot(rng, plan))),
        Act(rng.choice([0.25, 0.5, 1.0, 3.0]), stop[0], stop[1]),
        Act(rng.choice([2.0, 10.0]), "deaf", ("",)),
    ]
    if stop[0] == "hold":
        acts.append(Act(5.0, "hold", (rig, False)))
    return acts


def _sleepy(rng: random.Random, plan: Plan) -> list[Act]:
    return [
        Act(_pause(rng), "nap", (rng.choice([0.5, 1.0, 1.5, 2.5, 5.0, 35.0]),)),
        *_ask(rng, plan),
        Act(10.0, "wait"),
    ]


def _sleepy_wheel(rng: random.Random, plan: Plan) -> list[Act]:
    naps = rng.choice([0.5, 1.0, 3.0, 40.0])
    return [Act(_pause(rng), "nap_wheel", (_rig(rng, plan), naps)), *_ask(rng, plan)]


def _stall(rng: random.Random, plan: Plan) -> list[Act]:
    return [
        Act(_pause(rng), "stall", (rng.choice([9, 40, 120]),)),
        *_ask(rng, plan),
        Act(rng.choice([2.0, 10.0]), "trim", (_rig(rng, plan), rng.choice([0, 6, 30, -30]))),
    ]


def _jam(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    return [
        Act(_pause(rng), "jam", (rig, True)),
        *_ask(rng, plan),
        Act(rng.choice([5.0, 40.0]), "jam", (rig, False)),
    ]


def _endless(rng: random.Random, plan: Plan) -> list[Act]:
    middle = _move(rng, plan) if rng.random() < 0.5 else _ask(rng, plan)
    return [
        Act(_pause(rng), "endless", (True,)),
        *middle,
        *_ask(rng, plan),
        Act(rng.choice([10.0, 300.0]), "adopt", (0,)),
        Act(rng.choice([10.0, 60.0]), "endless", (False,)),
    ]


def _lost(rng: random.Random, plan: Plan) -> list[Act]:
    """A device goes in the middle of something, and comes back."""
    what = rng.choice(["focuser", "focuser", "wheel", "all"])
    begun = rng.choice([_ask, _move, _turn])(rng, plan)
    acts = [*begun, Act(rng.choice([0.25, 0.5, 1.0, 5.0]), "lose", (what, rng.random() < 0.5))]
    if what != "focuser" and rng.random() < 0.5:
        acts.append(Act(1.0, "rehome", (_rig(rng, plan), _slot(rng, plan))))
    if rng.random() < 0.4:
        acts += _ask(rng, plan)
    if rng.random() < 0.15:
        acts += [Act(200.0, "mode", (0, "observe")), Act(1.0, "mode", (0, "apply"))]
    return [*acts, Act(rng.choice([1.0, 5.0, 90.0]), "find", (rng.random() < 0.3,))]


def _hiccup(rng: random.Random, plan: Plan) -> list[Act]:
    return [Act(_pause(rng), "hiccup", (_rig(rng, plan),))]


def _pending(rng: random.Random, plan: Plan) -> list[Act]:
    """The wheel turns during an exposure; what waits must wait for that filter alone."""
    rig = _rig(rng, plan)
    acts = [
        Act(_pause(rng), "expose", (rng.choice([3.0, 60.0]),)),
        Act(1.0, "turn", (rig, _slot(rng, plan))),
    ]
    if rng.random() < 0.5:
        acts += [
            Act(5.0, "lose", ("wheel",)),
            Act(1.0, "rehome", (rig, _slot(rng, plan))),
            Act(2.0, "find"),
        ]
    return [*acts, Act(70.0, "wait")]


def _crash(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    begun = rng.choice([_ask, _ask, _move, _turn])(rng, plan)
    down_s = rng.choice([1.0, 5.0, 30.0])
    if rng.random() < 0.5:
        acts = [Act(_pause(rng), "doom", (rig, rng.randrange(1, 12))), *begun]
    else:
        acts = [*begun, Act(rng.choice([0.25, 0.5, 1.0]), "kill", (rig, down_s))]
    if rng.random() < 0.3:
        acts.append(Act(0.5, "rehome", (rig, _slot(rng, plan))))
    if rng.random() < 0.2:
        acts += [Act(down_s + 3.0, "hiccup", (rig,))]
    if rng.random() < 0.2:
        acts += _push(rng, plan)
    return acts


def _disk(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    acts = [Act(_pause(rng), "lock", (rig, rng.choice([1.0, 4.8, 8.0, 30.0])))]
    return [*acts, *rng.choice([_ask, _move, _turn])(rng, plan), Act(15.0, "wait")]


def _autofocus(rng: random.Random, plan: Plan) -> list[Act]:
    """A search for focus: out, and in with a frame at each place, to the best."""
    rig, client = _rig(rng, plan), _client(rng)
    direct = rng.random() < 0.4
    first = rng.choice([300, 450])
    pause = rng.choice([3.0, 8.0])

    def go(steps: int, wait_s: float) -> Act:
        if direct:
            return Act(wait_s, "push", (steps,))
        return Act(wait_s, "move", (rig, steps, client))

    acts = [go(first, _pause(rng))]
    kind = rng.choice(["here", "here", "ekos", "nina"])
    if kind == "ekos":
        slot = _slot(rng, plan)
        turned = Act(1.5, "turn", (rig, slot)) if direct else Act(1.5, "ask", (rig, slot, client))
        acts.append(turned)
        acts += [Act(2.0, "swap", (rig, slot))] if plan.wheel == "manual" else []
    if kind == "nina":
        acts = [*_patient_ask(rng, plan), *acts]
    gone = first
    for _ in range(rng.choice([4, 5])):
        acts.append(Act(pause, "expose", (2.0,)))
        acts.append(go(-150, 3.0 if rng.random() < 0.9 else 0.5))
        gone -= 150
    best = rng.choice([-gone, -gone + 37, 75 + 31])
    acts += [Act(pause, "expose", (2.0,)), go(best, 3.0)]
    ended = rng.choice(["report", "ask", "quiet", "nothing"])
    if ended == "report":
        acts.append(Act(4.0, "report", (rig,)))
    elif ended == "ask":
        acts.append(Act(4.0, "ask", (rig, _slot(rng, plan), client)))
    elif ended == "quiet":
        acts.append(Act(130.0, "wait"))
    if rng.random() < 0.4:
        acts += [Act(1.0, "expose", (30.0,)), Act(40.0, "wait")]
    return acts


def _applier(rng: random.Random, plan: Plan) -> list[Act]:
    """A program that applies offsets of its own around its filter changes."""
    rig, acts = _rig(rng, plan), []
    for slot, steps in ((1, 380), (0, -380), (1, 380)):
        change = Act(_pause(rng), "turn", (rig, slot))
        own = Act(rng.choice([0.5, 3.0]), "push", (steps,))
        acts += [change, own] if rng.random() < 0.6 else [own, change]
    return [*acts, Act(40.0, "wait")]


def _frames(rng: random.Random, plan: Plan) -> list[Act]:
    acts = []
    for _ in range(rng.randrange(1, 4)):
        acts += [
            *_ask(rng, plan),
            Act(rng.choice([0.5, 8.0]), "expose", (rng.choice([2.0, 30.0]),)),
        ]
    return acts


def _human(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    name, args = rng.choice(
        [
            ("adopt", (rig,)),
            ("adopt", (rig,)),
            ("trim", (rig, rng.choice([0, 25, -40, 100]))),
            ("mode", (rig, rng.choice(["apply", "publish", "observe"]))),
            ("mode", (rig, "apply")),
            ("edit", (rig, rng.choice([1, 2, 3]), rng.choice([-260, 130, 330, 480]))),
            ("report", (rig,)),
        ]
    )
    return [Act(_pause(rng), name, args)]


def _switch(rng: random.Random, plan: Plan) -> list[Act]:
    rig = _rig(rng, plan)
    other, over = rng.random() < 0.6, rng.random() < 0.5
    return [Act(_pause(rng), "profile", (rig, other, over)), *_ask(rng, plan)]


def _weather(rng: random.Random, plan: Plan) -> list[Act]:
    if rng.random() < 0.3:
        says = rng.choice([-39.0, 45.0, -127.0])
        broken = [Act(_pause(rng), "break_probe", (says,)), Act(rng.choice([8.0, 90.0]), "wait")]
        if rng.random() < 0.3:
            broken += _patient_ask(rng, plan)
        return [*broken, Act(_pause(rng), "break_probe", (None,)), Act(8.0, "wait")]
    degrees = rng.choice([-1.5, -0.5, 0.5, 1.5])
    return [Act(_pause(rng), "warm", (degrees,)), Act(8.0, "wait")]


def _power(rng: random.Random, _plan: Plan) -> list[Act]:
    return [Act(_pause(rng), "power", (rng.choice([0, 50000, 31111]),))]


def _stray(rng: random.Random, _plan: Plan) -> list[Act]:
    place, lasts_s = rng.choice([0, 0, 50000, 10000]), rng.choice([0.25, 1.0, 5.0])
    return [Act(rng.choice([4.0, 20.0, 70.0]), "stray", (place, lasts_s))]


def _misreads(rng: random.Random, _plan: Plan) -> list[Act]:
    """A driver that is back has not read its focuser; later it is connected anew, or moved."""
    acts = [Act(_pause(rng), "misread", (rng.choice(["ok", "alert"]),))]
    if rng.random() < 0.5:
        acts.append(Act(rng.choice([5.0, 40.0]), "ask", (0, rng.randrange(3))))
    if rng.random() < 0.3:
        acts.append(Act(rng.choice([5.0, 40.0]), "adopt", (0,)))
    if rng.random() < 0.4:
        acts.append(Act(20.0, "kill", (0, 3.0)))
    acts.append(Act(rng.choice([5.0, 40.0, 70.0]), "lose", ("focuser",)))
    acts.append(Act(2.0, "find"))
    return acts


def _gates(rng: random.Random, plan: Plan) -> list[Act]:
    """A gate closes, a change is asked for or made, and it opens again."""
    name, args, end = rng.choice(
        [
            ("slew", (rng.choice([2.0, 20.0]),), None),
            ("firmware", (True,), ("firmware", (False,))),
            ("mismatch", (True,), ("mismatch", (False,))),
        ]
    )
    begun = rng.choice([_ask, _turn])(rng, plan)
    acts = [Act(_pause(rng), name, args), *begun]
    return [*acts, Act(rng.choice([5.0, 40.0]), *end)] if end else acts


def _guide(rng: random.Random, plan: Plan) -> list[Act]:
    """Guiding goes on through changes; the guider may not do what it is asked for."""
    if not plan.guider:
        return []
    acts = [Act(_pause(rng), "guide", (True,))]
    if rng.random() < 0.25:
        acts.append(Act(0.0, "deafen_guider", (True,)))
    acts += rng.choice([_ask, _patient_ask, _turn, _crash, _lost, _stop])(rng, plan)
    acts += rng.choice([_ask, _turn, _weather, _move])(rng, plan)
    acts.append(Act(rng.choice([2.0, 8.0, 70.0]), "deafen_guider", (False,)))
    return acts if rng.random() < 0.6 else [*acts, Act(_pause(rng), "guide", (False,))]


def _give_up(rng: random.Random, plan: Plan) -> list[Act]:
    """A human gives up a device that does not answer, or seems not to."""
    rig = _rig(rng, plan)
    fault, device, end = rng.choice(
        [
            (("endless", (True,)), "focuser", ("endless", (False,))),
            (("endless", (True,)), "focuser", ("endless", (False,))),
            (("nap", (35.0,)), "focuser", None),
            (("stall", (40,)), "focuser", None),
            (("jam", (rig, True)), "wheel", ("jam", (rig, False))),
            (("nap_wheel", (rig, 40.0)), "wheel", None),
            (None, "focuser", None),
            (None, "wheel", None),
        ]
    )
    acts = [Act(_pause(rng), *fault)] if fault else []
    acts += rng.choice([_ask, _ask, _move, _turn])(rng, plan)
    acts.append(Act(rng.choice([0.25, 1.0, 4.0, 15.0]), "release", (rig, device)))
    acts += _ask(rng, plan)
    return [*acts, Act(rng.choice([5.0, 40.0]), *end)] if end else acts


def _limits(rng: random.Random, plan: Plan) -> list[Act]:
    return [
        Act(_pause(rng), "lower_maximum", (rng.choice([25000, 30200]),)),
        Act(1.0, "move", (_rig(rng, plan), rng.choice([1, 50, -50, 3000]))),
        *_ask(rng, plan),
        Act(5.0, "lower_maximum", (60000,)),
    ]


MACROS: dict[str, Macro] = {
    "asks": _ask,
    "asks_patiently": _patient_ask,
    "moves": _move,
    "pushes": _push,
    "turns": _turn,
    "stops": _stop,
    "deaf_halts": _deaf_halt,
    "sleeps": _sleepy,
    "wheel_sleeps": _sleepy_wheel,
    "stalls": _stall,
    "jams": _jam,
    "endless_motion": _endless,
    "losses": _lost,
    "hiccups": _hiccup,
    "pending_moves": _pending,
    "crashes": _crash,
    "disk_locks": _disk,
    "autofocus": _autofocus,
    "second_applier": _applier,
    "frames": _frames,
    "human": _human,
    "profile_switches": _switch,
    "weather": _weather,
    "power_cycles": _power,
    "stray_values": _stray,
    "misreads": _misreads,
    "limit_changes": _limits,
    "gates": _gates,
    "guiding": _guide,
    "releases": _give_up,
}
WEIGHTS: dict[str, float] = {
    "asks": 12,
    "asks_patiently": 8,
    "moves": 5,
    "pushes": 4,
    "turns": 7,
    "stops": 4,
    "deaf_halts": 4,
    "sleeps": 4,
    "wheel_sleeps": 2,
    "stalls": 3,
    "jams": 2,
    "endless_motion": 2,
    "losses": 6,
    "hiccups": 3,
    "pending_moves": 4,
    "crashes": 7,
    "disk_locks": 3,
    "autofocus": 6,
    "second_applier": 2,
    "frames": 5,
    "human": 8,
    "profile_switches": 2,
    "weather": 3,
    "power_cycles": 1,
    "stray_values": 4,
    "misreads": 2,
    "limit_changes": 1,
    "gates": 3,
    "guiding": 4,
    "releases": 3,
}
