"""Which stream an event belongs to, by what it is about."""


def stream_of(domain, kind, body):
    return _BY_DOMAIN[domain](kind, body)


def _seats_stream(kind, e):
    if kind == "homeCampusSet":
        return f"person/{e.person}"
    if kind == "seatGrantReversed":
        return f"campus/{e.campus}" if e.seatType == 0 else f"course/{e.course}"
    if kind == "courseCreated":
        return f"course/{e.course}"
    return f"campus/{e.campus}" if "campus" in e else f"course/{e.course}"


def _access_stream(_, e):
    for name, stream in (("group", "group"), ("order", "order"), ("product", "product")):
        if name in e:
            return f"{stream}/{e[name]}"
    return "access"


def _communities_stream(kind, e):
    if kind in ("existingCommunitySeatUsed", "communityGroupCreated") or "community" not in e:
        return f"community-group/{e.group}"
    return f"community/{e.community}"


ACCOUNT = ("userRegistered", "creditAccountActivated", "startBalanceGranted", "creditAccountDeactivated", "creditsAdded", "creditsAdjusted",
           "creditDebited")


def _credits_stream(kind, e):
    if kind == "creditFeatureConfigured":
        return "credits"
    if kind in ACCOUNT:
        return f"account/{e.user}"
    for name, stream in (("order", "credit-order"), ("content", "content"), ("package", "package")):
        if name in e:
            return f"{stream}/{e[name]}"
    raise KeyError(kind)


def _effects_stream(_, e):
    if "subject" in e:
        return e.subject
    return f"credit-order/{e.order}" if "order" in e else f"person/{e.person}"


_BY_DOMAIN = {
    "tenancy": lambda kind, e: "tenant",
    "seats": _seats_stream,
    "people": lambda kind, e: f"person/{e.person}",
    "effects": _effects_stream,
    "access": _access_stream,
    "communities": _communities_stream,
    "credits": _credits_stream,
    "billing": lambda kind, e: "seal" if kind == "periodSealed" else f"run/{e.run}",
}
