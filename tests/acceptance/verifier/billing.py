"""What is billable, and billing runs over it, as engine/rules/billing/README.md tells it."""
import datetime
import hashlib

from follow import fits, of, require

KINDS = ("access-order", "access-top-up", "flat-contract", "community-pool", "course-seat", "credit-order")
ACCESS_ORDER, TOP_UP, FLAT, POOL, COURSE_SEAT, CREDIT_ORDER = range(6)
COVERED = (range(6), range(0, 2), range(2, 5), range(5, 6))  # by scope: all, access, seats, credits
SCOPES = ("all", "access", "seats", "credits")
GROWING, OPEN, IN_RUN, BILLED, NOTHING = range(5)
CANCELLED = 2  # CreditOrderStatus
NO_CURRENCY = "XXX"


def time_text(ns):
    """RFC 3339 in UTC, with as many decimals as there are."""
    seconds, fraction = divmod(ns, 10**9)
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).isoformat()
    return text + (f".{fraction:09}".rstrip("0") if fraction else "") + "Z"


class Item:
    """What is a line, or becomes one. `run` is the billing run that holds or has billed it."""
    __slots__ = ("kind", "entity", "number", "person", "position", "effective", "corrects", "parts", "evidence", "unpriced", "amount",
                 "currency", "phase", "run")

    def __init__(self, kind, entity, number=0, person="", currency=NO_CURRENCY):
        self.kind = kind
        self.entity = entity
        self.number = number
        self.person = person
        self.currency = currency
        self.position = self.effective = self.unpriced = self.amount = 0
        self.corrects = None
        self.parts = []
        self.evidence = []
        self.phase = GROWING
        self.run = None

    def charge(self, quantity, price):
        self.amount = fits(self.amount + fits(quantity * price))
        if self.parts and self.parts[-1][1] == price:
            self.parts[-1][0] += quantity
        else:
            self.parts.append([quantity, price])

    def take_away(self, price, parts):
        """One at this price from the first part, in the order given, that has one."""
        part = next((part for part in parts if part[1] == price and part[0]), None)
        require(part is not None, "nothing there to take away")
        part[0] -= 1
        self.amount = fits(self.amount - price)

    def quantity(self):
        return sum(part[0] for part in self.parts)

    def id(self):
        return f"{KINDS[self.kind]}:{self.entity}@{self.position}"

    def parts_text(self):
        return "+".join(f"{quantity}x{price}" for quantity, price in self.parts if quantity)

    def corrects_text(self):
        return self.corrects.id() if self.corrects else ""

    def hashed_text(self):
        cells = (self.id(), time_text(self.effective), self.person, self.corrects_text(), self.parts_text(), self.quantity(), self.unpriced,
                 self.amount, self.currency, " ".join(map(str, self.evidence)))
        return ("\t".join(map(str, cells)) + "\n").encode("latin-1")


class Settlement:
    """Of a course run that has ended, until somebody has been billed for it."""
    __slots__ = ("position", "effective", "phase", "run", "items")

    def __init__(self):
        self.position = self.effective = 0
        self.phase = GROWING
        self.run = None
        self.items = []  # of its seats, then of what corrects them


class Run:
    __slots__ = ("opened", "state", "lines", "items", "settlements")

    def __init__(self, opened, items, settlements):
        self.opened = opened
        self.state = "open"
        self.items = items
        self.settlements = settlements
        # As they are now: what a line says does not change, but its item may be held by another run later.
        self.lines = [line_record(item) for item in items]


def line_record(item):
    return {"id": item.id(), "effective_at": time_text(item.effective), "person": item.person, "corrects": item.corrects_text(),
            "parts": item.parts_text(), "quantity": item.quantity(), "unpriced": item.unpriced, "amount": item.amount,
            "currency": item.currency, "positions": list(item.evidence)}


class Billing:
    def __init__(self):
        self.runs = {}
        self._items = {}  # of orders, by kind and name
        self._top_ups = {}  # group -> its items
        self._open = {}  # items, in the order in which they became so; a dict for its order
        self._open_settlements = {}

    # What other domains say.

    def become_open(self, item, envelope, effective=None):
        item.phase = OPEN
        item.position = envelope.position
        item.effective = envelope.effectiveAt if effective is None else effective
        self._open[item] = None

    def correct(self, original, quantity, price, currency, envelope):
        item = Item(original.kind, original.entity, original.number, original.person, currency)
        item.corrects = original
        item.charge(quantity, price)
        item.evidence.append(envelope.position)
        self.become_open(item, envelope)
        return item

    def _take_back(self, original, envelope):
        quantity, price = original.parts[0]
        self.correct(original, -quantity, price, original.currency, envelope)

    def _place(self, kind, name, envelope):
        item = self._items[kind, name] = Item(kind, name)
        item.evidence.append(envelope.position)

    def _bill(self, kind, e, person, quantity, price, envelope):
        item = self._items[kind, e.order]
        item.person = person
        item.currency = e.currency
        item.charge(quantity, price)
        item.evidence.append(envelope.position)
        if item.phase == BILLED:  # invoiced by hand before there was anything to invoice
            item.position = envelope.position
            item.effective = envelope.effectiveAt
        else:
            self.become_open(item, envelope)

    def accessOrderPlaced(self, e, envelope):
        self._place(ACCESS_ORDER, e.order, envelope)

    def accessOrderAbandoned(self, e, _):
        self._items[ACCESS_ORDER, e.order].phase = NOTHING

    def accessOrderCompleted(self, e, envelope):
        self._bill(ACCESS_ORDER, e, e.buyer, e.quantity, e.unitPrice, envelope)

    def groupCapacityIncreased(self, e, envelope):
        top_ups = self._top_ups.setdefault(e.group, [])
        number = len(top_ups) + 1
        item = Item(TOP_UP, f"{e.group}/{number}", number, "", e.currency)
        item.charge(e.quantity, e.unitPrice)
        item.evidence.append(envelope.position)
        top_ups.append(item)
        self.become_open(item, envelope)

    def accessOrderReversed(self, e, envelope):
        self._take_back(self._items[ACCESS_ORDER, e.order], envelope)
        for item in self._top_ups.get(e.order, ()):
            self._take_back(item, envelope)

    def creditOrderPlaced(self, e, envelope):
        self._place(CREDIT_ORDER, e.order, envelope)

    def creditOrderStatusChanged(self, e, _):
        if e.status == CANCELLED and self._items[CREDIT_ORDER, e.order].phase == GROWING:
            self._items[CREDIT_ORDER, e.order].phase = NOTHING

    def creditOrderCredited(self, e, envelope):
        self._bill(CREDIT_ORDER, e, e.user, 1, e.price, envelope)

    def creditOrderReversed(self, e, envelope):
        self._take_back(self._items[CREDIT_ORDER, e.order], envelope)

    def creditOrderInvoiced(self, e, _):
        item = self._items.get((CREDIT_ORDER, e.order))
        if item and item.phase in (OPEN, GROWING):
            self._leave(item, BILLED)

    def communityPoolBooked(self, e, envelope):
        self._contract(POOL, e.community, e, envelope, envelope.effectiveAt)

    def flatBooked(self, e, envelope):
        self._contract(FLAT, f"{e.campus}/{e.period}", e, envelope, max(e["from"], envelope.effectiveAt))

    def _contract(self, kind, name, e, envelope, since):
        if e.price == 0:
            return
        item = Item(kind, name, 0, "", e.currency)
        item.charge(1, e.price)
        item.evidence.append(envelope.position)
        self.become_open(item, envelope, since)

    def _leave(self, item, phase):
        item.phase = phase
        self._open.pop(item, None)

    # Course runs: reduce_courses.py says when.

    def open_settlement(self, settlement, envelope):
        settlement.phase = OPEN
        settlement.position = envelope.position
        settlement.effective = envelope.effectiveAt
        self._open_settlements[settlement] = None
        for item in settlement.items:
            if item.phase != GROWING:
                continue
            if item.quantity() == 0:
                item.phase = NOTHING
            else:
                self.become_open(item, envelope)

    def settle(self, settlement):
        """By hand, or by closing the run that holds it, which has billed already what it holds."""
        if settlement.phase != OPEN:
            return
        settlement.phase = BILLED
        self._open_settlements.pop(settlement, None)
        for item in settlement.items:
            if item.phase == OPEN:
                self._leave(item, BILLED)

    # Billing runs.

    def statement(self, scope, cutoff):
        """What a run that is opened now would hold: items, settlements, and what its event says about them."""
        covered = COVERED[scope]
        items = [item for item in self._open if item.kind in covered and
                 (item.effective <= cutoff if item.kind == COURSE_SEAT else item.effective < cutoff)]
        items.sort(key=lambda item: (item.kind, item.position, item.number))
        settlements = [one for one in self._open_settlements if COURSE_SEAT in covered and one.effective <= cutoff]
        digest, totals = hashlib.sha256(b"kontor billing lines 1\n"), {}
        for item in items:
            digest.update(item.hashed_text())
            total = totals.setdefault(item.currency, [0, 0])
            total[0] += 1
            total[1] = fits(total[1] + item.amount)
        said = {"lines": len(items), "courseRuns": len(settlements), "unpricedBlocks": sum(item.unpriced for item in items),
                "firstPosition": min((item.position for item in items), default=0),
                "totals": [{"currency": code, "lines": lines, "amount": amount} for code, (lines, amount) in sorted(totals.items())],
                "linesHash": digest.digest()}
        return items, settlements, said

    def billingRunOpened(self, e, envelope):
        require(e.run not in self.runs, "the run is opened twice")
        require(e.cutoffPosition < envelope.position, "the cut-off lies behind the opening")
        items, settlements, said = self.statement(e.scope, e.cutoffEffective)
        for name, value in said.items():
            require(e[name] == value, f"{name} should be {value}")
        run = self.runs[e.run] = Run(e, items, settlements)
        for one in items + settlements:
            one.phase = IN_RUN
            one.run = run
            self._open.pop(one, None)
            self._open_settlements.pop(one, None)

    def _open_run(self, e):
        run = of(self.runs, e.run, "run")
        require(run.state == "open", f"the run is {run.state}")
        return run

    def billingRunClosed(self, e, _):
        run = self._open_run(e)
        require(all(e[name] == run.opened[name] for name in ("lines", "totals", "linesHash")), "not what was opened")
        run.state = "closed"
        for one in run.items + run.settlements:
            one.phase = BILLED

    def billingRunAbandoned(self, e, _):
        run = self._open_run(e)
        run.state = "abandoned"
        for one in run.items + run.settlements:
            one.phase = OPEN
            one.run = None
            (self._open if isinstance(one, Item) else self._open_settlements)[one] = None
        run.items = run.settlements = []
