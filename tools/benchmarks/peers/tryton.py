"""Times Tryton's `assign_try` for one order: run by Tryton's own Python, on SQLite in memory.

In: {"stock": [[pieces of each line] by location], "rounds": n}. Out: {"seconds": [...],
"assigned": pieces assigned in the last round}. Making the moves is not timed.
"""

import json
import os
import sys
import time
from decimal import Decimal
from typing import Any

os.environ.setdefault("DB_NAME", ":memory:")


def main() -> None:
    from trytond import config

    config.set("database", "uri", "sqlite://")
    from trytond.tests.test_tryton import activate_module, with_transaction

    asked = json.loads(sys.stdin.readline())
    activate_module("stock")
    answer = with_transaction()(measure)(asked["stock"], asked["rounds"])
    sys.stdout.write(json.dumps(answer) + "\n")


def measure(stock: list[list[int]], rounds: int) -> dict[str, Any]:
    from trytond.modules.company.tests import create_company, set_company
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    pool = Pool()
    location, move = pool.get("stock.location"), pool.get("stock.move")
    (unit,) = pool.get("product.uom").search([("name", "=", "Unit")])
    lines = len(stock[0])
    templates = pool.get("product.template").create(
        [{"name": f"Article {n}", "type": "goods", "default_uom": unit.id} for n in range(lines)]
    )
    products = pool.get("product.product").create([{"template": t.id} for t in templates])
    ends = {code: location.search([("code", "=", code)])[0].id for code in ("SUP", "STO", "CUS")}
    shelves = location.create(
        [{"name": f"L{n:05}", "type": "storage", "parent": ends["STO"]} for n in range(len(stock))]
    )
    company = create_company()

    def moves(wanted: list[tuple[int, int, int, int]]) -> Any:
        return move.create(
            [
                {
                    "product": products[line].id,
                    "unit": unit.id,
                    "quantity": quantity,
                    "from_location": start,
                    "to_location": end,
                    "company": company.id,
                    "unit_price": Decimal(1),
                    "currency": company.currency.id,
                }
                for line, quantity, start, end in wanted
            ]
        )

    with set_company(company):
        move.do(
            moves(
                [
                    (line, pieces, ends["SUP"], shelf.id)
                    for shelf, row in zip(shelves, stock, strict=True)
                    for line, pieces in enumerate(row)
                    if pieces
                ]
            )
        )
        Transaction().commit()
        order = [(line, 1, ends["STO"], ends["CUS"]) for line in range(lines)]
        seconds = []
        for _ in range(rounds):
            waiting = moves(order)
            start = time.perf_counter()
            move.assign_try(waiting)
            seconds.append(time.perf_counter() - start)
            assigned = sum(m.quantity for m in waiting if m.state == "assigned")
            Transaction().rollback()
    return {"seconds": seconds, "assigned": assigned}


if __name__ == "__main__":
    main()
