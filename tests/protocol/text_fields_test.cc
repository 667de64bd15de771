// Every text that a command can carry is listed in docs/personal-data.md with what becomes of it, and nothing
// else is: whoever adds a field has to say whether a name may stand in it.

#include <capnp/schema.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "server/protocol/commands.capnp.h"

namespace kontor::protocol {
namespace {

std::string name_of(capnp::StructSchema schema) {
  const std::string display = schema.getProto().getDisplayName().cStr();
  return display.substr(display.find_last_of(":.") + 1);
}

void collect(capnp::StructSchema schema, std::set<std::uint64_t>& seen, std::set<std::string>& texts) {
  if (!schema.getProto().getStruct().getIsGroup() && !seen.insert(schema.getProto().getId()).second) return;
  for (const capnp::StructSchema::Field field : schema.getFields()) {
    capnp::Type type = field.getType();
    while (type.isList()) type = type.asList().getElementType();
    if (type.isText()) texts.insert(name_of(schema) + "." + field.getProto().getName().cStr());
    if (type.isStruct()) collect(type.asStruct(), seen, texts);
  }
}

std::set<std::string> listed() {
  std::ifstream in(KONTOR_SOURCE_DIR "/docs/personal-data.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const std::size_t begin = page.find("## Every text of every command");
  const std::string part = page.substr(begin, page.find("What is no command", begin) - begin);
  std::set<std::string> names;
  const std::regex name("`([A-Z][A-Za-z]*\\.[a-z][A-Za-z]*)`");
  for (std::sregex_iterator it(part.begin(), part.end(), name), end; it != end; ++it)
    EXPECT_TRUE(names.insert((*it)[1]).second) << (*it)[1] << " is listed twice";
  return names;
}

TEST(TextFields, AreAllListedWithWhatBecomesOfThem) {
  std::set<std::string> texts;
  std::set<std::uint64_t> seen;
  collect(capnp::Schema::from<wire::Command>(), seen, texts);
  EXPECT_GT(texts.size(), 100U);
  EXPECT_EQ(listed(), texts);
}

}  // namespace
}  // namespace kontor::protocol
