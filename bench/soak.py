"""A long random night of the pure core: clients, faults, crashes, edits; checked at every event.

One command: `./dev bench soak --events 1000000 --seed 1`. The world and its invariants are those
of `tests/focus/`; a violation prints the seed and the last actions, and ends with code 1.
"""

import argparse
import random
import sys
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from os import cpu_count
from time import perf_counter

from rigd.focus.state.backlash import Backlash, FinalDirection
from rigd.focus.state.settings import Mode
from tests.focus.clients import BEHAVIOURS, Client
from tests.focus.world import DT_S, World

EPISODE_ACTIONS = 150
SLICE = 5
"""Seeds that one process takes at a time."""


GROUPED = 8
"""One in so many seeds has a wheel whose filters are in two groups."""


@dataclass(slots=True)
class Slice:
    """What the episodes of some seeds came to."""

    events: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)
    """Seed, and what is wrong after which actions."""

    def add(self, part: "Slice") -> None:
        """Add what other seeds came to."""
        self.events += part.events
        self.counts.update(part.counts)
        self.broken += part.broken


def main() -> int:
    """Run episodes until there were enough events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="store_true", help="one episode: that of the seed")
    parser.add_argument("--jobs", type=int, default=cpu_count() or 1)
    parser.add_argument("--go-on", action="store_true", help="do not end at the first violation")
    asked = parser.parse_args()
    began = perf_counter()
    found = run_slice(asked.seed, 1) if asked.only else _run_all(asked)
    took_s = perf_counter() - began
    for seed, wrong in sorted(found.broken)[: None if asked.go_on else 1]:
        print(f"seed {seed}: {wrong}\n", file=sys.stderr)
    said = f"{len(found.broken)} violations" if found.broken else "no violation"
    print(f"{found.events} events in {took_s:.0f} s: {found.events / took_s:.0f} events/s, {said}")
    if found.broken:
        return 1
    for name, number in sorted(found.counts.items()):
        print(f"{number:10d}  {name}")
    return 0


def _run_all(asked: argparse.Namespace) -> Slice:
    """Run the episodes of one seed after the other, in several processes."""
    found, firsts = Slice(), count(asked.seed, SLICE)
    with ProcessPoolExecutor(max_workers=asked.jobs) as pool:
        running = deque(pool.submit(run_slice, next(firsts), SLICE) for _ in range(2 * asked.jobs))
        while running:
            found.add(running.popleft().result())
            if found.events < asked.events and (asked.go_on or not found.broken):
                running.append(pool.submit(run_slice, next(firsts), SLICE))
    return found


def run_slice(first: int, episodes: int) -> Slice:
    """Run the episodes of some seeds."""
    found = Slice()
    for seed in range(first, first + episodes):
        grouped = seed % GROUPED == 5
        world, log = new_world(random.Random(seed), groups=grouped), deque[str](maxlen=40)
        try:
            episode(world, random.Random(seed + 1_000_000_007), log)
        except AssertionError as wrong:
            found.broken.append((seed, "\n".join((str(wrong), *log))))
        except Exception as wrong:  # noqa: BLE001 - the core must not raise
            found.broken.append((seed, "\n".join((repr(wrong), *log))))
        found.events += world.events
        found.counts.update(world.judge.outcomes)
        found.counts.update({f"checked: {k}": v for k, v in world.judge.checks.items()})
        found.counts.update({f"event: {k}": v for k, v in world.judge.fed.items()})
        found.counts["deaths of rigd"] += world.deaths
        found.counts["episodes"] += 1
    return found


def new_world(rng: random.Random, *, groups: bool = False) -> World:
    """A rig with settings of its own."""
    return World(
        mode=rng.choice([Mode.APPLY] * 6 + [Mode.PUBLISH, Mode.OBSERVE]),
        tolerance=rng.choice([0, 0, 1, 5]),
        dead_band=rng.choice([0, 0, 0, 20]),
        reactive=rng.random() < 0.85,
        lag=rng.choice([0, 0, 1, 2]),
        max_steps=rng.choice([60000, 60000, 30050]),
        filter_position=rng.choice([0, 0, 1, 2, 3, 4]),
        steps_per_c=rng.choice([None, 4.0, -11.5]),
        backlash=rng.choice([None, None, UP, DOWN, LEARNT]),
        guider_pause=rng.random() < 0.8,
        sequential=rng.random() < 0.25,
        echo=rng.random() < 0.8,
        guide_ratio=rng.choice([None, -1.25, 0.4]),
        guide_max_steps=rng.choice([60000, 60000, 10040]),
        groups=groups,
    )


def episode(world: World, rng: random.Random, log: deque[str]) -> None:
    """A night of random actions; clients go on meanwhile."""
    clients: list[Client] = []
    calm = rng.choice([0.1, 0.3, 1.0])
    weights = [w if name in CLIENTS else w * calm for name, w in ACTIONS.items()]
    for _ in range(EPISODE_ACTIONS):
        if rng.random() < 0.35:
            log.append(f"{world.now_s}: heal")
            world.heal()
        name = rng.choices(tuple(ACTIONS), weights)[0]
        log.append(f"{world.now_s}: {act(world, rng, name, clients)}")
        for _ in range(rng.choice([1, 2, 2, 4, 4, 8, 8, 16, 16, 30, 140])):
            world.pass_time(DT_S)
            clients = [c for c in clients if next(c, DONE) is not DONE]


DONE = object()
UP = Backlash(steps=30, final_direction=FinalDirection.UP)
DOWN = Backlash(steps=30, final_direction=FinalDirection.DOWN)
LEARNT = Backlash(steps=30)
CLIENTS = {"client", "filter", "move", "edit", "expose", "speed", "hand on wheel", "warm"}
ACTIONS = {
    "hand on guide": 5,
    "lose guide": 2,
    "find guide": 4,
    "find guide elsewhere": 1,
    "guide stalls": 3,
    "guide refuses": 1,
    "guide obeys": 3,
    "guide reply lost": 2,
    "guide slack": 3,
    "guide speed": 2,
    "client": 30,
    "filter": 10,
    "move": 8,
    "hand on wheel": 6,
    "hand on focuser": 5,
    "client on focuser": 8,
    "client meddles": 8,
    "client in vain": 1,
    "lose echo": 1,
    "find echo": 2,
    "trim": 3,
    "halt": 2,
    "hold": 2,
    "release": 4,
    "adopt": 4,
    "switch": 3,
    "apply": 3,
    "edit": 4,
    "forget offset": 1,
    "lose focuser": 3,
    "find focuser": 6,
    "find focuser elsewhere": 1,
    "find focuser unread": 2,
    "lose wheel": 2,
    "find wheel": 4,
    "jam": 2,
    "wheel complains": 3,
    "wheel is well": 5,
    "stall": 3,
    "late": 3,
    "slack": 4,
    "refuse": 2,
    "obey": 5,
    "reply lost": 2,
    "disk full": 2,
    "disk free": 4,
    "fuse": 4,
    "crash": 2,
    "expose": 5,
    "slew": 2,
    "slewed": 3,
    "reverse": 1,
    "reverse off": 1,
    "compensate": 1,
    "compensate off": 2,
    "speed": 3,
    "warm": 14,
    "glitch": 1,
    "thermometer dies": 1,
    "thermometer breaks": 2,
    "thermometer is mended": 2,
    "guide": 4,
    "stop guiding": 2,
    "pause guiding": 2,
    "resume guiding": 2,
    "lose guider": 1,
    "deaf guider": 1,
    "offsets on": 1,
    "offsets off": 1,
    "offsets on, all zero": 1,
    "program gone": 1,
}


def act(world: World, rng: random.Random, name: str, clients: list[Client]) -> str:  # noqa: PLR0912, PLR0915
    """One thing that happens; returns its description."""
    focuser, wheel = world.focuser, world.wheel
    slot, steps = rng.randrange(5), rng.choice([1, 3, 10, 25, 40, 100, 1000])
    steps = steps if rng.random() < 0.5 else -steps
    said = f"{name}"
    match name:
        case "client":
            if len(clients) < 2:
                behaviour, direct = rng.choice(BEHAVIOURS), rng.random() < 0.3
                clients.append(behaviour(world, slot, direct=direct))
                said = f"client {behaviour.__name__} to {slot}{' direct' if direct else ''}"
        case "filter":
            step = world.ask_filter(slot)
            said = f"filter {slot}: {step.sentence if step else None}"
        case "move":
            world.ask_move((world.shown_steps or 30000) + steps)
            said = f"move by {steps}"
        case "hand on wheel":
            world.turn_wheel(slot)
            said = f"hand turns wheel to {slot}"
        case "hand on focuser":
            world.move_foreign(focuser.pos + steps, by_hand=True)
            said = f"hand moves focuser by {steps}"
        case "client on focuser":
            world.move_foreign(focuser.pos + steps)
            said = f"another client moves focuser by {steps}"
        case "wheel complains" | "wheel is well":
            what = rng.choice(["fault", "nowhere", "busy"]) if name == "wheel complains" else None
            world.upset_wheel(what)
            said = f"wheel complains: {what}"
        case "client meddles":
            world.meddle(rng.choice([0.5, 1.0, 1.0, 1.7]))
        case "client in vain":
            world.tell_in_vain(focuser.pos + steps)
        case "lose echo" | "find echo":
            world.hear(heard=name == "find echo")
        case "trim":
            step = world.ask_trim(steps)
            said = f"trim {steps}: {step.sentence if step else None}"
        case "halt":
            world.halt()
        case "hold":
            world.hold(hold=True)
        case "release":
            world.hold(hold=False)
        case "adopt":
            world.adopt()
        case "switch" | "apply":
            mode = Mode.APPLY if name == "apply" else rng.choice(list(Mode))
            step = world.switch(mode)
            said = f"mode {mode}: {step.sentence if step else None}"
        case "edit":
            offset = rng.choice([-60, -25, 0, 15, 40, 80])
            world.set_offset(rng.randrange(4), offset)
            said = f"edit to {offset}"
        case "forget offset":
            world.set_offset(slot, None)
        case "lose focuser":
            world.lose_focuser()
        case "find focuser":
            world.find_focuser()
        case "find focuser elsewhere":
            world.find_focuser(rng.choice([-5000, 5000]))
        case "find focuser unread":
            world.find_focuser(unread=rng.choice(["ok", "alert"]))
        case "lose wheel":
            wheel.rehomes = rng.random() < 0.3
            world.lose_wheel()
        case "find wheel":
            world.find_wheel()
        case "jam":
            wheel.jams = True
        case "late":
            focuser.sleeps_s = rng.choice([1.0, 3.0, 8.0])
            said = f"begins {focuser.sleeps_s} s late"
        case "stall":
            focuser.stalls_after = abs(steps)
            said = f"stalls after {abs(steps)}"
        case "slack":
            focuser.slack = rng.randint(-focuser.tolerance, focuser.tolerance)
            said = f"slack {focuser.slack}"
        case "refuse":
            focuser.refuses = rng.random() < 0.5
            wheel.refuses = not focuser.refuses
        case "obey":
            focuser.refuses = wheel.refuses = False
        case "reply lost":
            focuser.loses_reply = True
        case "disk full":
            world.journal.full = True
        case "disk free":
            world.journal.full = False
        case "fuse":
            world.fuse = rng.randrange(6)
            said = f"dies after {world.fuse} parts"
        case "crash":
            world.crash()
        case "expose":
            world.expose(rng.choice([1.0, 5.0, 30.0]))
        case "slew" | "slewed":
            world.slew(slewing=name == "slew")
        case "reverse" | "reverse off":
            world.reverse(on=name == "reverse")
        case "compensate" | "compensate off":
            world.compensate(on=name == "compensate")
        case "speed":
            focuser.rate = rng.choice([1, 5, 40, 400])
            wheel.turn_s = rng.choice([0.25, 2.0, 6.0])
            said = f"focuser {focuser.rate} steps, wheel {wheel.turn_s} s"
        case "warm":
            degrees = rng.choice([-3.0, -1.0, -0.5, -0.25, 0.25, 0.5, 1.0])
            world.warm(degrees)
            said = f"warmer by {degrees}"
        case "glitch":
            world.glitch(rng.choice([-127.0, 45.0, 55.0, 85.0]))
        case "guide" | "stop guiding":
            world.guide(guides=name == "guide")
        case "pause guiding" | "resume guiding":
            world.guide(paused=name == "pause guiding")
        case "lose guider":
            world.guide(connected=False)
        case "deaf guider":
            world.guider.deaf = True
        case "offsets on" | "offsets off":
            world.tell_offsets(applies=name == "offsets on", ha_steps=120)
        case "offsets on, all zero":
            world.tell_offsets(applies=True)
        case "program gone":
            world.tell_offsets(answers=False)
        case "thermometer dies":
            world.sensor.dead = True
        case "thermometer breaks" | "thermometer is mended":
            broken_c = rng.choice([-39.0, 45.0]) if name == "thermometer breaks" else None
            world.break_thermometer(broken_c)
            said = f"thermometer says {broken_c}"
        case _ if "guide" in name:
            said = act_on_guide(world, rng, name, steps)
        case _:
            raise KeyError(name)
    return said


def act_on_guide(world: World, rng: random.Random, name: str, steps: int) -> str:
    """One thing that happens to the guide focuser; returns its description."""
    box = world.guide_focuser
    match name:
        case "hand on guide":
            world.move_guide(box.pos + steps)
            return f"{name}: {steps}"
        case "lose guide":
            world.lose_guide()
        case "find guide":
            world.find_guide()
        case "find guide elsewhere":
            world.find_guide(rng.choice([-5000, 5000]))
        case "guide stalls":
            box.stalls_after = abs(steps) - 1
            return f"{name} after {box.stalls_after}"
        case "guide refuses" | "guide obeys":
            box.refuses = name == "guide refuses"
        case "guide reply lost":
            box.loses_reply = True
        case "guide slack":
            box.slack = rng.randint(-box.tolerance, box.tolerance)
            return f"{name} {box.slack}"
        case "guide speed":
            box.rate = rng.choice([1, 5, 40, 400])
            return f"{name} {box.rate}"
        case _:
            raise KeyError(name)
    return name


if __name__ == "__main__":
    sys.exit(main())
