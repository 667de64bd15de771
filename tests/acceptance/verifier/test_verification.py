"""Each kind of contradiction, once, and what a good bundle comes to."""
import io
import unittest

import bundle
import capnp
import capnp_write
import compare
import histories
import merkle
import mutate
import note
import verification

SIGNER, OTHER, LOG = compare.SIGNER, compare.OTHER, compare.LOG


def checkpoint(size, tenant="t-1", **changes):
    return note.Checkpoint(note.Origin(LOG, 1, tenant), size, merkle.EMPTY)._replace(**changes)


class Verification(unittest.TestCase):
    def setUp(self):
        self.walk = histories.Walk("t-1", 7).run(30)
        self.stored = self.walk.stored()
        self.events = [(1, "t-1", i + 1, stored) for i, stored in enumerate(self.stored)]

    def base(self, scope="t-1"):
        return type("Parts", (), {"header": compare.header(scope, len(self.events)), "others": [], "notes": [], "signer": SIGNER})

    def judge(self, events=None, notes=None, header=None, signer=None, kept=None, complete=False):
        events = self.events if events is None else events
        notes = [checkpoint(len(self.events))] if notes is None else notes
        data = mutate.build(self.base(), events, notes, header, signer)
        return self.judge_bytes(data, kept, complete)

    @staticmethod
    def judge_bytes(data, kept=None, complete=False):
        code, said = verification.Verification(SIGNER.note_key, kept, complete).run(io.BytesIO(data))
        return code, said.get("kind", said["verdict"]), said.get("position", said.get("offset"))

    def changed(self, at, **changes):
        record = capnp.Record(self.walk.records[at], **changes)
        events = list(self.events)
        events[at] = (1, "t-1", at + 1, capnp_write.write_message(record, "RecordedEvent"))
        return events

    def test_proven(self):
        self.assertEqual(self.judge(), (0, "proven", None))

    def test_unusable(self):
        data = mutate.build(self.base(), self.events, [checkpoint(30)])
        self.assertEqual(self.judge_bytes(data[:-1])[0], 2)
        self.assertEqual(self.judge_bytes(data + b"x"), (2, "unusable", len(data)))
        self.assertEqual(self.judge_bytes(b"KONTORB2" + data[8:]), (2, "unusable", 0))
        self.assertEqual(self.judge_bytes(data[:-32] + bytes(32)), (2, "unusable", len(data) - 37))

    def test_signatures(self):
        self.assertEqual(self.judge(signer=OTHER), (1, "not-signed", len(self.events)))
        self.assertEqual(self.judge(notes=[]), (1, "unsigned", 0))
        self.assertEqual(self.judge(notes=[checkpoint(3, "t-2")]), (1, "foreign-note", 3))

    def test_what_the_auditor_has_kept(self):
        root = merkle.root_of([merkle.leaf_hash(stored) for stored in self.stored[:9]])
        good = SIGNER.sign(checkpoint(9, root=root))
        bad = SIGNER.sign(checkpoint(9, root=bytes(32)))
        self.assertEqual(self.judge(kept=[good])[1], "proven")
        self.assertEqual(self.judge(kept=[bad]), (1, "root-mismatch", 9))
        self.assertEqual(self.judge(kept=[good, bad]), (1, "two-histories", 9))
        self.assertEqual(self.judge(kept=[SIGNER.sign(checkpoint(900))], complete=True), (1, "truncated", 900))
        self.assertEqual(self.judge(kept=[b"no note"])[0], 2)

    def test_events(self):
        self.assertEqual(self.judge(events=self.events[:4] + self.events[5:])[1:], ("position-gap", 5))
        self.assertEqual(self.judge(events=self.events[:-1], header=compare.header("t-1", len(self.events)))[1:],
                         ("missing-events", len(self.events)))
        self.assertEqual(self.judge(events=self.changed(3, tenant="t-2"))[1:], ("wrong-tenant", 4))
        self.assertEqual(self.judge(events=self.changed(3, position=9))[1:], ("position-gap", 4))
        self.assertEqual(self.judge(events=self.changed(3, stream="elsewhere"))[1:], ("wrong-stream", 4))
        self.assertEqual(self.judge(events=self.changed(3, version=99))[1:], ("version-gap", 4))
        self.assertEqual(self.judge(events=self.changed(3, recordedAt=5))[1:], ("time-back", 4))
        self.assertEqual(self.judge(events=self.changed(-1 % len(self.events), commandId=self.walk.records[0].commandId,
                                                        recordedAt=self.walk.now, effectiveAt=self.walk.now))[1], "command-twice")
        self.assertEqual(self.judge(events=self.events[:3] + [(1, "t-1", 4, bytes(4) + b"\1\0\0\0" + b"\xff" * 8)] + self.events[4:])[1:],
                         ("not-an-event", 4))

    def test_a_changed_event_without_a_new_signature(self):
        data = mutate.build(self.base(), self.events, [checkpoint(9), checkpoint(30)])
        sections = list(mutate._sections(data))[:-1]
        at = next(i for i, (tag, _) in enumerate(sections) if tag == "E")
        sections[at] = ("E", bundle.slice_payload("t-1", 1, [event[3] for event in self.changed(20, correlation="other")]))
        self.assertEqual(self.judge_bytes(bundle.whole(sections))[1:], ("root-mismatch", 30))

    def test_a_lie_that_was_signed(self):
        for seed in range(200):
            walk = histories.Walk("t-1", seed, ("seats",)).run(40)
            at = next((i for i, r in enumerate(walk.records) if r.which == "seats" and r.seats.which == "courseSeatEnded"
                       and r.seats.courseSeatEnded.billedBlocks), None)
            if at is not None:
                break
        record = walk.records[at]
        record.seats.courseSeatEnded["billedBlocks"] -= 1
        events = [(1, "t-1", i + 1, stored) for i, stored in enumerate(walk.stored())]
        self.assertEqual(self.judge(events=events)[1:], ("figures", at + 1))


if __name__ == "__main__":
    unittest.main()
