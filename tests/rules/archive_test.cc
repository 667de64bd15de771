// What a snapshot's content is written and read by.

#include "engine/rules/archive.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace kontor::rules {
namespace {

std::string written(const std::function<void(ArchiveWriter&)>& content) {
  std::string bytes;
  ArchiveWriter out([&bytes](std::string_view piece) { bytes += piece; });
  content(out);
  out.flush();
  return bytes;
}

/// Supplies `bytes` in pieces of so many.
ArchiveReader::Source in_pieces(std::string_view bytes, std::size_t size) {
  return [bytes, size]() mutable {
    const std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    return piece;
  };
}

TEST(Archive, NumbersOfEverySizeComeBackWhereverPiecesEnd) {
  std::vector<std::uint64_t> numbers{0, std::numeric_limits<std::uint64_t>::max()};
  for (unsigned bit = 0; bit < 64; ++bit)
    for (const std::uint64_t near : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}})
      numbers.push_back((std::uint64_t{1} << bit) + near);
  const std::string bytes = written([&](ArchiveWriter& out) {
    for (const std::uint64_t number : numbers) out.number(number);
  });
  for (const std::size_t size : {std::size_t{1}, std::size_t{3}, std::size_t{11}, bytes.size()}) {
    ArchiveReader in(in_pieces(bytes, size));
    for (const std::uint64_t number : numbers) ASSERT_EQ(in.number(), number) << "pieces of " << size;
    EXPECT_TRUE(in.at_end());
  }
}

TEST(Archive, ANumberThatDoesNotEndIsNone) {
  const std::string bytes(40, '\xFF');
  for (const std::size_t size : {std::size_t{1}, bytes.size()}) {
    ArchiveReader in(in_pieces(bytes, size));
    EXPECT_EQ(in.number(), 0U);
    EXPECT_FALSE(in.ok());
  }
}

TEST(Archive, NamesAreReadBackWithTheirNumbers) {
  Journal journal;
  Interner names(journal);
  constexpr Row kMany = 20'000;  // three parts
  for (Row row = 0; row < kMany; ++row) names.intern(std::string(row % 300, '-') + std::to_string(row));
  const std::string bytes = written([&](ArchiveWriter& out) { names.save(out); });
  for (const std::size_t size : {std::size_t{1'000}, bytes.size()}) {
    Interner read(journal);
    ArchiveReader in(in_pieces(bytes, size));
    read.load(in);
    ASSERT_TRUE(in.at_end());
    ASSERT_EQ(read.size(), kMany);
    for (Row row = 0; row < kMany; ++row) ASSERT_EQ(read.find(names.text(row)), row);
    EXPECT_EQ(read.intern("another"), kMany);
  }
}

TEST(Archive, NamesThatAreCutShortAreSeenAtOnce) {
  Journal journal;
  Interner names(journal);
  for (Row row = 0; row < 9'000; ++row) names.intern("name-" + std::to_string(row));
  const std::string bytes = written([&](ArchiveWriter& out) { names.save(out); });
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{2}, std::size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
    Interner read(journal);
    ArchiveReader in(in_pieces(std::string_view(bytes).substr(0, size), 1'000));
    read.load(in);
    EXPECT_FALSE(in.ok()) << size;
  }
}

TEST(Archive, PartsMayBeReadLaterAndInAnyOrder) {
  const std::string bytes = written([](ArchiveWriter& out) {
    for (std::uint64_t part = 0; part < 3; ++part)
      out.part([&](ArchiveWriter& inner) { inner.number(part * 1000); });
    out.number(7);
  });
  std::vector<std::function<void()>> put_off;
  ArchiveReader in(in_pieces(bytes, 2),
                   [&](std::function<void()> work) { put_off.push_back(std::move(work)); });
  std::vector<std::uint64_t> found(3);
  for (std::uint64_t& one : found) in.part_later(1, [&one](ArchiveReader& part) { one = part.number(); });
  EXPECT_EQ(in.number(), 7U);
  ASSERT_TRUE(in.at_end());
  while (!put_off.empty()) {
    put_off.back()();
    put_off.pop_back();
  }
  EXPECT_EQ(found, (std::vector<std::uint64_t>{0, 1000, 2000}));
  EXPECT_TRUE(in.parts_fit());
}

TEST(Archive, APartIsReadToItsEndAndNotBeyond) {
  const std::string bytes = written([](ArchiveWriter& out) {
    out.part([](ArchiveWriter& inner) { inner.raw("ab"); });
    out.raw("cd");
  });
  const auto read = [&](int numbers, bool later) {
    ArchiveReader in(in_pieces(bytes, bytes.size()));
    const auto take = [numbers](ArchiveReader& part) {
      for (int i = 0; i < numbers; ++i) static_cast<void>(part.number());
    };
    if (later)
      in.part_later(0, take);
    else
      in.part(take);
    return in.ok() && in.parts_fit();
  };
  for (const bool later : {false, true}) {
    EXPECT_FALSE(read(1, later));
    EXPECT_TRUE(read(2, later));
    EXPECT_FALSE(read(3, later));
  }
}

TEST(Archive, APartThatIsCutShortIsSeenAtOnce) {
  const std::string bytes =
      written([](ArchiveWriter& out) { out.part([](ArchiveWriter& inner) { inner.raw("abcdef"); }); });
  ArchiveReader in(in_pieces(std::string_view(bytes).substr(0, 4), 4));
  std::uint64_t found = 1;
  in.part_later(0, [&found](ArchiveReader& part) { found = part.number(); });
  EXPECT_EQ(found, 0U);
  EXPECT_FALSE(in.ok());
}

// Or a few bytes would make as many rows as they like.
TEST(Archive, APartThatIsTooSmallForWhatItShouldHoldIsRefused) {
  const std::string bytes =
      written([](ArchiveWriter& out) { out.part([](ArchiveWriter& inner) { inner.raw("abc"); }); });
  for (const std::size_t least : {std::size_t{3}, std::size_t{4}}) {
    ArchiveReader in(in_pieces(bytes, bytes.size()));
    std::string found;
    in.part_later(least, [&found](ArchiveReader& part) {
      for (int i = 0; i < 3; ++i) found.push_back(static_cast<char>(part.number()));
    });
    EXPECT_EQ(in.ok(), least == 3);
    EXPECT_EQ(found, least == 3 ? std::string("abc") : std::string(3, '\0'));
  }
}

}  // namespace
}  // namespace kontor::rules
