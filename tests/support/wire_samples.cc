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
          R"("rounding":"full","price":"480000")"),
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
      // people
      command("RegisterPerson", R"("person":"person-1","email":"anna@example.org","name":"name-1")"),
      command("ChangePersonEmail", R"("person":"person-1","email":"anna@example.org")"),
      command("ErasePerson", R"("person":"person-1","reason":"reason-1")"),
      command("ChangeTenantPlan", R"("suite":"basic","credits":"on")"),
      // effects
      command("AckTagChange",
              R"("person":"person-1","tag":"tag-1","change":"grant","outcome":"failed","error":"error-1")"),
      command("AckEffect", R"("request":"3","outcome":"failed","error":"error-1")"),
      // access
      command(
          "ConfigureGroupFeature",
          R"("seatReplacement":"allowed","notifyOnEnrol":"on","crmProvider":"crmProvider-1","crmState":"connected")"),
      command("RegisterGroupProduct",
              R"("product":"product-1","unitPrice":"5","currency":"EUR","tags":["tag-1"])"),
      command(
          "PlaceAccessOrder",
          R"("order":"order-1","product":"product-1","mode":"group","quantity":"3","title":"title-1","includeBuyer":"on","buyer":"buyer-1")"),
      command("CompleteAccessOrder", R"("order":"order-1","paymentRef":"paymentRef-1")"),
      command("AbandonAccessOrder", R"("order":"order-1","reason":"reason-1")"),
      command("EnrolParticipant", R"("group":"group-1","email":"anna@example.org","name":"name-1")"),
      command(
          "ImportRoster",
          R"("group":"group-1","fileHash":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","mode":"fill","staged":3,"rows":[{"line":3,"email":"anna@example.org","name":"name-1"}])"),
      command("RemoveParticipant", R"("group":"group-1","person":"person-1","reason":"reason-1")"),
      command("ReinviteParticipant", R"("group":"group-1","person":"person-1")"),
      command("ChangeMailTemplate", R"("template":"template-1")"),
      command("ReverseAccessOrder", R"("order":"order-1","reason":"reason-1")"),
      command("ExpandGroup", R"("group":"group-1","quantity":3,"paymentRef":"paymentRef-1")"),
      command("TransferLeadership", R"("group":"group-1","person":"person-1")"),
      command("CorrectEnrolment", R"("event":"3","reason":"reason-1")"),
      // communities
      command("OpenCommunity", R"("community":"community-1","timeZone":"Europe/Berlin")"),
      command("BookCommunityPool", R"("community":"community-1","size":"3","price":"5","currency":"EUR")"),
      command("CreateCommunityGroup", R"("community":"community-1","group":"group-1")"),
      command("InviteToCommunityGroup", R"("group":"group-1","person":"person-1")"),
      command("EndGroupMembership", R"("group":"group-1","person":"person-1")"),
      command("DeactivateGroup", R"("group":"group-1")"),
      // seats
      command("RecordContribution", R"("course":"course-1","person":"person-1","artefact":"artefact-1")"),
      command("CorrectSeat", R"("event":"3","reason":"reason-1")"),
      command("ChangeRole", R"("course":"course-1","person":"person-1","role":"participant")"),
      // credits
      command(
          "ConfigureCredits",
          R"("creditFeature":"on","orderMode":"automatic","autoAccounts":[{"userType":"userType-1","account":"on","startBalance":3}],"paymentNote":"paymentNote-1","alertAddress":"alertAddress-1","chargeableContent":["article"],"chargeOnRepublish":"on")"),
      command("DefinePackage",
              R"("package":"package-1","name":"name-1","points":3,"price":"5","currency":"EUR")"),
      command("RetirePackage", R"("package":"package-1")"),
      command("RegisterUser", R"("user":"user-1","userType":"userType-1")"),
      command("ActivateCreditAccount", R"("user":"user-1")"),
      command("DeactivateCreditAccount", R"("user":"user-1","reason":"reason-1")"),
      command("PlaceCreditOrder", R"("order":"order-1","user":"user-1","package":"package-1")"),
      command("SetOrderStatus", R"("order":"order-1","status":"credited")"),
      command("PostManualTransaction", R"("user":"user-1","points":"5","reason":"reason-1","force":"on")"),
      command("Publish", R"("contentId":"contentId-1","contentType":"article","user":"user-1")"),
      command("SaveDraft", R"("contentId":"contentId-1","user":"user-1")"),
      command(
          "SchedulePublication",
          R"("contentId":"contentId-1","contentType":"article","user":"user-1","at":"2026-11-01T00:00:00Z","expiresAt":"2026-11-01T00:00:00Z")"),
      command("ConfirmPublication", R"("contentId":"contentId-1")"),
      command("CancelScheduled", R"("contentId":"contentId-1")"),
      command("ReverseCreditOrder", R"("order":"order-1","reason":"reason-1","force":"on")"),
      command("RefundPublication", R"("contentId":"contentId-1","reason":"reason-1")"),
      command("MarkOrderInvoiced", R"("order":"order-1","ref":"ref-1")"),
      command("MarkOrderPaid", R"("order":"order-1","ref":"ref-1")"),
      // billing
      command("OpenBillingRun", R"("run":"run-1","scope":"access","cutoff":"2026-11-01T00:00:00Z")"),
      command(
          "CloseBillingRun",
          R"("run":"run-1","invoiceRef":"invoiceRef-1","linesHash":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f")"),
      command("SealPeriod", R"("until":"2026-11-01T00:00:00Z")"),
      command("AbandonBillingRun", R"("run":"run-1","reason":"reason-1")"),
  };
}

}  // namespace kontor::test
