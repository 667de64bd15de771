#include "server/protocol/json.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <set>

#include "events/core/instant.h"
#include "events/envelope.h"
#include "server/protocol/json_text.h"
#include "server/protocol/schema_walk.h"
#include "tests/support/wire_samples.h"

namespace kontor::protocol {
namespace {

namespace json = boost::json;

json::object object(std::string_view text) {
  const auto value = parse_json(text);
  EXPECT_TRUE(value.has_value()) << text << ": " << (value ? "" : value.error().message);
  return value ? value->get_object() : json::object{};
}

std::string text_problem_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? std::string() : value.error().message;
}

/// What the walk says about a command, after the JSON itself was fine.
std::string problem(std::string_view text) {
  capnp::MallocMessageBuilder message;
  const Status filled = command_from_json(object(text), message.initRoot<wire::Command>());
  if (filled) return {};
  EXPECT_EQ(filled.error().code, Reason::InvalidArgument);
  return filled.error().message;
}

std::string book_flat(std::string_view fields) {
  return R"({"type":"BookFlat","id":"0192f0c17a557b1e9c7e4f0e2b6d1a10","actor":{"role":"contractDesk","id":"d-1"},)"
         R"("campus":"c-1","period":"2027","from":"2026-09-01T00:00:00+02:00","to":"2027-09-01T00:00:00+02:00",)" +
         std::string(fields) + "}";
}

TEST(Json, EveryCommandComesBackAsItWent) {
  for (const std::string& text : test::sample_commands()) {
    capnp::MallocMessageBuilder message;
    auto command = message.initRoot<wire::Command>();
    const Status filled = command_from_json(object(text), command);
    ASSERT_TRUE(filled.has_value()) << text << ": " << filled.error().message;
    EXPECT_EQ(command_to_json(command.asReader()), object(text))
        << json::serialize(command_to_json(command.asReader()));
  }
}

TEST(Json, TheSamplesNameEveryCommandAndEveryFieldOfIt) {
  std::set<std::string> seen;
  for (const std::string& text : test::sample_commands()) {
    const json::object sample = object(text);
    const std::string type(sample.at("type").as_string());
    seen.insert(type);
    for (const FieldInfo& field : fields_of(Form::Command, type))
      EXPECT_TRUE(sample.contains(field.name)) << type << "." << field.name;
  }
  const auto names = type_names(Form::Command);
  EXPECT_EQ(seen, std::set<std::string>(names.begin(), names.end()));
}

TEST(Json, FlatFormsHaveNoNameTwice) {
  const auto names = [](capnp::StructSchema schema) {
    std::set<std::string> out{"type"};
    for (const auto field : schema.getFields()) out.insert(name_of(field));
    return out;
  };
  std::set<std::string> common = names(capnp::Schema::from<wire::Command>());
  common.merge(names(capnp::Schema::from<wire::CommandContent>()));
  for (const std::string& type : type_names(Form::Command)) {
    for (const FieldInfo& field : fields_of(Form::Command, type))
      EXPECT_FALSE(common.contains(field.name)) << type << field.name;
  }
  const auto envelope = names(capnp::Schema::from<schema::RecordedEvent>());
  const auto body = struct_of(capnp::Schema::from<schema::RecordedEvent>().getFieldByName("body"));
  for (const auto domain : body.getUnionFields()) {
    for (const auto event : struct_of(domain).getUnionFields()) {
      for (const auto field : struct_of(event).getFields())
        EXPECT_FALSE(envelope.contains(name_of(field))) << name_of(event) << "." << name_of(field);
    }
  }
}

TEST(Json, NumbersMayBeNumbersOrText) {
  capnp::MallocMessageBuilder message;
  auto command = message.initRoot<wire::Command>();
  ASSERT_TRUE(command_from_json(
      object(book_flat(R"("size":"50","prices":[{"fromSize":"1","unitPrice":9007199254740992}])")), command));
  EXPECT_EQ(command.getContent().getBody().getBookFlat().getSize(), 50U);
  EXPECT_EQ(command.getContent().getBody().getBookFlat().getPrices()[0].getUnitPrice(), 9007199254740992);
}

TEST(Json, B31_AmountsThatAreNotWholeNumbersAreRefusedByPath) {
  for (const char* amount :
       {"1e3", "1.0", "\"1 000\"", "\"1.0\"", "\"\"", "\"+1\"", "true", "\"1e3\"", "[1]"}) {
    EXPECT_EQ(
        problem(book_flat(R"("size":50,"prices":[{"fromSize":1,"unitPrice":)" + std::string(amount) + "}]")),
        "prices[0].unitPrice must be a whole number, without decimals or exponent")
        << amount;
  }
}

TEST(Json, B31_NumbersOutOfRangeAreRefusedWithTheRange) {
  EXPECT_EQ(problem(book_flat(R"("size":-1)")), "size must be between 0 and 4294967295");
  EXPECT_EQ(problem(book_flat(R"("size":"4294967296")")), "size must be between 0 and 4294967295");
  EXPECT_EQ(problem(book_flat(R"("size":"-1")")), "size must be between 0 and 4294967295");
  EXPECT_TRUE(problem(book_flat(R"("size":50,"prices":[{"fromSize":1,"unitPrice":"9223372036854775808"}])"))
                  .starts_with("prices[0].unitPrice must be between"));
}

TEST(Json, B32_ANumberThatOtherProgramsWouldRoundMustBeText) {
  for (const char* amount : {"9007199254740993", "-9007199254740993", "18446744073709551615"}) {
    EXPECT_EQ(
        problem(book_flat(R"("size":50,"prices":[{"fromSize":1,"unitPrice":)" + std::string(amount) + "}]")),
        "prices[0].unitPrice is too large for a JSON number; write it as text");
  }
  EXPECT_EQ(problem(book_flat(R"("size":50,"prices":[{"fromSize":1,"unitPrice":"9007199254740993"}])")), "");
}

TEST(Json, B32_AKeyThatComesTwiceIsNamed) {
  EXPECT_EQ(text_problem_of(R"({"course":"k-1","course":"k-2"})"), "\"course\" is given twice");
  EXPECT_EQ(text_problem_of(R"({"actor":{"id":"a","id":"b"}})"), "\"id\" is given twice");
  EXPECT_EQ(text_problem_of("{\"a\":1,\"\\u0061\":2}"), "\"a\" is given twice");
}

TEST(Json, B32_NestingEndsAtSixteenLevels) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(text_problem_of(nested(16)), "");
  EXPECT_EQ(text_problem_of(nested(17)), "the JSON is nested deeper than 16 levels");
  EXPECT_EQ(text_problem_of(nested(100'000)), "the JSON is nested deeper than 16 levels");
}

TEST(Json, B32_UnknownFieldsAreNamedWithASuggestion) {
  EXPECT_EQ(problem(book_flat(R"("size":50,"curency":"EUR")")),
            "curency is not a known field; did you mean \"currency\"?");
  EXPECT_EQ(problem(book_flat(R"("size":50,"prices":[{"fromSize":1,"unitPrice":1,"tier":2}])")),
            "prices[0].tier is not a known field");
  EXPECT_EQ(problem(book_flat(R"("size":50,"content":{})")), "content is not a known field");
  EXPECT_EQ(problem(book_flat(R"("size":50,"body":{})")), "body is not a known field");
}

TEST(Json, B27_MissingFieldsAreNamed) {
  EXPECT_EQ(problem(book_flat(R"("rounding":"full")")), "size is missing");
  EXPECT_EQ(problem(R"({"type":"EndCourseRun","id":"0192f0c17a557b1e9c7e4f0e2b6d1a10","course":"k"})"),
            "actor is missing");
  EXPECT_EQ(problem(R"({"type":"EndCourseRun","actor":{"role":"billing","id":"b"},"course":"k"})"),
            "id is missing");
  EXPECT_EQ(problem(book_flat(R"("size":50,"prices":[{"fromSize":1}])")), "prices[0].unitPrice is missing");
  EXPECT_EQ(problem(R"({"id":"0192f0c17a557b1e9c7e4f0e2b6d1a10"})"), "type is missing");
}

TEST(Json, B28_CommandIdsMustBeSixteenBytesAndNotZero) {
  for (const char* id :
       {"zz", "00000000-0000-0000-0000-000000000000", "0192f0c17a557b1e9c7e4f0e2b6d1a", ""}) {
    EXPECT_TRUE(problem(R"({"type":"EndCourseRun","id":")" + std::string(id) +
                        R"(","actor":{"role":"billing","id":"b"},"course":"k"})")
                    .starts_with("id: "))
        << id;
  }
}

TEST(Json, B22_UnknownCommandTypesGetASuggestion) {
  EXPECT_EQ(problem(R"({"type":"InviteToCurse"})"),
            "there is no command \"InviteToCurse\"; did you mean \"InviteToCourse\"?");
  EXPECT_EQ(problem(R"({"type":"nope"})"), "there is no command \"nope\"");
  EXPECT_EQ(problem(R"({"type":7})"), "type is missing");
}

TEST(Json, B23_EnumeratorsAreTakenByNameAlone) {
  EXPECT_EQ(problem(book_flat(R"("size":50,"rounding":"ful")")),
            "rounding must be one of started, full; did you mean \"full\"?");
  EXPECT_EQ(problem(book_flat(R"("size":50,"rounding":1)")), "rounding must be one of started, full");
  EXPECT_TRUE(
      problem(R"({"type":"OpenCampus","id":"0192f0c17a557b1e9c7e4f0e2b6d1a10","campus":"c","kind":"unset",)"
              R"("actor":{"role":"operator","id":"o"}})")
          .starts_with("kind must be one of flat, package"));
}

TEST(Json, TimesAreRfc3339WithAnOffset) {
  EXPECT_TRUE(problem(book_flat(R"("size":50,"deadline":"2027-01-01")")).starts_with("deadline: "));
  EXPECT_TRUE(
      problem(book_flat(R"("size":50,"deadline":1800000000)")).starts_with("deadline must be a time"));
  EXPECT_EQ(problem(book_flat(R"("size":50,"deadline":"2027-01-01T00:00:00+01:00")")), "");
}

TEST(Json, NullIsNotAWayToLeaveAFieldOut) {
  EXPECT_EQ(problem(book_flat(R"("size":null)")), "size is null; leave the field out instead");
}

TEST(Json, MalformedTextIsRefusedWithItsPlace) {
  EXPECT_EQ(text_problem_of(R"({"a":1)"), "the JSON ends in the middle of a value");
  EXPECT_EQ(text_problem_of(""), "the JSON ends in the middle of a value");
  EXPECT_EQ(text_problem_of(R"({"a":1} x)"), "something follows the JSON value at byte 8");
  EXPECT_TRUE(text_problem_of("{'a':1}").starts_with("not JSON at byte 1"));
  for (const char* bad : {"NaN", "Infinity", "01", "[1,]", "{\"a\":1,}", "/* c */1", "\"\x01\"", "\"\xFF\""})
    EXPECT_NE(text_problem_of(bad), "") << bad;
  EXPECT_NE(text_problem_of(std::string(kJsonBytesMax + 1, ' ')), "");
}

TEST(Json, QuestionsAreFilledByTypeAndField) {
  capnp::MallocMessageBuilder message;
  auto query = message.initRoot<wire::Query>();
  ASSERT_TRUE(question_from_json(object(R"({"type":"CourseSettlement","course":"k-1","run":2})"),
                                 query.getQuestion()));
  EXPECT_EQ(query.getQuestion().getCourseSettlement().getRun(), 2U);
  const auto bad =
      question_from_json(object(R"({"type":"RemainingSeat","course":"k-1"})"), query.getQuestion());
  EXPECT_EQ(bad.error().message, "there is no query \"RemainingSeat\"; did you mean \"RemainingSeats\"?");
  const auto unknown = question_from_json(object(R"({"type":"SeatOf","course":"k-1"})"), query.getQuestion());
  EXPECT_EQ(unknown.error().message, "course is not a known field");
}

TEST(Json, ArgumentsOfTheCommandLineTakeTheFormTheFieldNeeds) {
  EXPECT_EQ(*argument_to_json(Form::Command, "ReactivateCourse", "reissueCourseSeats", "true"),
            json::value(true));
  EXPECT_EQ(*argument_to_json(Form::Command, "SetCourseSeatLimits", "courseSeats", "10"), json::value("10"));
  EXPECT_TRUE(argument_to_json(Form::Command, "BookFlat", "prices", R"([{"fromSize":1,"unitPrice":1500}])")
                  ->is_array());
  EXPECT_TRUE(argument_to_json(Form::Command, "BookFlat", "history", R"({"line":1})")->is_object());
  EXPECT_EQ(argument_to_json(Form::Command, "BookFlat", "prices", "[").error().message,
            "prices: the JSON ends in the middle of a value");
  EXPECT_EQ(*argument_to_json(Form::Question, "SeatOf", "person", "p-1"), json::value("p-1"));
}

TEST(Json, AnswersAreFlatAndLeaveOutWhatIsEmpty) {
  capnp::MallocMessageBuilder message;
  auto answer = message.initRoot<wire::Answer>();
  answer.setPosition(12);
  answer.setEffectiveAt(Instant::parse("2027-01-01T00:00:00Z")->ns);
  auto body = answer.getBody().initRemainingSeats();
  body.setCourse("k-1");
  body.setCampus("c-1");
  body.initCampusSeats().setTally(wire::Tally::LIMITED);
  body.getCampusSeats().setLimit(50);
  EXPECT_EQ(json::serialize(answer_to_json(answer.asReader())),
            R"({"type":"RemainingSeats","position":"12","effectiveAt":"2027-01-01T00:00:00Z","course":"k-1",)"
            R"("campus":"c-1","campusSeats":{"tally":"limited","limit":"50","used":"0","left":"0"}})");
}

TEST(Json, StoredEventsAreFlatAndBytesThatAreNoneAreNamed) {
  const Envelope envelope{.tenant = TenantId("main"),
                          .position = 1,
                          .stream = "campus/c-1",
                          .version = 1,
                          .recorded_at = *Instant::parse("2027-01-01T00:00:00Z"),
                          .effective_at = *Instant::parse("2027-01-01T00:00:00Z"),
                          .actor = {Role::Operator, "o-1", ""},
                          .command_id = *CommandId::parse("0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a10"),
                          .payload_digest = {},
                          .history = std::nullopt,
                          .correlation = ""};
  std::string stored;
  encode(envelope,
         seats::Event{seats::CampusOpened{CampusId("c-1"), seats::CampusKind::Flat, "Europe/Berlin"}},
         stored);
  const auto event = stored_event_to_json(stored);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->at("type"), "CampusOpened");
  EXPECT_EQ(event->at("position"), "1");
  EXPECT_EQ(event->at("commandId"), "0192f0c1-7a55-7b1e-9c7e-4f0e2b6d1a10");
  EXPECT_EQ(event->at("campus"), "c-1");
  EXPECT_EQ(event->at("timeZone"), "Europe/Berlin");
  EXPECT_FALSE(event->contains("history"));
  EXPECT_EQ(stored_event_to_json("short").error().code, Reason::StoreDamaged);
  EXPECT_EQ(stored_event_to_json(std::string(64, '\xFF')).error().code, Reason::StoreDamaged);
}

}  // namespace
}  // namespace kontor::protocol
