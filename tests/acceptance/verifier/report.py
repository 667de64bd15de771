"""The report, byte for byte as docs/verifier.md describes it."""
import base64
import json

import billing


def to_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("latin-1") + b"\n"


def b64(digest):
    return base64.b64encode(digest).decode()


def tenant_report(id_, tree, reducer):
    return {
        "tenant": id_, "events": tree.size, "root": b64(tree.root()),
        "accounts": [{"user": user, "balance": a.balance, "reserved": a.reserved, "available": a.balance - a.reserved}
                     for user, a in sorted(reducer.credits.accounts.items())],
        "campuses": [{"campus": campus, "seats_used": used} for campus, used in sorted(reducer.campuses.seats.used.items())],
        "courses": [{"course": id_, **{state: course.count(state) for state in ("scheduled", "active", "ended")}}
                    for id_, course in sorted(reducer.courses.courses.items())],
        "communities": [{"community": id_, "seats_used": used} for id_, used in sorted(reducer.communities.seats.used.items())],
        "groups": [{"group": id_, "capacity": g.capacity, "active": g.active, "burnt": g.burnt,
                    "available": g.capacity - g.active - g.burnt} for id_, g in sorted(reducer.access.groups.items())],
        "access_orders": [{"order": id_, "state": o.state, "quantity": o.placed.quantity, "unit_price": o.placed.unitPrice,
                           "total": o.placed.total, "currency": o.placed.currency} for id_, o in sorted(reducer.access.orders.items())],
        "settlements": [{"course": id_, "run": run.number, "state": run.state, **run.sums()}
                        for id_, course in sorted(reducer.courses.courses.items()) for run in course.runs if run.state != "running"],
        "billing_runs": [billing_run_report(id_, run) for id_, run in reducer.billing.runs.items()],
    }


def billing_run_report(id_, run):
    opened = run.opened
    return {"run": id_, "state": run.state, "scope": billing.SCOPES[opened.scope], "cutoff": billing.time_text(opened.cutoffEffective),
            "course_runs": opened.courseRuns, "unpriced_blocks": opened.unpricedBlocks,
            "totals": [{"currency": t.currency, "lines": t.lines, "amount": t.amount} for t in opened.totals],
            "lines_hash": opened.linesHash.hex(), "lines": run.lines}
