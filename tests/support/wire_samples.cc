#include "tests/support/wire_samples.h"

#include <string_view>

namespace kontor::test {
namespace {

std::string command(std::string_view type, std::string_view fields) {
  std::string out = R"({"type":")";
  out += type;
  out += R"(","id":"0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a10","correlation":"trace-7",)"
         R"("actor":{"role":"courseManager","id":"m-1","channel":"web"},"expectedVersion":"3")";
  if (!fields.empty()) out += ",";
  out += fields;
  return out + "}";
}

}  // namespace

std::vector<std::string> sample_commands() {
  return {
      command("CreateTenant", R"("timeline":"history")"),
      command("FinishHistory", ""),
      command("OpenCampus", R"("campus":"c-1","kind":"flat","timeZone":"Europe/Brussels")"),
      command(
          "BookFlat",
          R"("campus":"c-1","period":"2027","size":50,"from":"2026-09-01T00:00:00Z","to":"2027-09-01T00:00:00Z",)"
          R"("currency":"EUR","prices":[{"fromSize":1,"unitPrice":"1500"},{"fromSize":50,"unitPrice":"1200"}],)"
          R"("rounding":"full")"),
      command("ResizeFlat", R"("campus":"c-1","period":"2027","size":60,"from":"2026-10-01T00:00:00Z")"),
      command("ActivateBookingPeriod", R"("campus":"c-1","period":"2027")"),
      command("EnableBothSeatTypes", R"("campus":"c-1","state":"on")"),
      command("CreateCourse", R"("campus":"c-1","course":"k-1","start":"2026-10-01T00:00:00Z",)"
                              R"("end":"2027-02-01T00:00:00Z","seatTypes":"campusAndCourse")"),
      command("EditCourse", R"("course":"k-1","start":"2026-10-02T00:00:00Z","end":"2027-02-02T00:00:00Z",)"
                            R"("seatTypes":"campusOnly")"),
      command("SetCourseSeatLimits", R"("course":"k-1","campusSeats":"0","courseSeats":"10")"),
      command("InviteToCourse", R"("course":"k-1","person":"p-1","role":"tutor","seatType":"course")"),
      command("AddCampusSeat", R"("course":"k-1","person":"p-1")"),
      command("EndCourseMembership", R"("course":"k-1","person":"p-1")"),
      command("EndCourseRun", R"("course":"k-1")"),
      command("SettleCourse", R"("course":"k-1","run":2,"invoiceRef":"INV-7")"),
      command("ReactivateCourse", R"("course":"k-1","start":"2027-03-01T00:00:00Z",)"
                                  R"("end":"2027-06-01T00:00:00Z","reissueCourseSeats":true)"),
      command("TransferSeat", R"("course":"k-1","person":"p-1","to":"p-2")"),
  };
}

}  // namespace kontor::test
