"""Accounts of points and their orders (docs/verifier.md, "Figures")."""
from follow import fits, of, require

CANCELLED = 2  # CreditOrderStatus
FROM_RESERVATION = 1  # CreditDebitSource
ORDER_FIELDS = ("user", "points", "price", "currency")


class Account:
    __slots__ = ("balance", "reserved")

    def __init__(self):
        self.balance = self.reserved = 0


class Credits:
    def __init__(self):
        self.accounts = {}
        self._started = set()  # users who have had their start balance
        self._added = set()  # orders whose points are on the account
        self._orders = {}  # id -> [state, what was ordered]
        self._reservations = {}  # content -> (user, points)

    def _account(self, user):
        account = self.accounts.get(user)
        if account is None:
            account = self.accounts[user] = Account()
        return account

    def _move(self, user, points):
        account = self._account(user)
        account.balance = fits(account.balance + points)
        fits(account.balance - account.reserved)

    def _reserve(self, user, points):
        account = self._account(user)
        account.reserved = fits(account.reserved + points)
        fits(account.balance - account.reserved)

    def _order_in(self, e, state):
        order = of(self._orders, e.order, "order")
        require(order[0] == state, f"order {e.order} is {order[0]}")
        return order

    def _same_order(self, e, state):
        order = self._order_in(e, state)
        require(all(order[1][field] == e[field] for field in ORDER_FIELDS), "not what was ordered")
        return order

    def _release(self, e):
        reserved = of(self._reservations, e.content, "reservation")
        require(reserved == (e.user, e.points), "reserved by somebody else, or otherwise")
        del self._reservations[e.content]
        self._reserve(e.user, -e.points)

    def creditAccountActivated(self, e, _):
        self._account(e.user)

    def startBalanceGranted(self, e, _):
        require(e.user not in self._started, "a second start balance")
        self._started.add(e.user)
        self._move(e.user, e.points)

    def creditsAdjusted(self, e, _):
        self._move(e.user, e.points)

    def creditOrderPlaced(self, e, _):
        require(e.order not in self._orders, "the order is placed twice")
        self._orders[e.order] = ["placed", e]

    def creditOrderStatusChanged(self, e, _):
        if e.status == CANCELLED:
            self._order_in(e, "placed")[0] = "cancelled"

    def creditOrderCredited(self, e, _):
        self._same_order(e, "placed")[0] = "credited"

    def creditsAdded(self, e, _):
        order = self._order_in(e, "credited")[1]
        require(order.user == e.user and order.points == e.points, "not the points of the order")
        require(e.order not in self._added, "the points of the order are added twice")
        self._added.add(e.order)
        self._move(e.user, e.points)

    def creditOrderReversed(self, e, _):
        self._same_order(e, "credited")[0] = "reversed"

    def creditReserved(self, e, _):
        require(e.content not in self._reservations, "reserved already")
        self._reservations[e.content] = (e.user, e.points)
        self._reserve(e.user, e.points)

    def creditReservationReleased(self, e, _):
        self._release(e)

    def creditDebited(self, e, _):
        if e.source == FROM_RESERVATION:
            self._release(e)
        self._move(e.user, -e.points)
