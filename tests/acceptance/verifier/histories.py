"""Histories of small tenants, drawn at random: every event that a figure rests on, each following from those before it. They are not
always ones that kontor's rules would decide (a verifier checks little that the rules check); compare.py has others that a server made."""
import random

import capnp
import capnp_write
import layouts
import reducer
import streams

DAY = 86_400 * 10**9
START = 1_803_855_600 * 10**9  # 2027-02-28T23:00:00Z
CURRENCIES = ("CHF", "CHF", "CHF", "EUR")
ROLES = layouts.ENUM_NAMES["Role"]


def complete(struct, fields):
    """The record of this struct: what is not given is zero or empty, an enumerator may be given by name."""
    record = capnp.Record()
    for field in layouts.LAYOUTS[struct].fields:
        value = fields.get(field.name)
        if field.type in layouts.ENUM_NAMES:
            value = layouts.ENUM_NAMES[field.type].index(value) if isinstance(value, str) else value or 0
        elif field.type in layouts.LAYOUTS:
            value = complete(field.type, value or {}) if value is not None or not field.nullable else None
        elif field.type.startswith("["):
            inner = field.type[1:-1]
            value = [complete(inner, one) if inner in layouts.LAYOUTS else one for one in value or []]
        elif field.type in ("currency", "capitals"):
            value = value or "XXX"
        elif field.type == "text":
            value = value or ""
        elif field.type in ("data", "digest", "lookup", "id"):
            value = value or (bytes(32) if field.type == "digest" else b"")
        else:
            value = value or 0
        record[field.name] = value
    return record


class History:
    """Events of one tenant, as they are stored."""

    def __init__(self, tenant, chosen):
        self.tenant = tenant
        self.chosen = chosen
        self.now = START
        self.records = []
        self.reducer = reducer.Reducer()
        self._versions = {}
        self._commands = 0
        self._who = None

    def command(self, role, actor="u-1"):
        """The events that follow are of a new command; of a timer when the role is the scheduler."""
        self._commands += 1
        timer = role == "scheduler"
        self._who = (ROLES.index(role), "" if timer else actor,
                     b"" if timer else self._commands.to_bytes(8, "big") + self.chosen.randbytes(8), b"" if timer else self.chosen.randbytes(16))
        self.now += self.chosen.choice((0, 1, 10**9, 3_600 * 10**9, DAY))

    def add(self, domain, kind, effective=None, /, **fields):
        member = next(field for field in layouts.LAYOUTS[f"{domain[0].upper()}{domain[1:]}Event"].fields if field.name == kind)
        body = complete(member.type, fields)
        stream = streams.stream_of(domain, kind, body)
        role, actor, command, digest = self._who
        envelope = capnp.Record(
            position=len(self.records) + 1, version=self._versions.get(stream, 0) + 1, recordedAt=self.now + self.chosen.choice((0, 5)),
            effectiveAt=self.now if effective is None else effective, tenant=self.tenant, stream=stream,
            actor=complete("Actor", {"role": role, "id": actor, "channel": "api"}), commandId=command, payloadDigest=digest,
            history=None, correlation=self.chosen.choice(("", "trace-1")), which=domain)
        self.now = max(self.now, envelope.recordedAt)
        envelope[domain] = capnp.Record({"which": kind, kind: body})
        event = _Event(envelope, kind, body)
        self.reducer.take(event)  # a mistake in here shows at once
        self._versions[stream] = envelope.version
        self.records.append(envelope)
        return envelope.position

    def stored(self):
        return [capnp_write.write_message(record, "RecordedEvent") for record in self.records]


class _Event:
    def __init__(self, envelope, kind, body):
        self.envelope, self.kind, self.body = envelope, kind, body


class Walk:
    """Draws what happens next."""

    def __init__(self, tenant, seed, domains=("credits", "seats", "communities", "access", "billing")):
        self.chosen = random.Random(seed)
        self.h = History(tenant, self.chosen)
        self._names = 0
        steps = {"credits": ("account", "credit_order", "credit_fate", "credit_fate", "reserve", "resolve", "adjust", "publish"),
                 "seats": ("campus", "flat", "campus_seat", "give_back", "course", "course_seat", "course_seat", "start", "block", "block", "block",
                           "end_seat", "void", "price", "open_settlement", "settle", "reactivate"),
                 "communities": ("community", "pool", "community_seat", "release_community_seat"),
                 "access": ("access_order", "access_fate", "access_fate", "enrol", "enrol", "remove", "top_up", "correct_enrolment"),
                 "billing": ("open_run", "close_run", "abandon_run")}
        self._steps = [step for domain in domains for step in steps[domain]]

    def run(self, events):
        self.h.command("operator")
        self.h.add("tenancy", "tenantCreated")
        while len(self.h.records) < events:
            getattr(self, "_" + self.chosen.choice(self._steps))()
        return self.h

    def _name(self, prefix):
        self._names += 1
        return f"{prefix}-{self._names}"

    def _person(self):
        return f"p-{self.chosen.randrange(4)}"

    def _one(self, choices):
        choices = list(choices)
        return self.chosen.choice(choices) if choices else None

    # Credits.

    def _account(self):
        user = self._person()
        self.h.command("backend")
        self.h.add("credits", "userRegistered", user=user, userType="firm")
        self.h.add("credits", "creditAccountActivated", user=user)
        if user not in self.h.reducer.credits._started and self.chosen.random() < 0.5:
            self.h.add("credits", "startBalanceGranted", user=user, points=self.chosen.randrange(5))

    def _credit_order(self):
        self.h.command("author")
        self.h.add("credits", "creditOrderPlaced", order=self._name("co"), user=self._person(), package="ten", packageRev=1,
                   packageName="Ten", points=self.chosen.choice((1, 10, 25)), price=self.chosen.choice((0, 4990)), currency="CHF", mode="manual")
        order = self.h.records[-1].credits.creditOrderPlaced
        self.h.add("effects", "orderMailRequested", order=order.order, user=order.user)

    def _order_fields(self, order):
        return {name: order[1][name] for name in ("user", "points", "price", "currency")}

    def _credit_fate(self):
        orders = self.h.reducer.credits._orders
        id_ = self._one(id_ for id_, order in orders.items() if order[0] in ("placed", "credited"))
        if id_ is None:
            return
        order = orders[id_]
        self.h.command("creditManager")
        draw = self.chosen.random()
        if draw < 0.2:
            self.h.add("credits", "creditOrderInvoiced", order=id_, ref="R-1", price=order[1].price, currency=order[1].currency)
        elif order[0] == "credited":
            self.h.add("credits", "creditOrderReversed", order=id_, reason="wrong", **self._order_fields(order))
            self.h.add("credits", "creditsAdjusted", user=order[1].user, points=-order[1].points, cause="orderReversed", order=id_)
        elif draw < 0.4:
            self.h.add("credits", "creditOrderStatusChanged", order=id_, status="cancelled")
        else:
            self.h.add("credits", "creditOrderStatusChanged", order=id_, status="credited")
            self.h.add("credits", "creditOrderCredited", order=id_, **self._order_fields(order))
            self.h.add("credits", "creditsAdded", user=order[1].user, points=order[1].points, order=id_)

    def _reserve(self):
        content = f"a-{self.chosen.randrange(6)}"
        if content in self.h.reducer.credits._reservations:
            return
        self.h.command("backend")
        self.h.add("credits", "creditReserved", content=content, contentType="event", user=self._person(), points=self.chosen.randrange(2),
                   at=self.h.now + DAY, expiresAt=self.h.now + 2 * DAY)

    def _resolve(self):
        reserved = self.h.reducer.credits._reservations
        content = self._one(reserved)
        if content is None:
            return
        user, points = reserved[content]
        if self.chosen.random() < 0.5:
            self.h.command("scheduler")
            self.h.add("credits", "creditReservationReleased", content=content, user=user, points=points, cause="expired")
        else:
            self.h.command("backend")
            self.h.add("credits", "creditDebited", content=content, user=user, points=points, source="reservation")
            self.h.add("credits", "publicationAccepted", content=content, contentType="event", user=user)

    def _adjust(self):
        self.h.command("admin")
        back = self.h.now - self.chosen.choice((0, DAY))
        self.h.add("credits", "creditsAdjusted", back, user=self._person(), points=self.chosen.randrange(-3, 9), reason="by hand")

    def _publish(self):
        content = self._name("a")
        self.h.command("author")
        self.h.add("credits", "creditDebited", user=self._person(), points=1, content=content, source="balance")

    # Campuses and courses.

    def _campus(self):
        self.h.command("backend")
        self.h.add("seats", "campusOpened", campus=self._name("c"), kind="flat", timeZone="Europe/Berlin")

    def _flat(self):
        campus = self._one(self.h.reducer.campuses.seats.used)
        if campus is None:
            return
        self.h.command("contractDesk")
        start = self.h.now + self.chosen.choice((-DAY, DAY))
        self.h.add("seats", "flatBooked", campus=campus, period=self._name("2027"), size=50, **{"from": start}, to=start + 365 * DAY,
                   currency="CHF", tiers=[{"fromSize": 1, "unitPrice": 1500}], price=self.chosen.choice((0, 480000)))

    def _campus_seat(self):
        seats = self.h.reducer.campuses.seats
        campus = self._one(seats.used)
        if campus is None:
            return
        self.h.command("campusManager")
        person = self._person()
        self.h.add("seats", "campusSeatGranted", campus=campus, seat=len(seats._seats) + 1, person=person, grantingCourse="k-0", period="2027")
        self.h.add("seats", "homeCampusSet", person=person, campus=campus)

    def _give_back(self):
        seats = self.h.reducer.campuses.seats._seats
        number = self._one(i + 1 for i, seat in enumerate(seats) if seat[2])
        if number is None:
            return
        self.h.command("scheduler")
        fields = {"campus": seats[number - 1][0], "seat": number, "person": seats[number - 1][1]}
        kind = self.chosen.choice(("campusSeatReleased", "campusSeatReleased", "campusSeatCarriedOver", "campusSeatReattributed"))
        self.h.add("seats", kind, **fields)

    def _course(self):
        self.h.command("campusManager")
        self.h.add("seats", "courseCreated", course=self._name("k"), campus="c-0", start=self.h.now + DAY, end=self.h.now + 90 * DAY,
                   seatTypes="campusAndCourse")

    def _some_course(self, state=None):
        courses = self.h.reducer.courses.courses
        return self._one((id_, course) for id_, course in courses.items() if state is None or course.run().state == state) or (None, None)

    def _course_seat(self):
        id_, course = self._some_course("running")
        if course is None:
            return
        person, number = self._person(), len(course.seats) + 1
        self.h.command("courseManager")
        self.h.add("seats", "courseMemberInvited", course=id_, person=person, role="participant", seatType="course")
        if self.chosen.random() < 0.4:
            self.h.add("seats", "courseSeatReserved", course=id_, seat=number, person=person, startsAt=self.h.now + DAY)
        else:
            self._begin_seat(id_, number, person)

    def _begin_seat(self, id_, number, person):
        self.h.add("seats", "courseSeatStarted", course=id_, seat=number, person=person, startedAt=self.h.now)
        self._next_block(id_, number, person, 1)

    def _next_block(self, id_, number, person, block):
        price = None
        if self.chosen.random() < 0.75:
            price = {"period": "2027", "flatSize": 50, "tierFrom": 1, "unitPrice": self.chosen.choice((1500, 1200, 900)),
                     "currency": "CHF", "rounding": self.chosen.choice(("started", "full"))}
        self.h.add("seats", "courseSeatBlockStarted", course=id_, seat=number, person=person, block=block, startsAt=self.h.now,
                   nextBlockAt=self.h.now + 30 * DAY, price=price)

    def _some_seat(self, state):
        courses = self.h.reducer.courses.courses
        return self._one((id_, seat) for id_, course in courses.items() for seat in course.seats if seat.state == state) or (None, None)

    def _start(self):
        id_, seat = self._some_seat("scheduled")
        if seat is None:
            return
        self.h.command("scheduler")
        if self.chosen.random() < 0.3:
            self.h.add("seats", "courseSeatCancelledBeforeStart", course=id_, seat=seat.number, person=seat.person)
        elif seat.run is seat.course.run() and seat.run.state == "running":
            self._begin_seat(id_, seat.number, seat.person)

    def _block(self):
        id_, seat = self._some_seat("active")
        if seat is None:
            return
        self.h.command("scheduler")
        self._next_block(id_, seat.number, seat.person, len(seat.blocks) + 1)

    def _end_seat(self):
        id_, seat = self._some_seat("active")
        if seat is not None:
            self.h.command("courseManager")
            self._end(id_, seat)

    def _end(self, id_, seat):
        ended_at = self.h.now + self.chosen.choice((0, 40 * DAY))
        item, last = seat.item, seat.blocks[-1] if seat.blocks else None
        cut = last is not None and not last.void and seat.unfinished(last, ended_at)
        self.h.add("seats", "courseSeatEnded", course=id_, seat=seat.number, person=seat.person, endedAt=ended_at, blocks=len(seat.blocks),
                   billedBlocks=item.quantity() - cut, unpricedBlocks=item.unpriced, amount=item.amount - (last.price if cut else 0), currency="CHF")

    def _some_block(self, wanted):
        blocks = self.h.reducer.courses._blocks
        found = self._one((of, block) for of, block in blocks.items() if not block.void and wanted(block))
        if found is None:
            return None
        of, block = found
        seat = block.seat
        id_ = next(id_ for id_, course in self.h.reducer.courses.courses.items() if course is seat.course)
        return block, seat, {"of": of, "course": id_, "run": seat.run.number, "seat": seat.number, "person": seat.person, "block": block.number}

    def _standing(self, seat):
        return "settled" if seat.run.state == "settled" or seat.run is not seat.course.run() else "open"

    def _void(self):
        found = self._some_block(lambda block: True)
        if found is None:
            return
        block, seat, fields = found
        counts = seat.counts(block)
        self.h.command("support")
        self.h.add("seats", "seatGrantReversed", of=fields["of"], seatType="course", course=fields["course"], seat=seat.number, person=seat.person,
                   reason="a mistake")
        self.h.add("seats", "courseSeatBlockVoided", **fields, amount=(block.price or 0) if counts else 0, currency="CHF", billedBlocks=int(counts),
                   unpricedBlocks=int(counts and block.price is None), standing=self._standing(seat))

    def _price(self):
        found = self._some_block(lambda block: block.price is None)
        if found is None:
            return
        block, seat, fields = found
        rounding = self.chosen.randrange(2)
        counts = not (seat.ended_at is not None and block is seat.blocks[-1] and rounding and seat.ended_at < block.next)
        price = {"period": "2027", "flatSize": 50, "tierFrom": 1, "unitPrice": self.chosen.choice((1500, 700)), "currency": "CHF",
                 "rounding": rounding}
        self.h.command("support")
        self.h.add("seats", "courseSeatBlockPriced", **fields, price=price, amount=price["unitPrice"] if counts else 0, billedBlocks=int(counts),
                   standing=self._standing(seat), reason="the flat was booked late")

    def _open_settlement(self):
        id_, course = self._some_course("running")
        if course is None or (not course.run().seats and self.chosen.random() < 0.7):
            return
        self.h.command("scheduler")
        run = course.run()
        for seat in run.seats:
            if seat.state == "active":
                self._end(id_, seat)
        sums = run.sums()
        self.h.add("seats", "courseSettlementOpened", course=id_, run=run.number, seats=sums["seats"], blocks=sums["blocks"],
                   billedBlocks=sums["billed_blocks"], unpricedBlocks=sums["unpriced_blocks"], amount=sums["amount"], currency="CHF")

    def _settle_course(self, id_, run):
        seats, billed, amount, digest = self.h.reducer.courses.bill(run)
        self.h.add("seats", "courseSettled", course=id_, run=run.number, invoiceRef="R-1", seats=seats, billedBlocks=billed, amount=amount,
                   currency="CHF", linesHash=digest)

    def _settle(self):
        id_, course = self._some_course("open")
        if course is None or course.run().settlement.phase != 1:
            return
        self.h.command("billing")
        self._settle_course(id_, course.run())

    def _reactivate(self):
        id_, course = self._some_course("settled")
        if course is None:
            return
        self.h.command("courseManager")
        self.h.add("seats", "courseReactivated", course=id_, run=course.run().number + 1, start=self.h.now, end=self.h.now + 90 * DAY)

    # Communities.

    def _community(self):
        self.h.command("contractDesk")
        self.h.add("communities", "communityOpened", community=self._name("m"), timeZone="Europe/Berlin")

    def _pool(self):
        community = self._one(self.h.reducer.communities.seats.used)
        if community is None:
            return
        self.h.command("contractDesk")
        self.h.add("communities", "communityPoolBooked", community=community, size=self.chosen.choice((None, {"seats": 5})),
                   price=self.chosen.choice((0, 12000)), currency="CHF")

    def _community_seat(self):
        seats = self.h.reducer.communities.seats
        community = self._one(seats.used)
        if community is None:
            return
        self.h.command("campusManager")
        self.h.add("communities", "communitySeatGranted", community=community, seat=len(seats._seats) + 1, person=self._person(), group="g-1")

    def _release_community_seat(self):
        seats = self.h.reducer.communities.seats._seats
        number = self._one(i + 1 for i, seat in enumerate(seats) if seat[2])
        if number is None:
            return
        self.h.command("scheduler")
        self.h.add("communities", "communitySeatReleased", community=seats[number - 1][0], seat=number, person=seats[number - 1][1])

    # Group access.

    def _access_order(self):
        quantity, price = self.chosen.randrange(1, 6), self.chosen.choice((1000, 1050))
        self.h.command("buyer")
        self.h.add("access", "accessOrderPlaced", order=self._name("g"), product="kurs-a", mode="group", buyer="p-1", quantity=quantity,
                   title="A group", unitPrice=price, total=quantity * price, currency=self.chosen.choice(CURRENCIES), priceListRev=1)

    def _access_fate(self):
        id_ = self._one(id_ for id_, order in self.h.reducer.access.orders.items() if order.state in ("placed", "completed"))
        if id_ is None:
            return
        order = self.h.reducer.access.orders[id_]
        placed = order.placed
        fields = {"order": id_, "product": placed.product, "buyer": placed.buyer, "unitPrice": placed.unitPrice, "currency": placed.currency}
        draw = self.chosen.random()
        if order.state == "completed":
            if draw < 0.3:
                self.h.command("admin")
                self.h.add("access", "accessOrderReversed", **fields, quantity=order.quantity, total=order.total, reason="refund")
                self.h.add("access", "groupClosed", group=id_, order=id_)
        elif draw < 0.2:
            self.h.command("backend")
            self.h.add("access", "accessOrderAbandoned", order=id_, reason="not paid")
        else:
            self.h.command("backend")
            self.h.add("access", "accessOrderCompleted", **fields, mode="group", paymentRef="pay-1", quantity=placed.quantity, total=placed.total)
            self.h.add("access", "groupCreated", group=id_, order=id_, product=placed.product, title=placed.title, capacity=placed.quantity,
                       tag="tag-a")
            self.h.add("access", "groupLeaderAppointed", group=id_, person="p-1")

    def _some_group(self, wanted):
        groups = self.h.reducer.access.groups
        return self._one((id_, group) for id_, group in groups.items() if wanted(group)) or (None, None)

    def _enrol(self):
        id_, group = self._some_group(lambda g: g.active + g.burnt < g.capacity or g.burnt)
        if group is None:
            return
        own = group.burnt and (group.active + group.burnt == group.capacity or self.chosen.random() < 0.5)
        self.h.command("groupLeader")
        person = self._person()
        self.h.add("access", "participantEnrolled", group=id_, person=person, seat=1, via="manual", origin="ownBurnt" if own else "fresh")
        self.h.add("effects", "tagGrantRequested", person=person, tag="tag-a")

    def _remove(self):
        id_, _ = self._some_group(lambda g: g.active)
        if id_ is None:
            return
        self.h.command("support")
        self.h.add("access", "participantRemoved", self.h.now - self.chosen.choice((0, DAY)), group=id_, person=self._person(), seat=1,
                   fate=self.chosen.choice(("freed", "burnt")), cause="byHand")

    def _top_up(self):
        id_, group = self._some_group(lambda g: True)
        if group is None or self.h.reducer.access.orders[id_].state != "completed":
            return
        quantity = self.chosen.randrange(1, 3)
        self.h.command("buyer")
        self.h.add("access", "groupCapacityIncreased", group=id_, product="kurs-a", quantity=quantity, capacity=group.capacity + quantity,
                   unitPrice=1100, total=quantity * 1100, currency=self.h.reducer.access.orders[id_].placed.currency, priceListRev=2,
                   paymentRef="pay-2")

    def _correct_enrolment(self):
        id_, _ = self._some_group(lambda g: g.burnt)
        if id_ is None:
            return
        self.h.command("admin")
        self.h.add("access", "enrolmentCorrected", group=id_, person=self._person(), seat=1, removal=1, reason="a mistake")

    # Billing runs.

    def _open_run(self):
        scope = self.chosen.choice(("all", "all", "access", "seats", "credits"))
        cutoff = self.h.now + self.chosen.choice((-DAY, 0, 1))
        self.h.command("billing")
        number = layouts.ENUM_NAMES["BillingScope"].index(scope)
        _, _, said = self.h.reducer.billing.statement(number, cutoff)
        self.h.add("billing", "billingRunOpened", run=self._name("r"), cutoffEffective=cutoff, cutoffPosition=len(self.h.records), scope=scope, **said)

    def _some_run(self):
        return self._one((id_, run) for id_, run in self.h.reducer.billing.runs.items() if run.state == "open") or (None, None)

    def _close_run(self):
        id_, run = self._some_run()
        if run is None:
            return
        self.h.command("billing")
        courses = [(course_id, course.run()) for course_id, course in self.h.reducer.courses.courses.items()
                   if course.run().settlement in run.settlements]
        orders = [item.entity for item in run.items if item.kind == 5 and item.corrects is None]
        self.h.add("billing", "billingRunClosed", run=id_, lines=run.opened.lines, invoiceRef="R-2", totals=run.opened.totals,
                   linesHash=run.opened.linesHash)
        for course_id, course_run in courses:
            if course_run.state == "open":
                self._settle_course(course_id, course_run)
        for order in orders:
            self.h.add("credits", "creditOrderInvoiced", order=order, ref="R-2", currency="CHF")

    def _abandon_run(self):
        id_, run = self._some_run()
        if run is None or self.chosen.random() < 0.5:
            return
        self.h.command("billing")
        self.h.add("billing", "billingRunAbandoned", run=id_, reason="wrong cut-off")
