// Cells as text: amounts, moments, and texts that no spreadsheet runs.
#include "replay/export/cell_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "replay/export/gobd_tables.h"

namespace kontor::exports {
namespace {

TEST(CellText, AmountsHaveTheDigitsOfTheirCurrency) {
  EXPECT_EQ(amount_text(0, 2, ','), "0,00");
  EXPECT_EQ(amount_text(5, 2, ','), "0,05");
  EXPECT_EQ(amount_text(-5, 2, ','), "-0,05");
  EXPECT_EQ(amount_text(123'456, 2, ','), "1234,56");
  EXPECT_EQ(amount_text(1'234, 0, ','), "1234");
  EXPECT_EQ(amount_text(-1, 3, ','), "-0,001");
  EXPECT_EQ(amount_text(std::numeric_limits<std::int64_t>::min(), 2, ','), "-92233720368547758,08");
  EXPECT_EQ(minor_digits("EUR"), 2U);
  EXPECT_EQ(minor_digits("JPY"), 0U);
  EXPECT_EQ(minor_digits("XPF"), 0U);
  EXPECT_EQ(minor_digits("KWD"), 3U);
}

TEST(CellText, MomentsSortLikeTheirTexts) {
  EXPECT_EQ(sortable_moment({0}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(sortable_moment({1'500'000'000}), "1970-01-01T00:00:01.500000000Z");
  EXPECT_LT(sortable_moment({1'000'000'000}), sortable_moment({1'500'000'000}));
  EXPECT_EQ(german_day(Instant::parse("2027-12-31T23:59:59Z").value()), "31.12.2027");
}

TEST(CellText, NoTextBeginsAFormula) {
  for (const std::string text : {"=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1"}) {
    EXPECT_EQ(defused(text), "'" + text);
    EXPECT_EQ(defused(text).substr(1), text) << "what is taken away again is the text";
  }
  for (const std::string text : {"", "course/k-1", "a=b", "1'000"}) EXPECT_EQ(defused(text), text);
}

TEST(CellText, FieldsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(csv_field("plain text"), "plain text");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
}

}  // namespace
}  // namespace kontor::exports
