"""Reads one Cap'n Proto message of a single segment, by the layouts of layouts.py (the encoding is described at
https://capnproto.org/encoding.html). Older and newer writers are understood as every reader understands them: what a struct does
not have is zero, what it has beyond the layout is not looked at. Whatever leads out of the message, does not have the kind it should
have, or has more to look at than LIMIT words, is Malformed; so is a value that the fields of kontor's events never have."""
import struct

from layouts import ENUM_SIZES, LAYOUTS, REASONS

WORD = 8
LIMIT_WORDS = 8 << 20
LIMIT_DEPTH = 64
NUMBERS = {"bool": 1, "u16": 16, "u32": 32, "u64": 64, "i64": 64}
STRUCT, LIST, FAR = 0, 1, 2
BIT, BYTE, TWO_BYTES, POINTERS, COMPOSITE = 1, 2, 3, 6, 7  # sizes of the elements of a list
ELEMENT_BITS = (0, 1, 8, 16, 32, 64, 64)
SIZES = {"currency": (3,), "capitals": (3,), "digest": (32,), "lookup": (0, 32), "id": (0, 16)}  # of texts and data, in bytes
TEXTS = ("text", "currency", "capitals")


class Malformed(Exception):
    """These bytes are not such a message."""


class Record(dict):
    """The fields of a struct by name; of a union the one that is set, and its name as `which`."""
    __slots__ = ()

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def read_message(data, root):
    """The struct of the layout `root` in these bytes, segment table included."""
    if len(data) < WORD:
        raise Malformed("too short")
    segments, words = struct.unpack_from("<II", data, 0)
    if segments != 0 or len(data) != WORD + words * WORD:
        raise Malformed("the segment table does not fit")
    reader = _Reader(data[WORD:])
    record = reader.struct_at(0, LAYOUTS[root], LIMIT_DEPTH)
    return reader.struct(0, 0, 0, 0, LAYOUTS[root], LIMIT_DEPTH) if record is None else record


class _Reader:
    def __init__(self, segment):
        self.segment = segment
        self.words = len(segment) // WORD
        self.left = LIMIT_WORDS

    def look(self, place, words):
        """That many words from there are in the message, and we may still look at them."""
        if place is None or place < 0 or place + words > self.words:
            raise Malformed("a pointer leads out of the message")
        self.spend(words)

    def spend(self, words):
        if words > self.left:
            raise Malformed("there is too much to look at")
        self.left -= words

    def word(self, index):
        return int.from_bytes(self.segment[index * WORD:index * WORD + WORD], "little")

    def target(self, at, pointer):
        """Where a pointer at that place leads, as far as the message goes; else its end."""
        offset = pointer >> 2 & 0x3FFFFFFF
        place = at + 1 + (offset - (1 << 30) if offset >> 29 else offset)
        return place if 0 <= place <= self.words else self.words

    def follow(self, at):
        """The pointer that describes the object, and the object's place; far pointers are followed within the only segment."""
        pointer = self.word(at)
        if pointer & 3 != FAR:
            return pointer, self.target(at, pointer)
        pad, double = pointer >> 3 & 0x1FFFFFFF, pointer >> 2 & 1
        if pointer >> 32 != 0:
            raise Malformed("a pointer into another segment")
        self.look(pad, 1 + double)
        landing = self.word(pad)
        if not double:
            return landing, self.target(pad, landing)
        if landing & 3 != FAR or landing >> 32 != 0:
            raise Malformed("a landing pad leads into another segment")
        place = landing >> 3 & 0x1FFFFFFF
        return self.word(pad + 1), place

    def struct_at(self, at, layout, depth):
        """None for a null pointer."""
        if at == 0:
            self.look(0, 1)
        if at is None or self.word(at) == 0:
            return None
        if depth == 0:
            raise Malformed("too deep")
        tag, place = self.follow(at)
        data_words, pointers = tag >> 32 & 0xFFFF, tag >> 48
        if tag & 3 != STRUCT:
            raise Malformed("not a struct")
        self.look(place, data_words + pointers)
        return self.struct(place * 64, data_words * 64, place + data_words, pointers, layout, depth - 1)

    def struct(self, first_bit, bits, first_pointer, pointers, layout, depth):
        begin = first_bit // 8
        data = int.from_bytes(self.segment[begin:begin + (bits + 7) // 8], "little")

        def number(bit, width):
            return data >> bit & (1 << width) - 1 if bit + width <= bits else 0

        record = Record()
        tag = None
        if layout.union_bit is not None:
            tag = number(layout.union_bit, 16)
        for field in layout.fields:
            if field.tag is not None:
                if field.tag != tag:
                    continue
                record["which"] = field.name
            if field.bit is not None:
                record[field.name] = self.number(number, field)
            else:
                at = first_pointer + field.pointer if field.pointer < pointers else None
                record[field.name] = self.at_pointer(at, field, depth)
        if tag is not None and "which" not in record:
            raise Malformed(f"{layout.name} is of an unknown kind")
        return record

    @staticmethod
    def number(number, field):
        if field.type in NUMBERS:
            value = number(field.bit, NUMBERS[field.type])
            return value - (1 << 64) if field.type == "i64" and value >> 63 else value
        value = number(field.bit, 16)
        if field.type == "reason":
            if value not in REASONS:
                raise Malformed(f"{value} is no refusal")
        elif value >= ENUM_SIZES[field.type]:
            raise Malformed(f"{field.name} has an unknown enumerator")
        return value

    def at_pointer(self, at, field, depth):
        if field.type in LAYOUTS:
            record = self.struct_at(at, LAYOUTS[field.type], depth)
            if record is None and not field.nullable:
                return self.struct(0, 0, 0, 0, LAYOUTS[field.type], depth)
            return record
        if field.type.startswith("["):
            return self.list_at(at, field.type[1:-1], depth)
        value = self.bytes_at(at, field.type in TEXTS)
        if len(value) not in SIZES.get(field.type, (len(value),)):
            raise Malformed(f"{field.name} has {len(value)} bytes")
        if field.type == "capitals" and not (value.isascii() and value.isalpha() and value.isupper()):
            raise Malformed(f"{field.name} is not in capitals")
        return value.decode("latin-1") if field.type in TEXTS else value

    def bytes_at(self, at, text):
        if at is None or self.word(at) == 0:
            return b""
        tag, place = self.follow(at)
        count = tag >> 35
        if tag & 3 != LIST or tag >> 32 & 7 != BYTE:
            raise Malformed("not a list of bytes")
        self.look(place, (count + 7) // WORD)
        value = self.segment[place * WORD:place * WORD + count]
        if not text:
            return value
        if count == 0 or value[-1] != 0:
            raise Malformed("a text without its end")
        return value[:-1]

    def list_at(self, at, element, depth):
        if at is None or self.word(at) == 0:
            return []
        if depth == 0:
            raise Malformed("too deep")
        tag, place = self.follow(at)
        size, count = tag >> 32 & 7, tag >> 35
        if tag & 3 != LIST:
            raise Malformed("not a list")
        if size == COMPOSITE:
            return self.composite(place, count, element, depth)
        bits, pointers = (0, 1) if size == POINTERS else (ELEMENT_BITS[size], 0)
        each = 64 if size == POINTERS else bits
        self.look(place, (count * each + 63) // 64)
        if each == 0:
            self.spend(count)
        if size == BIT:
            raise Malformed("a list of bits")
        if element in ENUM_SIZES:
            if bits < 16:
                raise Malformed("elements are too small")
            return self.enumerators([(place * 64 + i * bits) // 8 for i in range(count)], element)
        return [self.struct(place * 64 + i * each, bits, place + i, pointers, LAYOUTS[element], depth - 1)
                for i in range(count)]

    def composite(self, place, words, element, depth):
        self.look(place, 1 + words)
        tag = self.word(place)
        data_words, pointers = tag >> 32 & 0xFFFF, tag >> 48
        count = tag >> 2 & 0x1FFFFFFF  # lists have fewer than 2^29 elements; a bit above is nobody's
        each = data_words + pointers
        if tag & 3 != STRUCT or count * each > words:
            raise Malformed("a list of structs does not say what it has")
        if each == 0:
            self.spend(count)
        first = place + 1
        if element in ENUM_SIZES:
            if data_words == 0:
                raise Malformed("elements are too small")
            return self.enumerators([(first + i * each) * WORD for i in range(count)], element)
        return [self.struct((first + i * each) * 64, data_words * 64, first + i * each + data_words, pointers,
                            LAYOUTS[element], depth - 1) for i in range(count)]

    def enumerators(self, places, element):
        values = [int.from_bytes(self.segment[place:place + 2], "little") for place in places]
        if any(value >= ENUM_SIZES[element] for value in values):
            raise Malformed("an unknown enumerator in a list")
        return values
