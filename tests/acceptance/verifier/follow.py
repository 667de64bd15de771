"""What the parts of the reducer share: when an event does not follow from those before it, and 64 bits."""

I64_MIN, I64_MAX = -2**63, 2**63 - 1


class DoesNotFollow(Exception):
    """The event cannot come behind those before it."""


def require(holds, why):
    if not holds:
        raise DoesNotFollow(why)


def fits(number):
    """A sum, if it has 64 bits."""
    if not I64_MIN <= number <= I64_MAX:
        raise DoesNotFollow("a sum does not fit 64 bits")
    return number


def of(table, key, what):
    """The row of that name, which has to be there."""
    row = table.get(key)
    require(row is not None, f"no such {what}: {key}")
    return row
