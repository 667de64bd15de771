#!/usr/bin/env python3
"""A history file of made-up registrations and orders, for billing runs: SEATS course seats in courses of a thousand, ORDERS
orders of accesses and as many orders of credits. The same numbers give the same file."""
import json
import sys

SEATS, ORDERS = int(sys.argv[1]), int(sys.argv[2])
PER_COURSE = 1000


def line(at, command, role, who=None, **fields):
    print(json.dumps({"at": at, "type": command, "actor": {"role": role, "id": who or role + "-1"}, **fields}, separators=(",", ":")))


courses = (SEATS + PER_COURSE - 1) // PER_COURSE
prices = [{"fromSize": 1, "unitPrice": "1500"}, {"fromSize": 50, "unitPrice": "1200"}, {"fromSize": 200, "unitPrice": "900"}]
if ORDERS:
    line("2020-01-01T08:00:00Z", "ChangeTenantPlan", "operator", suite="expertSuitePlus", credits="on")
line("2020-01-01T09:00:00Z", "OpenCampus", "backend", campus="c-1", kind="flat", timeZone="Europe/Berlin")
line("2020-01-01T09:00:00Z", "BookFlat", "contractDesk", campus="c-1", period="2020", size=60,
     **{"from": "2020-01-01T00:00:00+01:00", "to": "2021-01-01T00:00:00+01:00"}, currency="EUR", prices=prices)
line("2020-01-01T09:00:00Z", "EnableBothSeatTypes", "support", campus="c-1", state="on")
for course in range(courses):
    line("2020-01-02T09:00:00Z", "CreateCourse", "courseManager", campus="c-1", course=f"k-{course}",
         start="2020-02-01T00:00:00+01:00", end="2020-05-01T00:00:00+02:00", seatTypes="campusAndCourse")
for seat in range(SEATS):
    line(f"2020-01-{3 + seat * 20 // SEATS:02}T10:00:00Z", "InviteToCourse", "courseManager", course=f"k-{seat % courses}",
         person=f"p-{seat}", seatType="course")
if ORDERS:
    line("2020-01-24T09:00:00Z", "ConfigureGroupFeature", "platformAuthor", crmProvider="crm", crmState="connected")
    line("2020-01-24T09:00:00Z", "RegisterGroupProduct", "platformAuthor", product="suite", unitPrice="1000", currency="EUR", tags=["t"])
    line("2020-01-24T09:00:00Z", "ConfigureCredits", "operator", creditFeature="on", orderMode="automatic")
    line("2020-01-24T09:00:00Z", "DefinePackage", "operator", package="ten", name="Ten", points=10, price="2500",
         currency="EUR")
for order in range(ORDERS):
    line("2020-02-10T10:00:00Z", "PlaceAccessOrder", "buyer", order=f"o-{order}", product="suite", mode="group", quantity=10,
         title="Team", buyer=f"b-{order}")
    line("2020-02-10T10:00:00Z", "CompleteAccessOrder", "backend", order=f"o-{order}", paymentRef=f"pay-{order}")
for order in range(ORDERS):
    line("2020-02-11T10:00:00Z", "RegisterUser", "backend", user=f"u-{order}", userType="company")
    line("2020-02-11T10:00:00Z", "ActivateCreditAccount", "operator", user=f"u-{order}")
    line("2020-02-11T10:00:00Z", "PlaceCreditOrder", "author", f"u-{order}", order=f"c-{order}", user=f"u-{order}", package="ten")
# People who left before the end, so that blocks and prices differ.
line("2020-03-15T09:00:00Z", "ResizeFlat", "contractDesk", campus="c-1", period="2020", size=200)
for seat in range(0, SEATS, 10):
    line("2020-03-20T10:00:00Z", "EndCourseMembership", "courseManager", course=f"k-{seat % courses}", person=f"p-{seat}")
