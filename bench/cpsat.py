"""The best stack by OR-Tools CP-SAT, modelled from the same rules; for bench/spacers.py."""

import time

from ortools.sat.python import cp_model

from rigd.train.parts import Port, TrainPart, may_join
from rigd.train.spacer_search import SpacerProblem


class TrainModel:
    """A train as a chain of places: each holds a part in one orientation, or nothing."""

    def __init__(self, problem: SpacerProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.camera = problem.cameras[0]
        self.devices = tuple(reversed(problem.orders[0]))
        self.longest = problem.required_high_um + 2 * problem.tolerance_um
        self.ports: dict[str, Port] = {}
        ends = [(device.front, device.back) for device in self.devices]
        ends += [(part.front, part.back) for part in problem.parts]
        for port in (problem.optic, self.camera.port, *(one for pair in ends for one in pair)):
            self.ports.setdefault(str(port), port)
        self.partners = {
            name: [other for other in self.ports if may_join(port, self.ports[other])]
            for name, port in self.ports.items()
        }
        self.used: dict[int, list[cp_model.IntVar]] = {}
        self.filled: list[cp_model.LinearExpr] = []
        self.exposed = self._exposed_is(self.camera.port)
        self.behind: cp_model.LinearExpr | int = self.camera.flange_distance_um
        for gap in range(len(self.devices) + 1):
            for _ in range(problem.max_parts):
                self._add_place()
            if gap < len(self.devices):
                self._add_device(self.devices[gap])
        self._expose_partner_of(problem.optic)
        self._limit_stock()
        self._set_objective()

    def _exposed_is(self, port: Port) -> dict[str, cp_model.IntVar]:
        exposed = {name: self.model.new_bool_var("") for name in self.ports}
        for name, here in exposed.items():
            self.model.add(here == (name == str(port)))
        return exposed

    def _expose_partner_of(self, port: Port) -> None:
        self.model.add_bool_or(self.exposed[name] for name in self.partners[str(port)])

    def _lit_until(self, part: TrainPart) -> int:
        """The farthest that the front of a part may be and leave the corner fully lit."""
        cone = self.problem.cone
        if cone is None or part.clear_aperture_um is None:
            return self.longest
        return int(cone.focal_ratio * (part.clear_aperture_um - 1000 * cone.diagonal_mm))

    def _add_place(self) -> None:
        model = self.model
        after = {name: model.new_bool_var("") for name in self.ports}
        model.add_exactly_one(after.values())
        nothing = model.new_bool_var("")
        chosen, lengths = [nothing], []
        for name, here in after.items():
            model.add(here == self.exposed[name]).only_enforce_if(nothing)
        limits: dict[int, list[cp_model.IntVar]] = {}
        for number, part in enumerate(self.problem.parts):
            for front, back in part.orientations():
                take = model.new_bool_var("")
                chosen.append(take)
                lengths.append(part.optical_length_um * take)
                self.used.setdefault(number, []).append(take)
                limits.setdefault(self._lit_until(part), []).append(take)
                model.add_bool_or(
                    self.exposed[name] for name in self.partners[str(back)]
                ).only_enforce_if(take)
                model.add_implication(take, after[str(front)])
        model.add_exactly_one(chosen)
        length = model.new_int_var(0, self.longest, "")
        model.add(length == sum(lengths))
        self.behind = self.behind + length
        for limit_um, takes in limits.items():
            if limit_um < self.longest:
                some = model.new_bool_var("")
                model.add_max_equality(some, takes)
                model.add(self.behind <= limit_um).only_enforce_if(some)
        self.filled.append(1 - nothing)
        self.exposed = after

    def _add_device(self, device: TrainPart) -> None:
        self._expose_partner_of(device.back)
        self.behind = self.behind + device.optical_length_um
        self.model.add(self.behind <= self._lit_until(device))
        self.exposed = self._exposed_is(device.front)

    def _limit_stock(self) -> None:
        for number, takes in self.used.items():
            self.model.add(sum(takes) <= self.problem.parts[number].owned)
        self.model.add(sum(self.filled) <= self.problem.max_parts)

    def _set_objective(self) -> None:
        model, tolerance = self.model, self.problem.tolerance_um
        self.error = model.new_int_var(0, 2 * tolerance, "")
        model.add_abs_equality(self.error, self.behind - self.problem.required_low_um)
        half, whole = model.new_bool_var(""), model.new_bool_var("")
        model.add(2 * self.error <= tolerance).only_enforce_if(half)
        model.add(self.error <= tolerance).only_enforce_if(whole)
        model.add_implication(half, whole)
        self.grade = model.new_int_var(0, 2, "")
        model.add(self.grade == 2 - half - whole)
        model.minimize(1_000_000 * self.grade + 100_000 * sum(self.filled) + self.error)


def best_stack(
    problem: SpacerProblem, limit_s: float
) -> tuple[float, str, tuple[int, int, int] | None]:
    """Seconds, status, and the best by (tolerance class, parts, error); fully lit stacks only."""
    start = time.perf_counter()
    train = TrainModel(problem)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    status = solver.solve(train.model)
    seconds = time.perf_counter() - start
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return seconds, solver.status_name(status), None
    parts = int(sum(solver.value(one) for one in train.filled))
    best = (solver.value(train.grade), parts, solver.value(train.error))
    return seconds, solver.status_name(status), best
