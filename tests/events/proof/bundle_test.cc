// B124: a bundle that is empty, cut short, damaged or far too large is refused, naming the offset.
#include "events/proof/bundle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "events/envelope.h"

namespace kontor::proof {
namespace {

const BundleHeader kOfTenant{
    .origin = {.log = "ledger.example.org/7f3a", .epoch = 2, .tenant = TenantId("acme")}, .from = 1, .to = 3};
const BundleHeader kOfStore{
    .origin = {.log = "ledger.example.org/7f3a", .epoch = 1, .tenant = {}}, .from = 1, .to = 3};

std::string stored(Position position) {
  Envelope envelope;
  envelope.tenant = TenantId("acme");
  envelope.position = position;
  envelope.stream = "tenant";
  envelope.version = position;
  std::string bytes;
  encode(envelope, tenancy::Event(tenancy::TenantCreated{}), bytes);
  return bytes;
}

void must(const Status& status) { ASSERT_TRUE(status) << status.error().message; }

ByteSink into(std::string& out) {
  return [&out](std::string_view bytes) -> Status {
    out.append(bytes);
    return {};
  };
}

/// Gives the bytes in pieces of at most `step`.
ByteSource from(std::string_view bytes, std::size_t step = 7) {
  return [bytes, step](std::span<char> room) mutable -> Result<std::size_t> {
    const std::size_t count = std::min({step, room.size(), bytes.size()});
    std::ranges::copy(bytes.substr(0, count), room.begin());
    bytes.remove_prefix(count);
    return count;
  };
}

std::string bundle_of_tenant() {
  std::string out;
  BundleWriter writer(into(out));
  must(writer.header(kOfTenant));
  must(writer.key("ledger.example.org/7f3a+00000000+AAAA"));
  must(writer.rotation("statement"));
  must(writer.note("note"));
  for (Position position = 1; position <= 3; ++position)
    must(writer.event(TenantId("acme"), position, stored(position)));
  must(writer.finish());
  return out;
}

std::string bundle_of_store() {
  std::string out;
  BundleWriter writer(into(out));
  must(writer.header(kOfStore));
  must(writer.group(1));
  must(writer.event(TenantId("acme"), 1, stored(1)));
  must(writer.event(TenantId("zoo"), 1, stored(1)));
  must(writer.group(4));
  must(writer.event(TenantId("acme"), 2, stored(2)));
  must(writer.finish());
  return out;
}

/// What a bundle holds, told item by item; ends with "end", or with where it was refused.
std::vector<std::string> told(std::string_view bytes, std::size_t step = 7) {
  BundleReader reader(from(bytes, step));
  std::vector<std::string> out;
  if (const auto header = reader.open(); !header) {
    EXPECT_EQ(header.error().code, Reason::BundleUnusable);
    return {"refused at " + std::to_string(reader.offset())};
  }
  while (true) {
    const auto item = reader.next();
    if (!item) {
      EXPECT_EQ(item.error().code, Reason::BundleUnusable);
      out.push_back("refused at " + std::to_string(reader.offset()));
      return out;
    }
    using Kind = BundleItem::Kind;
    switch (item->kind) {
      case Kind::Key: out.push_back("key " + std::string(item->bytes)); break;
      case Kind::Rotation: out.push_back("rotation " + std::string(item->bytes)); break;
      case Kind::Note: out.push_back("note " + std::string(item->bytes)); break;
      case Kind::Group: out.push_back("group " + std::to_string(item->group)); break;
      case Kind::Event:
        out.push_back("event " + std::string(item->tenant) + " " + std::to_string(item->position) +
                      (item->bytes == stored(item->position) ? "" : " changed"));
        break;
      case Kind::End: out.emplace_back("end"); return out;
    }
  }
}

TEST(Bundle, GivesBackWhatWasWritten) {
  const std::vector<std::string> expected{"key ledger.example.org/7f3a+00000000+AAAA",
                                          "rotation statement",
                                          "note note",
                                          "event acme 1",
                                          "event acme 2",
                                          "event acme 3",
                                          "end"};
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20})
    EXPECT_EQ(told(bundle_of_tenant(), step), expected);
  EXPECT_EQ(told(bundle_of_store()), (std::vector<std::string>{"group 1", "event acme 1", "event zoo 1",
                                                               "group 4", "event acme 2", "end"}));
}

TEST(Bundle, HasAHeaderThatIsReadInOneWayOnly) {
  for (const BundleHeader& header : {kOfTenant, kOfStore}) {
    ASSERT_TRUE(BundleHeader::parse(header.text()));
    EXPECT_EQ(*BundleHeader::parse(header.text()), header);
  }
  BundleHeader empty = kOfTenant;
  empty.to = 0;
  EXPECT_TRUE(BundleHeader::parse(empty.text()));
  const std::string good = kOfTenant.text();
  const auto with = [&](std::string_view old, std::string_view now) {
    std::string text = good;
    return text.replace(text.find(old), old.size(), now);
  };
  for (const std::string& text :
       {std::string(), good + "\n", good + "more 1\n", good.substr(0, good.size() - 1),
        with("format 1", "format 2"), with("epoch 2", "epoch 02"), with("epoch 2", "epoch +2"),
        with("tenant acme", "tenant "), with("tenant acme", "stores"), with("from 1", "from 0"),
        with("from 1", "from 5"), with("to 3", "to 3 "), with("log l", "log  l"),
        with("log ledger.example.org/7f3a", "log ")}) {
    const auto parsed = BundleHeader::parse(text);
    if (text.find("log  l") != std::string::npos) {
      EXPECT_NE(parsed->origin.log, kOfTenant.origin.log);  // another name, not the same one spelled twice
    } else {
      EXPECT_FALSE(parsed) << text;
    }
  }
}

TEST(Bundle, CutAtAnyByteIsRefusedWhereTheCutSectionBegins) {
  for (const std::string& whole : {bundle_of_tenant(), bundle_of_store()}) {
    std::vector<std::size_t> begins{0, 8};  // of the magic and of each section
    while (begins.back() < whole.size()) {
      std::uint32_t length = 0;
      std::memcpy(&length, whole.data() + begins.back() + 1, sizeof length);
      begins.push_back(begins.back() + 5 + length);
    }
    ASSERT_EQ(begins.back(), whole.size());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto section = std::ranges::upper_bound(begins, size) - 1;
      EXPECT_EQ(told(std::string_view(whole).substr(0, size)).back(),
                "refused at " + std::to_string(*section))
          << size;
    }
    EXPECT_EQ(told(whole + "x").back(), "refused at " + std::to_string(whole.size()));
  }
}

TEST(Bundle, WithAnyByteChangedIsRefused) {
  for (const std::string& whole : {bundle_of_tenant(), bundle_of_store()})
    for (std::size_t i = 0; i < whole.size(); ++i)
      for (const int mask : {0x01, 0x80, 0xff}) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ mask);
        EXPECT_TRUE(told(changed).back().starts_with("refused at ")) << i;
      }
}

/// A bundle of these raw sections that ends with the right hash.
std::string raw_bundle(const std::vector<std::pair<char, std::string>>& sections) {
  std::string out = "KONTORB1";
  const auto add = [&out](char tag, std::string_view payload) {
    const auto length = static_cast<std::uint32_t>(payload.size());
    out.push_back(tag);
    out.append(reinterpret_cast<const char*>(&length), sizeof length);
    out.append(payload);
  };
  for (const auto& [tag, payload] : sections) add(tag, payload);
  Sha256 sha;
  sha.update(bytes_of(out));
  const Digest digest = sha.finish();
  add('Z', {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return out;
}

std::string slice(std::string_view tenant, std::uint32_t count, std::string_view events) {
  std::string out(1, static_cast<char>(tenant.size()));
  out.append(tenant);
  const Position first = 1;
  out.append(reinterpret_cast<const char*>(&first), sizeof first);
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  return out.append(events);
}

TEST(Bundle, OfAnotherShapeIsRefusedAlsoWithTheRightHash) {
  const std::string header = kOfTenant.text();
  const std::string one = slice("acme", 1, stored(1));
  const std::string group("\1\0\0\0\0\0\0\0", 8);
  EXPECT_EQ(told(raw_bundle({{'I', header}, {'E', one}})).back(), "end");
  const std::vector<std::vector<std::pair<char, std::string>>> wrong{
      {},
      {{'E', one}},
      {{'I', header}, {'I', header}},
      {{'I', header}, {'x', ""}},
      {{'I', header}, {'E', one}, {'N', "note"}},
      {{'I', header}, {'N', "note"}, {'K', "key"}},
      {{'I', header}, {'N', "note"}, {'R', "rotation"}},
      {{'I', header}, {'G', group}},
      {{'I', kOfStore.text()}, {'E', one}},
      {{'I', kOfStore.text()}, {'G', group + "x"}},
      {{'I', kOfStore.text()}, {'G', group}, {'E', one}, {'G', group}},
      {{'I', header}, {'E', ""}},
      {{'I', header}, {'E', slice("acme", 0, "")}},
      {{'I', header}, {'E', slice("acme", 1, "")}},
      {{'I', header}, {'E', slice("acme", 2, stored(1))}},
      {{'I', header}, {'E', slice("acme", 4'000'000'000, stored(1))}},
      {{'I', header}, {'E', slice("acme", 1, stored(1) + "12345678")}},
      {{'I', header}, {'E', slice("ac me", 1, stored(1))}},
      {{'I', header}, {'E', slice("", 1, stored(1))}},
      {{'I', header}, {'E', slice("acme", 1, std::string("\1\0\0\0\1\0\0\0", 8) + std::string(8, 'x'))}},
      {{'I', header},
       {'E', slice("acme", 1, std::string("\0\0\0\0\xff\xff\xff\xff", 8) + std::string(8, 'x'))}},
      {{'I', header}, {'E', slice("acme", 1, std::string(8, '\0'))}}};
  for (std::size_t i = 0; i < wrong.size(); ++i)
    EXPECT_TRUE(told(raw_bundle(wrong[i])).back().starts_with("refused at ")) << i;
}

TEST(Bundle, ThatClaimsASectionOfFourGigabytesCostsNoMemory) {
  std::string bytes = "KONTORB1I";
  bytes.append("\xff\xff\xff\xff", 4);
  EXPECT_EQ(told(bytes), std::vector<std::string>{"refused at 8"});
}

TEST(Bundle, IsWrittenInSlicesThatAReaderCanHold) {
  std::string out;
  BundleWriter writer(into(out));
  must(writer.header(kOfTenant));
  for (Position position = 1; position <= 5'000; ++position)
    must(writer.event(TenantId("acme"), position, stored(position)));
  must(writer.finish());
  EXPECT_GT(std::ranges::count(out, 'E'), 2);
  EXPECT_EQ(told(out, 1 << 20).size(), 5'001U);

  const std::string far_too_large(kBundleSectionBytesMax, 'x');
  BundleWriter other(into(out));
  must(other.header(kOfTenant));
  const Status refused = other.event(TenantId("acme"), 1, far_too_large) ? other.finish() : Status();
  EXPECT_EQ(refused.error().code, Reason::BundleUnusable);
}

TEST(Bundle, HandsOnWhatTheFileSystemSays) {
  BundleReader reader([](std::span<char>) -> Result<std::size_t> { return fail(Reason::Listen, "no disk"); });
  EXPECT_EQ(reader.open().error().message, "no disk");
  BundleWriter writer([](std::string_view) -> Status { return fail(Reason::Listen, "full"); });
  EXPECT_EQ(writer.header(kOfTenant).error().message, "full");
}

}  // namespace
}  // namespace kontor::proof
