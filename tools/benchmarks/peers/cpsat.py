"""Solves plain orders with CP-SAT: one JSON object a line in, one out, until the input ends.

In: {"fixed": [micro-euros], "unit": [[micro-euros]], "stock": [[0 or 1]]} by location. Out:
{"runs": [{"settings", "seconds", "optimum", "proven"}]}: each of `SETTINGS`, model and solve.
OR-Tools and highspy cannot share a process, hence this one.
"""

import json
import sys
import time
from typing import Any

SECONDS = 30.0
# Linear relaxation in full from the start, one worker and a short presolve: the best found by
# trying workers, linearisation, symmetry, probing, cuts, hints and aggregated links one by one.
LEAN: dict[str, Any] = {
    "num_workers": 1,
    "linearization_level": 2,
    "symmetry_level": 0,
    "cp_model_probing_level": 0,
    "add_lp_constraints_lazily": False,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "as it comes, two workers": {"num_workers": 2},
    "full relaxation": LEAN,
    "full relaxation, one presolve, no cuts": LEAN
    | {"max_presolve_iterations": 1, "cp_model_use_sat_presolve": False, "cut_level": 0},
}


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        runs = [solve(order, name, some) for name, some in SETTINGS.items()]
        sys.stdout.write(json.dumps({"runs": runs}) + "\n")
        sys.stdout.flush()


def solve(order: dict[str, Any], name: str, settings: dict[str, Any]) -> dict[str, Any]:
    from ortools.sat.python import cp_model

    start = time.perf_counter()
    model = cp_model.CpModel()
    used = [model.new_bool_var("") for _ in order["fixed"]]
    sends, costs = [], list(order["fixed"])
    by_line: list[list[Any]] = [[] for _ in order["unit"][0]]
    for place, (stock, unit) in enumerate(zip(order["stock"], order["unit"], strict=True)):
        for line, pieces in enumerate(stock):
            if pieces:
                send = model.new_bool_var("")
                model.add_implication(send, used[place])
                by_line[line].append(send)
                sends.append(send)
                costs.append(unit[line])
    for options in by_line:
        model.add_exactly_one(options)
    model.minimize(cp_model.LinearExpr.weighted_sum(used + sends, costs))
    solver = cp_model.CpSolver()
    for key, value in settings.items():
        setattr(solver.parameters, key, value)
    solver.parameters.max_time_in_seconds = SECONDS
    status = solver.solve(model)
    return {
        "settings": name,
        "seconds": time.perf_counter() - start,
        "optimum": solver.objective_value,
        "proven": status == cp_model.OPTIMAL,
    }


if __name__ == "__main__":
    main()
