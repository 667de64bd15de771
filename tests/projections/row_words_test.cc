// Rows are built in a way of our own; their bytes are those that Cap'n Proto itself gives.
#include "projections/row_words.h"

#include <capnp/any.h>
#include <gtest/gtest.h>
#include <kj/exception.h>

#include <random>
#include <string>

#include "projections/queries.capnp.h"
#include "projections/stored_row.h"

namespace kontor::views {
namespace {

std::string text_of(Words words) {
  return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint64_t)};
}

template <class Row>
constexpr StructWords kSize{Row::_capnpPrivate::dataWordSize, Row::_capnpPrivate::pointerCount};

/// One row after the other, changed in both ways.
template <class Row>
class Twice {
 public:
  template <class Fill>
  void change(const Fill& fill) {
    {
      RowMessage message(scratch_, ours_, kSize<Row>);
      fill(message.template getRoot<Row>());
      message.canonical(built_);
    }
    capnp::MallocMessageBuilder message;
    if (theirs_.empty())
      message.initRoot<Row>();
    else
      message.setRoot(StoredRow<Row>(theirs_).read());
    fill(message.getRoot<Row>());
    theirs_ = canonical_bytes(message.getRoot<Row>().asReader());
    ours_ = built_;
    ASSERT_EQ(text_of(ours_), theirs_);
    ASSERT_TRUE(is_canonical(ours_));
  }

 private:
  RowScratch scratch_;
  std::vector<std::uint64_t> built_;
  std::vector<std::uint64_t> ours_;
  std::string theirs_;
};

TEST(RowWords, AnEmptyRowIsOneWord) {
  Twice<wire::RunQuestion> row;
  row.change([](auto) {});
  row.change([](auto) {});
  row.change([](auto r) { r.setRun("x"); });
  row.change([](auto r) { r.setRun(""); });
}

TEST(RowWords, CountsGrowAndShrink) {
  Twice<wire::CourseUsage> row;
  row.change([](auto r) { r.setMembers(7); });
  row.change([](auto r) { r.setEnd(1'000); });
  row.change([](auto r) { r.setCourse("a course"); });
  row.change([](auto r) { r.setEnd(0); });
  row.change([](auto r) { r.setMembers(0); });
}

TEST(RowWords, StructsWithinRowsComeAndGo) {
  Twice<wire::SeatOf> row;
  row.change([](auto r) { r.setPerson("p-1"); });
  row.change([](auto r) {
    auto seat = r.initCommunitySeat();
    seat.setSeat(3);
    seat.setCommunity("c");
  });
  row.change([](auto r) {
    auto seat = r.initCampusSeat();
    seat.setCampus("main");
    seat.setSince(99);
  });
  row.change([](auto r) { r.getCommunitySeat().setReleaseAt(5); });
  row.change([](auto r) { r.initCampusSeat(); });
  row.change([](auto r) { r.disownCommunitySeat(); });
  row.change([](auto r) { r.disownCampusSeat(); });
}

/// Numbers of 32 bits.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

std::string some_text(Random& random) {
  return std::string(random() % 40, static_cast<char>('a' + random() % 26));
}

void some_change(wire::BillingLine::Builder row, std::uint32_t seed) {
  Random random(seed);
  switch (random() % 7) {
    case 0: return row.setId(some_text(random));
    case 1: return row.setPerson(some_text(random));
    case 2: return row.setAmount(static_cast<std::int64_t>(random()) - 1'000'000'000);
    case 3: return row.setQuantity(static_cast<std::int64_t>(random() % 2));
    case 4: {
      auto parts = row.initParts(random() % 5);
      for (auto part : parts) {
        part.setQuantity(static_cast<std::int64_t>(random() % 2));
        part.setUnitPrice(static_cast<std::int64_t>(random() % 2));
      }
      return;
    }
    case 5: {
      auto positions = row.initPositions(random() % 700);
      for (unsigned i = 0; i < positions.size(); ++i) positions.set(i, random());
      return;
    }
    default: row.disownParts(); return;
  }
}

TEST(RowWords, RandomLinesHaveTheBytesOfTheLibrary) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    Twice<wire::BillingLine> row;
    for (std::uint32_t step = 0; step < 60; ++step)
      row.change([&](auto r) { some_change(r, seed * 1'000 + step); });
  }
}

void some_change(wire::CampusCard::Builder row, std::uint32_t seed) {
  Random random(seed);
  auto periods = row.initPeriods(random() % 4);
  for (auto period : periods) {
    if (random() % 2 == 0) period.setPeriod(some_text(random));
    if (random() % 2 == 0) period.setFrom(static_cast<std::int64_t>(random() % 3));
    auto sizes = period.initSizes(random() % 3);
    for (auto size : sizes) size.setSize(random() % 2);
    if (random() % 3 == 0) period.initTiers(random() % 3);
    if (random() % 3 == 0) period.setCurrency("EUR");
  }
  if (random() % 2 == 0) row.setActivePeriod(some_text(random));
}

TEST(RowWords, ListsOfStructsHaveTheBytesOfTheLibrary) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    Twice<wire::CampusCard> row;
    row.change([&](auto r) { some_change(r, 2 * seed); });
    row.change([&](auto r) { some_change(r, 2 * seed + 1); });
  }
}

// Larger than the scratch: several segments, then one of its own.
TEST(RowWords, LargeRowsAreRowsLikeOthers) {
  Twice<wire::BillingLine> row;
  row.change([](auto r) { r.setId(std::string(20'000, 'x')); });
  row.change([](auto r) { r.initPositions(3'000).set(2'999, 1); });
  row.change([](auto r) { r.setId("small"); });
  row.change([](auto r) { r.setAmount(1); });
  row.change([](auto r) { r.setPerson("p"); });
}

TEST(RowWords, WhatPointsOutsideIsNoRow) {
  const std::vector<std::uint64_t> outside{std::uint64_t{9} << 32, 1};
  EXPECT_THROW(static_cast<void>(is_canonical(outside)), kj::Exception);
  EXPECT_FALSE(is_canonical(std::vector<std::uint64_t>()));
}

}  // namespace
}  // namespace kontor::views
