"""The reader against the golden files, against the compiler's layouts, and against the `capnp` tool for changed messages."""
import glob
import os
import random
import re
import subprocess
import unittest

import capnp
import layouts

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
PLAIN = {"text": "Text", "data": "Data", "bool": "Bool", "u16": "UInt16", "u32": "UInt32", "u64": "UInt64", "i64": "Int64",
         "currency": "Text", "capitals": "Text", "digest": "Data", "lookup": "Data", "id": "Data",
         "reason": "UInt16"}


def goldens():
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/golden/events/*.bin"))):
        with open(path, "rb") as file:
            yield os.path.basename(path)[:-len(".bin")], file.read()


def compiled():
    """What the compiler says of every struct and enum: name -> text, in the notation of layouts.py with the schema's types."""
    structs, enums, name = {}, {}, None
    for path in sorted(glob.glob(os.path.join(ROOT, "events/*.capnp"))):
        text = subprocess.run(["capnp", "compile", f"-I{ROOT}", "-ocapnp", path], capture_output=True, text=True, check=True).stdout
        for line in text.splitlines():
            if found := re.match(r"struct (\w+) @.*# (\d+) bytes, (\d+) ptrs", line):
                name = found[1]
                structs[name] = [f"{found[2]}/{found[3]}"]
            elif found := re.match(r"enum (\w+) @", line):
                name = found[1]
                enums[name] = []
            elif found := re.match(r" +union \{  # tag bits \[(\d+),", line):
                structs[name].append(f"union@{found[1]}")
            elif found := re.match(r" +(\w+) @\d+;", line):
                enums[name].append(found[1])
            elif found := re.match(r" +(\w+) @\d+ :(?:import \"[^\"]*\"\.)?([\w()]+).*;  # (bits?|ptr)\[(\d+)", line):
                tag = re.search(r"union tag = (\d+)$", line)
                place = ("p" if found[3] == "ptr" else "") + found[4] + (f"={tag[1]}" if tag else "")
                structs[name].append(f"{found[1]}:{found[2]}@{place}")
    return structs, enums


def written(struct):
    """A layout in the same notation."""
    out = [f"{struct.bytes}/{struct.pointers}"] + ([f"union@{struct.union_bit}"] if struct.union_bit is not None else [])
    for field in struct.fields:
        type_ = f"List({field.type[1:-1]})" if field.type.startswith("[") else PLAIN.get(field.type, field.type)
        place = f"p{field.pointer}" if field.bit is None else str(field.bit)
        out.append(f"{field.name}:{type_}@{place}" + (f"={field.tag}" if field.tag is not None else ""))
    return out


class Layouts(unittest.TestCase):
    def test_are_those_of_the_compiler(self):
        structs, enums = compiled()
        self.assertGreater(len(structs), 120)
        mine = {name: written(struct) for name, struct in layouts.LAYOUTS.items()}
        # The order of fields says nothing here, and the union of the envelope lies in a group.
        self.assertEqual({name: sorted(fields) for name, fields in mine.items()},
                         {name: sorted(fields) for name, fields in structs.items()})
        self.assertEqual(layouts.ENUM_NAMES, enums)

    def test_refusals_are_those_of_the_header(self):
        with open(os.path.join(ROOT, "events/reasons.h"), encoding="utf-8") as file:
            self.assertEqual({int(number) for number in re.findall(r"= (\d{4}),", file.read())}, layouts.REASONS)


class Reading(unittest.TestCase):
    def test_goldens(self):
        for name, data in goldens():
            event = capnp.read_message(data, "RecordedEvent")
            kind = event[event.which].which
            self.assertEqual(kind[0].upper() + kind[1:], name.split("-")[0])

    def test_what_the_tool_says(self):
        """Numbers of golden files, as `capnp decode` prints them."""
        for name, data in list(goldens())[::4]:
            said = decoded(data)
            self.assertIsNotNone(said, name)
            for key in ("position", "version", "recordedAt", "effectiveAt"):
                self.assertEqual(str(capnp.read_message(data, "RecordedEvent")[key]),
                                 re.search(rf"\b{key} = (-?\d+)", said)[1] if f"{key} = " in said else "0", name)

    def test_changed_messages_are_refused_when_the_tool_refuses_them(self):
        chosen = random.Random(8)
        for name, data in list(goldens())[::9]:
            for _ in range(6):
                changed = bytearray(data)
                changed[chosen.randrange(8, len(data))] ^= 1 << chosen.randrange(8)
                self.check_agreement(name, bytes(changed))

    def check_agreement(self, name, data):
        try:
            capnp.read_message(data, "RecordedEvent")
        except capnp.Malformed:
            return  # a value that kontor never writes may be one that the tool can print
        self.assertIsNotNone(decoded(data), name)

    def test_no_length_and_no_bit_makes_it_fail_otherwise(self):
        for _, data in list(goldens())[::6]:
            for length in range(len(data)):
                with self.assertRaises(capnp.Malformed):
                    capnp.read_message(data[:length], "RecordedEvent")
            for bit in range(64, len(data) * 8):
                changed = bytearray(data)
                changed[bit // 8] ^= 1 << bit % 8
                try:
                    capnp.read_message(bytes(changed), "RecordedEvent")
                except capnp.Malformed:
                    pass

    def test_a_null_root_is_a_struct_of_zeros(self):
        event = capnp.read_message(bytes(4) + b"\1\0\0\0" + bytes(8), "RecordedEvent")
        self.assertEqual((event.tenant, event.which, event.tenancy.which), ("", "tenancy", "tenantCreated"))

    def test_a_list_of_very_many_empty_structs_is_refused(self):
        with self.assertRaises(capnp.Malformed):
            composite_list(2**29 - 1).list_at(0, "CurrencyTotal", 3)

    def test_the_bit_above_the_largest_count_is_not_looked_at(self):
        self.assertEqual(composite_list(2**29).list_at(0, "CurrencyTotal", 3), [])


def composite_list(count):
    """A list pointer, and behind it a tag of so many elements of no words."""
    return capnp._Reader((1 | 7 << 32).to_bytes(8, "little") + (count << 2).to_bytes(8, "little"))


def decoded(data):
    """What `capnp decode` says; None when it refuses."""
    done = subprocess.run(["capnp", "decode", f"-I{ROOT}", os.path.join(ROOT, "events/envelope.capnp"), "RecordedEvent"], input=data,
                          capture_output=True, check=False)
    return done.stdout.decode("latin-1") if done.returncode == 0 and not done.stderr else None


if __name__ == "__main__":
    unittest.main()
