@0xd1a6f1f4b5f0a3c1;
# How a field is written as text (JSON, tables). The stored bytes know nothing of it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kontor::schema");

annotation instant @0x9f0a6b0c8d1e2f31 (field) :Void;
# Int64 nanoseconds since 1970-01-01T00:00:00Z; text form RFC 3339. 0 means "none" and is left out.

annotation identifier @0xa81f0d3c5b7e9a24 (field) :Void;
# Data of 16 bytes; text form 8-4-4-4-12 hexadecimal digits.

annotation optional @0xb3c92e1f4a6d8807 (field) :Void;
# A command is complete without this field; every other field of a command must be given.

annotation doc @0xc4d7a95e20b1f663 (struct, field, enumerant, enum, group) :Text;
# One sentence for help texts and reference pages.

annotation scalar @0x8e51c0d2f3a74b96 (struct) :Void;
# A struct with one field whose text form is that field's alone: a number that may be absent.
