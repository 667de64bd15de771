"""Course seats, their blocks, and what a course run comes to (docs/verifier.md, "Figures"; engine/rules/seats/README.md)."""
import hashlib
import struct

import billing
from follow import fits, of, require

FULL = 1  # Rounding
OPEN, SETTLED = 0, 1  # BillStanding


class Block:
    __slots__ = ("seat", "number", "price", "rounding", "next", "void")

    def __init__(self, seat, e):
        self.seat = seat
        self.number = e.block
        self.price = e.price.unitPrice if e.price else None
        self.rounding = e.price.rounding if e.price else 0
        self.next = e.nextBlockAt
        self.void = False


class Seat:
    __slots__ = ("course", "number", "person", "run", "state", "blocks", "ended_at", "item", "billed", "unpriced", "amount")

    def __init__(self, course, e):
        self.course = course
        self.number = e.seat
        self.person = e.person
        self.run = None  # in which it was scheduled, or started
        self.state = "scheduled"
        self.blocks = []
        self.ended_at = None
        self.item = None
        self.billed = self.unpriced = self.amount = 0  # once it has ended; corrected until the run is settled

    def unfinished(self, block, ended_at):
        """The seat has ended before this block was over, and its price list bills finished blocks only."""
        return block is self.blocks[-1] and block.rounding == FULL and ended_at < block.next

    def counts(self, block):
        return self.ended_at is None or not self.unfinished(block, self.ended_at)


class CourseRun:
    """`settlement` is the billing domain's side of it."""
    __slots__ = ("number", "state", "seats", "settlement")

    def __init__(self, number):
        self.number = number
        self.state = "running"  # then open, settled
        self.seats = []
        self.settlement = billing.Settlement()

    def ended(self):
        return [seat for seat in self.seats if seat.state == "ended"]

    def sums(self):
        ended = self.ended()
        return {"seats": len(ended), "blocks": sum(len(seat.blocks) for seat in ended), "billed_blocks": sum(seat.billed for seat in ended),
                "unpriced_blocks": sum(seat.unpriced for seat in ended), "amount": fits(sum(seat.amount for seat in ended))}


class Course:
    __slots__ = ("seats", "runs")

    def __init__(self):
        self.seats = []
        self.runs = [CourseRun(1)]

    def run(self):
        return self.runs[-1]

    def count(self, state):
        return sum(seat.state == state for seat in self.seats)


class Courses:
    def __init__(self, bills):
        self.courses = {}
        self._blocks = {}  # by the position of their start
        self._bills = bills

    def _course(self, e):
        return of(self.courses, e.course, "course")

    def _seat_in(self, e, state):
        course = self._course(e)
        require(1 <= e.seat <= len(course.seats), f"no seat {e.seat}")
        seat = course.seats[e.seat - 1]
        require(seat.state == state and seat.person == e.person, f"seat {e.seat} is {seat.state}, of {seat.person}")
        return seat

    def _new_seat(self, e):
        course = self._course(e)
        require(e.seat == len(course.seats) + 1, f"seat {e.seat} behind seat {len(course.seats)}")
        course.seats.append(Seat(course, e))
        return course.seats[-1]

    def courseCreated(self, e, _):
        require(e.course not in self.courses, "the course is created twice")
        self.courses[e.course] = Course()

    def courseReactivated(self, e, _):
        course = self._course(e)
        require(course.run().state == "settled" and e.run == course.run().number + 1, "not behind the run before")
        course.runs.append(CourseRun(e.run))

    def courseSeatReserved(self, e, _):
        self._new_seat(e).run = self._course(e).run()

    def courseSeatStarted(self, e, _):
        course = self._course(e)
        seat = self._seat_in(e, "scheduled") if e.seat <= len(course.seats) else self._new_seat(e)
        run = course.run()
        require(run.state == "running", "the run is over")
        require(seat.run in (None, run), "it was scheduled in another run")
        seat.state = "active"
        seat.run = run
        run.seats.append(seat)
        seat.item = billing.Item(billing.COURSE_SEAT, f"{e.course}/{run.number}/{e.seat}", e.seat, e.person)
        run.settlement.items.append(seat.item)

    def courseSeatBlockStarted(self, e, envelope):
        seat = self._seat_in(e, "active")
        require(e.block == len(seat.blocks) + 1, f"block {e.block} behind block {len(seat.blocks)}")
        block = Block(seat, e)
        seat.blocks.append(block)
        self._blocks[envelope.position] = block
        item = seat.item
        if e.price:
            item.currency = e.price.currency
        else:
            item.unpriced += 1
        item.charge(1, block.price or 0)
        item.evidence.append(envelope.position)

    def courseSeatEnded(self, e, envelope):
        seat = self._seat_in(e, "active")
        item = seat.item
        require(e.blocks == len(seat.blocks), "another number of blocks")
        if seat.blocks and not seat.blocks[-1].void and seat.unfinished(seat.blocks[-1], e.endedAt):
            item.take_away(seat.blocks[-1].price, reversed(item.parts))
        require((e.billedBlocks, e.unpricedBlocks, e.amount) == (item.quantity(), item.unpriced, item.amount), "another bill")
        seat.state = "ended"
        seat.ended_at = e.endedAt
        seat.billed, seat.unpriced, seat.amount = e.billedBlocks, e.unpricedBlocks, e.amount
        item.currency = e.currency
        item.evidence.append(envelope.position)

    def courseSeatCancelledBeforeStart(self, e, _):
        self._seat_in(e, "scheduled").state = "cancelled"

    def _corrected(self, e):
        block = of(self._blocks, e.of, "block")
        seat = block.seat
        require(self.courses.get(e.course) is seat.course and e.run == seat.run.number and e.seat == seat.number and e.block == block.number
                and e.person == seat.person, "another block")
        settled = seat.run.state == "settled"
        require(e.standing == (SETTLED if settled else OPEN), "the run is settled, or is not")
        require(not block.void, "the block is void")
        return block, seat

    def courseSeatBlockVoided(self, e, envelope):
        block, seat = self._corrected(e)
        counts, unpriced = seat.counts(block), block.price is None
        amount = block.price if counts and not unpriced else 0
        require((e.amount, e.billedBlocks, e.unpricedBlocks) == (amount, counts, counts and unpriced), "another amount")
        block.void = True
        if not counts:
            return
        item = seat.item
        if item.phase == billing.GROWING:
            item.take_away(amount, item.parts)
            item.unpriced -= unpriced
            item.evidence.append(envelope.position)
        elif amount:
            self._correct(seat, -1, amount, e.currency, envelope)
        self._change_bill(seat, -1, -unpriced, -amount)

    def courseSeatBlockPriced(self, e, envelope):
        block, seat = self._corrected(e)
        require(block.price is None, "the block has a price")
        block.price, block.rounding = e.price.unitPrice, e.price.rounding
        counts = seat.counts(block)
        amount = block.price if counts else 0
        require((e.amount, e.billedBlocks) == (amount, counts), "another amount")
        item = seat.item
        if item.phase == billing.GROWING:
            item.take_away(0, item.parts)
            item.unpriced -= 1
            if counts:
                item.charge(1, amount)
            item.currency = e.price.currency
            item.evidence.append(envelope.position)
        elif amount:
            self._correct(seat, 1, amount, e.price.currency, envelope)
        self._change_bill(seat, counts - 1, -1, amount)

    def _correct(self, seat, quantity, price, currency, envelope):
        seat.run.settlement.items.append(self._bills.correct(seat.item, quantity, price, currency, envelope))

    @staticmethod
    def _change_bill(seat, billed, unpriced, amount):
        if seat.state == "ended" and seat.run.state != "settled":
            seat.billed += billed
            seat.unpriced += unpriced
            seat.amount = fits(seat.amount + amount)

    def courseSettlementOpened(self, e, envelope):
        run = self._course(e).run()
        require(e.run == run.number and run.state == "running", "not the run that goes on")
        require(all(seat.state != "active" for seat in run.seats), "a seat has not ended")
        said = {"seats": e.seats, "blocks": e.blocks, "billed_blocks": e.billedBlocks, "unpriced_blocks": e.unpricedBlocks,
                "amount": e.amount}
        require(said == run.sums(), "another sum")
        run.state = "open"
        self._bills.open_settlement(run.settlement, envelope)

    def bill(self, run):
        """What settling the run now says: seats, billed blocks, amount and hash. Lines that a billing run holds which does not hold the
        course run, or the other way round, are not settled with it."""
        apart = {}
        for item in run.settlement.items:
            if item.corrects and item.run is not run.settlement.run:
                blocks, amount = apart.get(item.number, (0, 0))
                apart[item.number] = blocks + min(item.parts[0][0], 0), amount + item.amount
        digest, billed, amount = hashlib.sha256(), 0, 0
        for seat in sorted(run.ended(), key=lambda seat: seat.number):
            others = apart.get(seat.number, (0, 0))
            digest.update(struct.pack("<QQq", seat.number, seat.billed - others[0] & 2**64 - 1, fits(seat.amount - others[1])))
            billed += seat.billed - others[0]
            amount = fits(amount + seat.amount - others[1])
        return len(run.ended()), billed, amount, digest.digest()

    def courseSettled(self, e, _):
        run = self._course(e).run()
        require(e.run == run.number and run.state == "open", "the run is not open for settlement")
        require((e.seats, e.billedBlocks, e.amount, e.linesHash) == self.bill(run), "another bill")
        run.state = "settled"
        self._bills.settle(run.settlement)
