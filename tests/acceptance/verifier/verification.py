"""What docs/verifier.md says is checked, in its order."""
import bundle
import events
import follow
import merkle
import note
import receipts
import reducer
import report
import rotation

BACK_DATERS = (3, 10)  # Role: support, admin
SCHEDULER = 2


class Found(Exception):
    """A contradiction."""

    def __init__(self, kind, tenant, position, message):
        super().__init__(message)
        self.record = {"verdict": "contradiction", "kind": kind, "tenant": tenant or "", "position": position, "message": message}


class Tenant:
    """The events of one tenant, one after the other."""

    def __init__(self, id_):
        self.id = id_
        self.tree = merkle.Growing()
        self.reducer = reducer.Reducer()
        self._versions = {}
        self._effective = None
        self._acted = set()
        self._command = None
        self._digest = None

    def next(self):
        return self.tree.size + 1

    def _found(self, kind, message):
        raise Found(kind, self.id, self.next(), message)

    def take(self, item, newest_recorded, leaf_before):
        next_ = self.tree.size + 1
        if item.position != next_:
            self._found("position-gap", f"the section says position {item.position}")
        event = events.read(item.data)
        envelope = event.envelope
        if leaf_before and leaf_before != event.leaf:
            self._found("leaf-changed", "not the event of the time before")
        if envelope is None:
            self._found("not-an-event", "these bytes are no event")
        if envelope.tenant != self.id:
            self._found("wrong-tenant", f"the event is of {envelope.tenant}")
        if envelope.position != next_:
            self._found("position-gap", f"the event says position {envelope.position}")
        stream = event.stream
        if envelope.stream != stream:
            self._found("wrong-stream", f"a {event.kind} in {envelope.stream}")
        if envelope.version != self._versions.get(stream, 0) + 1:
            self._found("version-gap", f"version {envelope.version} of {stream}")
        self._check_times(event, newest_recorded)
        self._check_command(event)
        try:
            self.reducer.take(event)
        except follow.DoesNotFollow as reason:
            self._found("figures", f"{event.kind}: {reason}")
        self._versions[stream] = envelope.version
        self.tree.append(event.leaf)
        return event

    def _check_times(self, event, newest_recorded):
        effective, recorded = event.envelope.effectiveAt, event.envelope.recordedAt
        if self._effective is not None and effective < self._effective:
            if event.command is None or event.actor_role not in BACK_DATERS:
                self._found("time-back", "effective before an event before it")
        else:
            self._effective = effective
        if newest_recorded is not None and recorded < newest_recorded:
            self._found("time-back", "recorded before an event before it")
        if effective > recorded:
            self._found("time-back", "effective after it was recorded")

    def _check_command(self, event):
        command = event.command
        if command is None:
            if event.actor_role != SCHEDULER:
                self._found("command-twice", "nobody's command, and no timer's event")
        elif command == self._command:
            if event.digest != self._digest:
                self._found("command-twice", "the events of a command disagree on what it was")
        elif command in self._acted:
            self._found("command-twice", "the command has acted before")
        else:
            self._acted.add(command)
        self._command, self._digest = command, event.digest


class Signed:
    """What notes say of a tree at one size."""

    def __init__(self, root):
        self.root = root
        self.notes = 0
        self.epochs = set()


class Verification:
    def __init__(self, key, kept_notes=None, complete=False, kept_receipts=None, remembered=b""):
        """`kept_notes`: those of the auditor, encoded; None when nothing is kept. `kept_receipts`: the file of receipts, if there is one.
        `remembered`: leaf hashes of the scope's tree, back to back."""
        self._kept_receipts = kept_receipts
        self._remembered = remembered
        self._receipts = None
        self._statements = []
        self._keys, self._retired = [key], []
        self._opened = False
        self._key = key
        self._kept = kept_notes
        self._complete = complete
        self._notes = {}  # tree (a tenant, or "" for the store) -> size -> Signed
        self._held = self._later = self._other = 0
        self._epochs = set()  # of notes that were compared
        self._proven_to = 0
        self._begun = False
        self._tenants = {}
        self._store = merkle.Growing()  # of all events, in a store's bundle
        self._events = 0
        self._recorded = None

    def run(self, file):
        """(exit code, report)."""
        try:
            reader = bundle.Reader(file)
            self._scope = reader.header.origin
            self._last = reader.header.last
            if reader.header.first != 1:
                raise bundle.Unusable(len(bundle.MAGIC), "the bundle does not begin at 1")
            found = self._first(None, self._begin)
            for item in reader.items():
                if item.kind == "R":
                    self._statements.append(self._statement(item))
                elif item.kind != "K":
                    found = self._open_inputs(found)
                if item.kind == "N":
                    found = self._first(found, self._take_note, *self._readable(item.data, item.offset))
                elif item.kind == "E":
                    found = self._first(found, self._take_event, item)
            found = self._first(self._open_inputs(found), self._end)
        except bundle.Unusable as damage:
            return 2, {"verdict": "unusable", "offset": damage.offset, "message": str(damage)}
        except receipts.NoReceipt as line:
            return 2, {"verdict": "unusable", "offset": line.args[0], "message": "no receipt stands there"}
        return (1, found.record) if found else (0, self._report())

    @staticmethod
    def _statement(item):
        parsed = note.parse_note(item.data)
        if parsed is None:
            raise bundle.Unusable(item.offset, "this is no signed statement")
        return parsed

    def _open_inputs(self, found):
        """What the auditor has kept, once all keys are known."""
        if self._opened:
            return found
        self._opened = True
        found = self._first(found, self._follow_keys)
        kept = [self._readable(encoded, 0) for encoded in self._kept or ()]
        if self._kept_receipts is not None:
            self._receipts = receipts.Compared(*receipts.read(self._kept_receipts, self._keys))
        return self._first(found, self._take_kept, kept)

    @staticmethod
    def _first(found, check, *arguments):
        """What was found before, or what this check finds: a file has to be read to its end, but one contradiction is enough."""
        if found is None:
            try:
                check(*arguments)
            except Found as now:
                return now
        return found

    # Notes.

    @staticmethod
    def _readable(encoded, offset):
        parsed = note.parse_note(encoded)
        checkpoint = parsed and note.parse_checkpoint(parsed.text)
        if checkpoint is None:
            raise bundle.Unusable(offset, "this is no signed checkpoint")
        return parsed, checkpoint

    def _begin(self):
        if self._scope.log != self._key.name:
            raise Found("not-signed", "", 0, "the bundle is of another log than the key")
        if self._scope.tenant is not None:
            self._tenants[self._scope.tenant] = Tenant(self._scope.tenant)

    def _follow_keys(self):
        self._retired = rotation.retired(self._key, self._statements)
        try:
            self._keys = rotation.trusted(self._key, self._statements)
        except rotation.Broken as kind:
            raise Found(str(kind), "", 0, "a statement about a change of keys") from None

    def _take_kept(self, kept):
        for parsed, checkpoint in kept:
            if self._is_ours(checkpoint) and self._signed(parsed, checkpoint):
                self._trust(checkpoint)
            else:
                self._other += 1

    def _is_ours(self, checkpoint):
        origin = checkpoint.origin
        return origin.log == self._key.name and self._scope.tenant in (None, origin.tenant)

    def _trust(self, checkpoint):
        tree, size = checkpoint.origin.tenant or "", checkpoint.size
        signed = self._notes.setdefault(tree, {}).setdefault(size, Signed(checkpoint.root))
        if signed.root != checkpoint.root:
            raise Found("two-histories", tree, size, "two roots at one size")
        signed.notes += 1
        signed.epochs.add(checkpoint.origin.epoch)

    def _signed(self, parsed, checkpoint):
        """False when only keys have signed it that are no longer asked."""
        if any(note.is_signed_by(parsed, key) for key in self._keys):
            return True
        if any(note.is_signed_by(parsed, key) for key in self._retired):
            return False
        raise Found("not-signed", checkpoint.origin.tenant, checkpoint.size, "not signed by the pinned key")

    def _take_note(self, parsed, checkpoint):
        ours = checkpoint.origin.log == self._key.name and self._signed(parsed, checkpoint)
        if not self._is_ours(checkpoint):
            raise Found("foreign-note", checkpoint.origin.tenant, checkpoint.size, "a note of another tree")
        if ours:
            self._trust(checkpoint)
        else:
            self._other += 1

    def _compare(self, tree, events):
        notes = self._notes.get(tree)
        if notes is None or events.size not in notes:
            return
        signed = notes[events.size]
        if signed.root != events.root():
            raise Found("root-mismatch", tree, events.size, "another root was signed")
        self._held += signed.notes
        self._epochs |= signed.epochs
        if tree == (self._scope.tenant or ""):
            self._proven_to = events.size

    # Events.

    def _begin_events(self):
        """All notes are known; those of no events are compared first."""
        if not self._begun:
            self._begun = True
            for tree in sorted(self._notes):
                self._compare(tree, merkle.Growing())

    def _take_event(self, item):
        self._begin_events()
        scope = self._scope.tenant
        if scope is not None and item.tenant != scope:
            raise Found("wrong-tenant", item.tenant, item.position, "an event of another tenant")
        tenant = self._tenants.get(item.tenant)
        if tenant is None:
            tenant = self._tenants[item.tenant] = Tenant(item.tenant)
        before = self._remembered[self._events * 32:self._events * 32 + 32]
        event = tenant.take(item, self._recorded, before)
        self._recorded = event.envelope.recordedAt
        self._events += 1
        if self._receipts:
            self._receipts.take(item.tenant, event.leaf)
        self._compare(item.tenant, tenant.tree)
        if scope is None:
            self._store.append(event.leaf)
            self._compare("", self._store)

    # The end.

    def _end(self):
        self._begin_events()
        if self._events != self._last:
            raise Found("missing-events", self._scope.tenant, min(self._events, self._last) + 1, "the header says another number of events")
        for tree, sizes in sorted(self._notes.items()):
            tenant = self._tenants.get(tree)
            have = (tenant.tree.size if tenant else 0) if tree else self._store.size
            for size in sorted(size for size in sizes if size > have):
                self._later += sizes[size].notes
                if self._complete:
                    raise Found("truncated", tree, size, "a checkpoint of more events is signed")
        if self._scope.epoch not in self._epochs:
            raise Found("unsigned", self._scope.tenant, 0, "no signed checkpoint of this epoch was compared")
        if self._receipts:
            self._end_of_receipts()

    def _end_of_receipts(self):
        broken = self._receipts.finish(self._scope.tenant)
        if self._complete and self._receipts.later:
            raise Found("truncated", *self._receipts.last_later, "events that were promised are not in the bundle")
        if broken:
            raise Found("receipt", broken.tenant, broken.first, "other events were promised")

    def _report(self):
        scope = self._scope.tenant
        tree = self._store if scope is None else self._tenants[scope].tree
        said = {
            "verdict": "proven", "log": self._scope.log, "epoch": self._scope.epoch, "scope": "store" if scope is None else f"tenant {scope}",
            "events": self._events, "root": report.b64(tree.root()), "proven_to": self._proven_to,
            "notes": {"held": self._held, "later": self._later, "other": self._other},
            "tenants": [report.tenant_report(id_, tenant.tree, tenant.reducer) for id_, tenant in sorted(self._tenants.items())],
        }
        if self._receipts:
            said["receipts"] = {name: getattr(self._receipts, name) for name in ("held", "later", "other")}
        said["not_proven"] = list(self._not_proven())
        return said

    def _not_proven(self):
        if self._proven_to < self._events:
            yield f"events {self._proven_to + 1} to {self._events} lie behind the newest signed checkpoint"
        if self._later:
            yield f"{self._later} signed checkpoints are of a larger size than this bundle"
        if self._receipts and self._receipts.later:
            yield f"{self._receipts.later} receipts promise events behind this bundle"
        if self._kept is None:
            yield "no checkpoints kept by the auditor were compared"
        yield "names and e-mail addresses stay sealed"
        yield "that commands were refused rightly, or recorded at all, is not in a log"
