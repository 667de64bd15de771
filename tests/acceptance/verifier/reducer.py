"""Recomputes every figure of a tenant from its events (docs/verifier.md, "Figures")."""
import billing
import reduce_courses
import reduce_credits
import reduce_pools


class Reducer:
    def __init__(self):
        self.credits = reduce_credits.Credits()
        self.campuses = reduce_pools.Campuses()
        self.communities = reduce_pools.Communities()
        self.access = reduce_pools.Access()
        self.billing = billing.Billing()
        self.courses = reduce_courses.Courses(self.billing)

    def take(self, event):
        """DoesNotFollow unless the event can come behind those before it."""
        for name, take in _TAKERS.get(event.kind, ()):
            take(getattr(self, name), event.body, event.envelope)


def _takers():
    """Which parts have something to say to an event; billing last, when it is known that the event follows."""
    takers = {}
    parts = [("credits", reduce_credits.Credits), ("campuses", reduce_pools.Campuses), ("communities", reduce_pools.Communities),
             ("access", reduce_pools.Access), ("courses", reduce_courses.Courses), ("billing", billing.Billing)]
    for name, part in parts:
        for kind, take in vars(part).items():
            if not kind.startswith("_") and kind not in _NO_EVENTS:
                takers.setdefault(kind, []).append((name, take))
    return takers


_NO_EVENTS = ("become_open", "correct", "open_settlement", "settle", "statement", "bill")
_TAKERS = _takers()
