#include "client/import_report.h"

#include <gtest/gtest.h>

namespace kontor::client {
namespace {

using std::chrono::milliseconds;

TEST(ImportReport, GroupsDigitsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1 000");
  EXPECT_EQ(grouped(1'234'567), "1 234 567");
}

TEST(ImportReport, ShowsHowFarHowFastHowLongAndHowManyRefused) {
  EXPECT_EQ(progress_line({50'500, 101'000, 17, milliseconds(2'525)}),
            " ━━━━━━━━━━━━━━━━────────────────   50 500 / 101 000 lines   20 k/s   0:02 left   refused 17");
  EXPECT_EQ(progress_line({1, 64, 0, milliseconds(1'000)}),
            " ╸───────────────────────────────   1 / 64 lines   1/s   1:03 left   refused 0");
}

TEST(ImportReport, TheLineIsShorterThanTheTerminalIsWide) {
  const auto line = [](std::size_t columns) {
    return progress_line({.answered = 50'500,
                          .total = 101'000,
                          .refused = 17,
                          .elapsed = milliseconds(2'525),
                          .unit = "rows",
                          .columns = columns});
  };
  EXPECT_EQ(line(200),
            " ━━━━━━━━━━━━━━━━────────────────   50 500 / 101 000 rows   20 k/s   0:02 left   refused 17");
  EXPECT_EQ(line(80), " ━━━━━━━━━━──────────   50 500 / 101 000 rows   20 k/s   0:02 left   refused 17");
  EXPECT_EQ(line(60), "  50 500 / 101 000 rows   refused 17");
  EXPECT_EQ(line(24), "  50 500 / 101 000 rows");
  EXPECT_EQ(cut_to("–:–– left", 5), "–:––");
  EXPECT_EQ(cut_to("left", 5), "left");
}

TEST(ImportReport, ClaimsNothingBeforeTheFirstAnswer) {
  EXPECT_EQ(progress_line({0, 10, 0, milliseconds(0)}),
            " ────────────────────────────────   0 / 10 lines   0/s   –:–– left   refused 0");
}

TEST(ImportReport, EndsWithCountsByCode) {
  ImportCounts counts;
  counts.lines = 120;
  counts.imported = 100;
  counts.already = 10;
  counts.refused = 10;
  counts.refusals[3018] = {"NOT_COURSE_MEMBER", 10, 7, "p-7 is not a member"};
  EXPECT_EQ(summary(counts, milliseconds(1'250)),
            "imported 100, already imported 10, refused 10   120 lines in 1.2 s, 96/s\n"
            "      10× 3018 NOT_COURSE_MEMBER   first: line 7  p-7 is not a member\n");
  EXPECT_EQ(report_line({7, 3018, "NOT_COURSE_MEMBER", "p-7 is not a member"}),
            "7\t3018\tNOT_COURSE_MEMBER\tp-7 is not a member\n");
}

}  // namespace
}  // namespace kontor::client
