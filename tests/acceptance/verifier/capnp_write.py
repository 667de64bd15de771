"""Writes a stored event from what capnp.read_message gives. For tests: the reader does not need it."""
import struct

from layouts import ENUM_SIZES, LAYOUTS

WIDTHS = {"bool": 1, "u16": 16, "u32": 32, "u64": 64, "i64": 64}
NULL_WHEN_EMPTY = ("lookup", "id")


def write_message(record, root):
    words = [0]
    _struct_pointer(words, 0, record, LAYOUTS[root])
    body = b"".join(word.to_bytes(8, "little") for word in words)
    return struct.pack("<II", 0, len(words)) + body


def _point(words, at, low, high):
    """To where the next object begins."""
    words[at] = (len(words) - at - 1 & 0x3FFFFFFF) << 2 | low | high << 32


def _struct_pointer(words, at, record, layout):
    data_words = (layout.bytes + 7) // 8
    if data_words + layout.pointers == 0:
        words[at] = 0xFFFFFFFC
        return
    _point(words, at, 0, data_words | layout.pointers << 16)
    place = len(words)
    words.extend([0] * (data_words + layout.pointers))
    _struct(words, place, record, layout)


def _struct(words, place, record, layout):
    data_words = (layout.bytes + 7) // 8
    if layout.union_bit is not None:
        tag = next(field.tag for field in layout.fields if field.name == record["which"] and field.tag is not None)
        words[place + layout.union_bit // 64] |= tag << layout.union_bit % 64
    for field in layout.fields:
        if field.tag is not None and field.name != record["which"]:
            continue
        value = record[field.name]
        if field.bit is not None:
            width = WIDTHS.get(field.type, 16)
            words[place + field.bit // 64] |= (value & (1 << width) - 1) << field.bit % 64
        else:
            _pointer(words, place + data_words + field.pointer, value, field)


def _pointer(words, at, value, field):
    if field.type in LAYOUTS:
        if value is not None:
            _struct_pointer(words, at, value, LAYOUTS[field.type])
    elif field.type.startswith("["):
        _list(words, at, value, field.type[1:-1])
    elif value or field.type not in NULL_WHEN_EMPTY:
        data = value.encode("latin-1") + b"\0" if isinstance(value, str) else value
        _point(words, at, 1, 2 | len(data) << 3)
        _bytes(words, data)


def _bytes(words, data):
    for i in range(0, len(data), 8):
        words.append(int.from_bytes(data[i:i + 8], "little"))


def _list(words, at, values, element):
    if element in ENUM_SIZES:
        _point(words, at, 1, 3 | len(values) << 3)
        _bytes(words, struct.pack(f"<{len(values)}H", *values))
        return
    layout = LAYOUTS[element]
    each = (layout.bytes + 7) // 8 + layout.pointers
    _point(words, at, 1, 7 | len(values) * each << 3)
    words.append(len(values) << 2 | ((layout.bytes + 7) // 8 | layout.pointers << 16) << 32)
    place = len(words)
    words.extend([0] * (len(values) * each))
    for i, value in enumerate(values):
        _struct(words, place + i * each, value, layout)
