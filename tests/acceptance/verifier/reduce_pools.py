"""Seats of campuses and of communities, and seats in groups of accesses with their orders (docs/verifier.md, "Figures")."""
from follow import fits, of, require

OWN_BURNT = 1  # SeatOrigin
BURNT = 1  # SeatFate
ORDER_FIELDS = ("quantity", "unitPrice", "total", "currency")


class Seats:
    """Numbered in the tenant from 1; each belongs to a place (a campus or a community), which pays for it."""

    def __init__(self):
        self.used = {}  # place -> seats in use
        self._seats = []  # [place, person, in use]

    def open(self, place):
        require(place not in self.used, f"{place} is opened twice")
        self.used[place] = 0

    def grant(self, place, number, person):
        require(number == len(self._seats) + 1, f"seat {number} behind seat {len(self._seats)}")
        require(place in self.used, f"{place} is not known")
        self._seats.append([place, person, True])
        self.used[place] += 1

    def held(self, number, person):
        require(1 <= number <= len(self._seats), f"no seat {number}")
        seat = self._seats[number - 1]
        require(seat[2] and seat[1] == person, f"seat {number} is not held by {person}")
        return seat

    def release(self, number, person):
        seat = self.held(number, person)
        seat[2] = False
        self.used[seat[0]] -= 1


class Campuses:
    def __init__(self):
        self.seats = Seats()

    def campusOpened(self, e, _):
        self.seats.open(e.campus)

    def campusSeatGranted(self, e, _):
        self.seats.grant(e.campus, e.seat, e.person)

    def campusSeatReleased(self, e, _):
        self.seats.release(e.seat, e.person)

    def campusSeatCarriedOver(self, e, _):
        self.seats.held(e.seat, e.person)

    campusSeatReattributed = campusSeatCarriedOver


class Communities:
    def __init__(self):
        self.seats = Seats()

    def communityOpened(self, e, _):
        self.seats.open(e.community)

    def communitySeatGranted(self, e, _):
        self.seats.grant(e.community, e.seat, e.person)

    def communitySeatReleased(self, e, _):
        self.seats.release(e.seat, e.person)


class Order:
    __slots__ = ("state", "placed", "quantity", "total")

    def __init__(self, placed):
        self.state = "placed"
        self.placed = placed
        self.quantity = placed.quantity  # top-ups included
        self.total = placed.total


class Group:
    __slots__ = ("capacity", "active", "burnt")

    def __init__(self, capacity):
        self.capacity = capacity
        self.active = self.burnt = 0


class Access:
    def __init__(self):
        self.orders = {}
        self.groups = {}

    def _order_in(self, id_, state):
        order = of(self.orders, id_, "order")
        require(order.state == state, f"order {id_} is {order.state}")
        return order

    def accessOrderPlaced(self, e, _):
        require(e.order not in self.orders, "the order is placed twice")
        require(fits(e.quantity * e.unitPrice) == e.total, "another total")
        self.orders[e.order] = Order(e)

    def accessOrderCompleted(self, e, _):
        order = self._order_in(e.order, "placed")
        require(all(order.placed[field] == e[field] for field in ORDER_FIELDS), "not what was ordered")
        order.state = "completed"

    def accessOrderAbandoned(self, e, _):
        self._order_in(e.order, "placed").state = "abandoned"

    def accessOrderReversed(self, e, _):
        order = self._order_in(e.order, "completed")
        require(order.placed.unitPrice == e.unitPrice and order.placed.currency == e.currency, "another price")
        require(order.quantity == e.quantity and order.total == e.total, "another sum")
        order.state = "reversed"

    def groupCreated(self, e, _):
        order = self._order_in(e.order, "completed")
        require(e.group == e.order and e.capacity == order.placed.quantity, "not what was ordered")
        require(e.group not in self.groups, "the group is created twice")
        self.groups[e.group] = Group(e.capacity)

    def groupCapacityIncreased(self, e, _):
        group = of(self.groups, e.group, "group")
        require(group.capacity + e.quantity == e.capacity, "another capacity")
        require(fits(e.quantity * e.unitPrice) == e.total, "another total")
        order = self._order_in(e.group, "completed")
        order.quantity += e.quantity
        order.total = fits(order.total + e.total)
        group.capacity = e.capacity

    def participantEnrolled(self, e, _):
        group = of(self.groups, e.group, "group")
        if e.origin == OWN_BURNT:
            require(group.burnt > 0, "no seat is burnt")
            group.burnt -= 1
        group.active += 1
        require(group.active + group.burnt <= group.capacity, "more seats than there are")

    def participantRemoved(self, e, _):
        group = of(self.groups, e.group, "group")
        require(group.active > 0, "nobody is there")
        group.active -= 1
        group.burnt += e.fate == BURNT

    def enrolmentCorrected(self, e, _):
        group = of(self.groups, e.group, "group")
        require(group.burnt > 0, "no seat is burnt")
        group.burnt -= 1
