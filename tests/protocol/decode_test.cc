#include "server/protocol/decode.h"

#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <functional>

#include "server/protocol/json.h"
#include "server/protocol/json_text.h"
#include "server/protocol/schema_walk.h"
#include "tests/support/wire_samples.h"

namespace kontor::protocol {
namespace {

using Fill = std::function<void(wire::Frame::Builder)>;

constexpr std::size_t kBatchMax = 3;

kj::Array<capnp::word> words_of(const Fill& fill) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(7);
  fill(frame);
  return capnp::messageToFlatArray(message);
}

/// Words are not copied one by one: the library forbids it.
kj::Array<capnp::word> copy_of(kj::ArrayPtr<const capnp::word> words) {
  auto copy = kj::heapArray<capnp::word>(words.size());
  memcpy(copy.begin(), words.begin(), words.asBytes().size());
  return copy;
}

Result<ClientFrame> decode(const Fill& fill) {
  const auto words = words_of(fill);
  return Decoder(kBatchMax).decode({words.begin(), words.size()});
}

/// The error of a frame that is answered, not fatal.
Error invalid(const Fill& fill) {
  const auto frame = decode(fill);
  if (!frame) {
    ADD_FAILURE() << "the frame is malformed: " << frame.error().message;
    return frame.error();
  }
  EXPECT_EQ(frame->request_id, 7U);
  const auto* request = std::get_if<InvalidRequest>(&frame->request);
  if (request != nullptr) return request->error;
  ADD_FAILURE() << "the frame was accepted";
  return {};
}

void fill_from_json(std::string_view text, wire::Command::Builder command) {
  const Status filled = command_from_json(parse_json(text)->get_object(), command);
  ASSERT_TRUE(filled.has_value()) << filled.error().message;
}

/// A valid invitation with something done to it.
Fill invitation(const std::function<void(wire::Command::Builder)>& change) {
  return [change](wire::Frame::Builder frame) {
    auto command = frame.initCommand();
    fill_from_json(
        R"({"type":"InviteToCourse","id":"0192f0c17a557b1e9c7e4f0e2b6d1a10","course":"k-1","person":"p-1",)"
        R"("actor":{"role":"courseManager","id":"m-1"}})",
        command);
    change(command);
  };
}

const CommandRequest& only_command(const Result<ClientFrame>& frame) {
  return std::get<SubmitRequest>(frame->request).commands.at(0);
}

std::string type_of(const std::string& sample) {
  constexpr std::string_view kBefore = R"({"type":")";
  return sample.substr(kBefore.size(), sample.find('"', kBefore.size()) - kBefore.size());
}

template <class... Domains>
std::size_t kinds_of(const std::variant<Domains...>*) {
  return (std::variant_size_v<Domains> + ...);
}

TEST(Decode, EveryCommandArrivesAsItsOwnType) {
  std::size_t kind = 0;
  for (const std::string& text : test::sample_commands()) {
    const auto frame = decode([&](wire::Frame::Builder f) { fill_from_json(text, f.initCommand()); });
    ASSERT_TRUE(frame.has_value()) << text;
    if (const auto* invalid = std::get_if<InvalidRequest>(&frame->request))
      if (text.find("ImportRoster") !=
          std::string::npos) {  // the sample has rows and staged rows: one too many
        EXPECT_EQ(invalid->error.code, Reason::InvalidArgument);
        ++kind;
        continue;
      }
    ASSERT_TRUE(std::holds_alternative<SubmitRequest>(frame->request)) << text;
    const CommandRequest& command = only_command(frame);
    EXPECT_EQ(rules::type_name(command.body), type_of(text));
    ++kind;
    EXPECT_EQ(command.actor, (Actor{Role::CourseManager, "m-1", "web"}));
    EXPECT_EQ(command.expected_version, Version{3});
    EXPECT_EQ(command.correlation, "trace-7");
  }
  EXPECT_EQ(kind, kinds_of(static_cast<const rules::Command*>(nullptr)));
}

TEST(Decode, FieldsArriveWhereTheyBelong) {
  const auto frame =
      decode([](wire::Frame::Builder f) { fill_from_json(test::sample_commands()[3], f.initCommand()); });
  const auto& booked =
      std::get<rules::seats::BookFlat>(std::get<rules::seats::Command>(only_command(frame).body));
  EXPECT_EQ(booked.campus, CampusId("c-1"));
  EXPECT_EQ(booked.size, 50U);
  EXPECT_EQ(booked.from.text(), "2026-09-01T00:00:00Z");
  EXPECT_EQ(booked.prices.at(1), (seats::PriceTier{50, {1200}}));
  EXPECT_EQ(booked.rounding, seats::Rounding::Full);
}

TEST(Decode, WhatIsLeftOutTakesItsDefault) {
  const auto frame = decode(invitation([](wire::Command::Builder) {}));
  const CommandRequest& command = only_command(frame);
  EXPECT_FALSE(command.expected_version || command.effective_at || command.history || command.deadline);
  const auto& invite = std::get<rules::seats::InviteToCourse>(std::get<rules::seats::Command>(command.body));
  EXPECT_EQ(invite.role, seats::MemberRole::Participant);
  EXPECT_FALSE(invite.seat_type.has_value());
}

TEST(Decode, TheSameContentHasTheSamePayloadDigestHoweverItWasBuilt) {
  const auto digest = [](const Fill& fill) {
    const auto frame = decode(fill);
    return only_command(frame).payload;
  };
  const auto plain = digest(invitation([](wire::Command::Builder) {}));
  EXPECT_EQ(digest(invitation([](wire::Command::Builder c) {
              c.getContent().getBody().getInviteToCourse().setCourse("something longer");
              c.getContent().getBody().getInviteToCourse().setCourse("k-1");
              c.setCorrelation("another trace");
              c.setDryRun(true);
            })),
            plain);
  EXPECT_NE(digest(invitation([](wire::Command::Builder c) {
              c.getContent().getBody().getInviteToCourse().setCourse("k-2");
            })),
            plain);
  EXPECT_NE(
      digest(invitation([](wire::Command::Builder c) { c.getContent().initExpectedVersion().setValue(0); })),
      plain);
}

/// A store keeps these digests for ever, so what they are made of is settled.
TEST(Decode, APayloadDigestIsOfTheCanonicalContentSmallOrLarge) {
  const auto expected = [](wire::CommandContent::Reader content) {
    const auto canonical = capnp::canonicalize(content);
    Sha256 sha;
    sha.update({canonical.asBytes().begin(), canonical.asBytes().size()});
    const Digest digest = sha.finish();
    PayloadDigest first_half{};
    std::copy_n(digest.begin(), first_half.size(), first_half.begin());
    return first_half;
  };
  Decoder decoder(kBatchMax);
  for (const std::size_t characters : {1U, 64U, 500U}) {
    capnp::MallocMessageBuilder message;
    auto command = message.initRoot<wire::Command>();
    fill_from_json(
        R"({"type":"AbandonBillingRun","id":"0192f0c17a557b1e9c7e4f0e2b6d1a10","run":"r-1","reason":"x",)"
        R"("actor":{"role":"contractDesk","id":"m-1"}})",
        command);
    command.getContent().getBody().getAbandonBillingRun().setReason(std::string(characters, 'x'));
    for (int again = 0; again < 2; ++again) {
      const auto decoded = decoder.command(command);
      ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
      EXPECT_EQ(decoded->payload, expected(command.getContent())) << characters;
    }
  }
}

/// Makes a union look as a newer peer would send it: a member that nobody here knows.
void set_unknown_member(capnp::AnyStruct::Reader owner, capnp::StructSchema choice) {
  const auto offset = choice.getProto().getStruct().getDiscriminantOffset();
  const std::uint16_t unknown = 4711;
  memcpy(const_cast<capnp::byte*>(owner.getDataSection().begin()) + 2 * std::size_t{offset}, &unknown,
         sizeof unknown);
}

TEST(Decode, B21_AnUnknownFrameKindIsUnsupported) {
  const Error error = invalid([](wire::Frame::Builder frame) {
    frame.setPing();
    set_unknown_member(capnp::AnyStruct::Reader(frame.asReader()), capnp::Schema::from<wire::Frame>());
  });
  EXPECT_EQ(error.code, Reason::Unsupported);
  EXPECT_EQ(error.message, "frame kind 4711 is not known to this server");
}

TEST(Decode, FramesOfAServerAreNoRequests) {
  EXPECT_EQ(invalid([](wire::Frame::Builder f) { f.setPong(); }).code, Reason::Unsupported);
  EXPECT_EQ(invalid([](wire::Frame::Builder f) { f.initReceipt(); }).code, Reason::Unsupported);
}

TEST(Decode, B22_UnknownCommandAndQuestionKindsAreUnsupported) {
  const Error command = invalid(invitation([](wire::Command::Builder c) {
    set_unknown_member(capnp::AnyStruct::Reader(c.getContent().asReader()),
                       struct_of(capnp::Schema::from<wire::CommandContent>().getFieldByName("body")));
  }));
  EXPECT_EQ(command.code, Reason::Unsupported);
  for (const char* choice : {"asOf", "question"}) {
    const Error query = invalid([choice](wire::Frame::Builder frame) {
      auto to = frame.initQuery();
      to.getQuestion().initSeatOf().setPerson("p-1");
      set_unknown_member(capnp::AnyStruct::Reader(to.asReader()),
                         struct_of(capnp::Schema::from<wire::Query>().getFieldByName(choice)));
    });
    EXPECT_EQ(query.code, Reason::Unsupported) << choice;
  }
}

TEST(Decode, B23_UnknownEnumeratorsAreRefusedWithTheirNumber) {
  const Error role = invalid(invitation(
      [](wire::Command::Builder c) { c.getContent().getActor().setRole(static_cast<schema::Role>(57)); }));
  EXPECT_EQ(role.code, Reason::ValueUnknown);
  EXPECT_EQ(role.message, "actor.role=57 is not a value this server knows");
  const Error seat = invalid(invitation([](wire::Command::Builder c) {
    c.getContent().getBody().getInviteToCourse().setSeatType(static_cast<wire::SeatType>(3));
  }));
  EXPECT_EQ(seat.code, Reason::ValueUnknown);
}

TEST(Decode, B24_PointersThatLeadAstrayAreMalformed) {
  const auto honest = words_of(invitation([](wire::Command::Builder) {}));
  std::size_t malformed = 0;
  for (std::size_t word = 1; word < honest.size(); ++word) {
    for (const std::uint64_t wild :
         {0xFFFFFFFF'FFFFFFFFULL, 0x7FFFFFFF'FFFFFFFDULL, 0xFFFFFFFF'00000001ULL, 0x00000002'00000002ULL}) {
      auto copy = copy_of(honest);
      reinterpret_cast<std::uint64_t*>(copy.begin())[word] = wild;
      const auto frame = Decoder(kBatchMax).decode({copy.begin(), copy.size()});
      if (frame) continue;
      EXPECT_EQ(frame.error().code, Reason::FrameMalformed);
      ++malformed;
    }
  }
  EXPECT_GT(malformed, 10U);
}

TEST(Decode, B24_AListOfHalfABillionEmptyCommandsIsCutOff) {
  auto words = words_of([](wire::Frame::Builder frame) { frame.initBatch().initCommands(1); });
  // The list's tag word follows the batch: any list pointer may claim elements of zero words.
  bool refused = false;
  for (std::size_t at = 2; at < words.size(); ++at) {
    auto copy = copy_of(words);
    reinterpret_cast<std::uint64_t*>(copy.begin())[at] = (std::uint64_t{1} << 31) - 4;
    const auto frame = Decoder(1u << 30).decode({copy.begin(), copy.size()});
    refused |= !frame || std::holds_alternative<InvalidRequest>(frame->request);
  }
  EXPECT_TRUE(refused);
}

TEST(Decode, B10_WordsBehindTheMessageAreMalformed) {
  const auto honest = words_of([](wire::Frame::Builder f) { f.setPing(); });
  auto longer = kj::heapArray<capnp::word>(honest.size() + 1);
  memset(longer.begin(), 0, longer.asBytes().size());
  memcpy(longer.begin(), honest.begin(), honest.asBytes().size());
  const auto frame = Decoder(kBatchMax).decode({longer.begin(), longer.size()});
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().message, "there are words after the end of the message");
}

TEST(Decode, B25_TextsWithHiddenCharactersAreRefused) {
  for (const std::string_view bad : {std::string_view("a\0b", 3), std::string_view("a\nb"),
                                     std::string_view("\xFF"), std::string_view("\xE2\x80\xAE")}) {
    const Error error = invalid(invitation([bad](wire::Command::Builder c) {
      c.setCorrelation(capnp::Text::Reader(std::string(bad).c_str(), bad.size()));
    }));
    EXPECT_EQ(error.code, Reason::InvalidArgument);
    EXPECT_TRUE(error.message.starts_with("correlation ")) << error.message;
  }
}

TEST(Decode, B25_IdsHaveAnAlphabetOfTheirOwn) {
  for (const char* bad : {"k 1", "k/1", "kü", "k\t1"}) {
    const Error error = invalid(invitation(
        [bad](wire::Command::Builder c) { c.getContent().getBody().getInviteToCourse().setCourse(bad); }));
    EXPECT_EQ(error.code, Reason::InvalidArgument);
    EXPECT_TRUE(error.message.starts_with("course \"")) << error.message;
  }
}

TEST(Decode, B26_OneByteOverTheLimitIsRefused) {
  const auto with = [](std::size_t bytes) {
    return invitation(
        [bytes](wire::Command::Builder c) { c.setCorrelation(std::string(bytes, 'x').c_str()); });
  };
  EXPECT_EQ(only_command(decode(with(TextLimits::correlation))).correlation.size(), TextLimits::correlation);
  EXPECT_EQ(invalid(with(TextLimits::correlation + 1)).message, "correlation has 129 bytes, at most 128");
  EXPECT_TRUE(invalid(invitation([](wire::Command::Builder c) {
                c.getContent().getBody().getInviteToCourse().setPerson(
                    std::string(kIdBytesMax + 1, 'p').c_str());
              })).message.starts_with("person \""));
}

TEST(Decode, NothingHasAPriceInNoCurrency) {
  const Error error = invalid([](wire::Frame::Builder f) {
    fill_from_json(test::sample_commands()[3], f.initCommand());
    f.getCommand().getContent().getBody().getBookFlat().setCurrency("XXX");
  });
  EXPECT_EQ(error.code, Reason::InvalidArgument);
  EXPECT_TRUE(error.message.starts_with("currency \"XXX\"")) << error.message;
}

TEST(Decode, B27_RequiredFieldsThatAreMissingAreNamed) {
  EXPECT_EQ(invalid(invitation([](wire::Command::Builder c) { c.getContent().disownActor(); })).message,
            "actor is missing");
  EXPECT_EQ(invalid(invitation([](wire::Command::Builder c) { c.disownContent(); })).message,
            "content is missing");
  EXPECT_EQ(invalid(invitation([](wire::Command::Builder c) {
              c.getContent().getBody().initInviteToCourse();
            })).message,
            "course is missing");
  EXPECT_EQ(invalid(invitation([](wire::Command::Builder c) {
              c.getContent().getActor().setRole(schema::Role::UNKNOWN);
            })).message,
            "actor.role is missing");
  EXPECT_EQ(invalid(invitation([](wire::Command::Builder c) {
              auto created = c.getContent().getBody().initCreateCourse();
              created.setCampus("c-1");
              created.setCourse("k-1");
              created.setEnd(1);
            })).message,
            "start is missing");
}

TEST(Decode, B28_CommandIdsAreSixteenBytesAndNotZero) {
  const std::array<capnp::byte, 17> bytes{1};
  for (const std::size_t size : {0U, 15U, 17U}) {
    EXPECT_EQ(invalid(invitation([&](wire::Command::Builder c) {
                c.setId({bytes.data(), size});
              })).message,
              "id must be 16 bytes, not all zero");
  }
  const std::array<capnp::byte, 16> zero{};
  EXPECT_EQ(invalid(invitation([&](wire::Command::Builder c) {
              c.setId({zero.data(), zero.size()});
            })).code,
            Reason::InvalidArgument);
}

TEST(Decode, InstantsMustLieInTheYearsACommandMayName) {
  for (const std::int64_t ns : {std::int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(invalid(invitation([ns](wire::Command::Builder c) { c.setDeadline(ns); })).message,
              "deadline is outside of the years 1970 to 2199");
  }
}

Fill batch_of(unsigned count, const std::function<void(wire::Batch::Builder)>& change) {
  return [count, change](wire::Frame::Builder frame) {
    auto batch = frame.initBatch();
    auto commands = batch.initCommands(count);
    for (unsigned i = 0; i < count; ++i) fill_from_json(test::sample_commands()[10 + i % 3], commands[i]);
    change(batch);
  };
}

TEST(Decode, BatchesKeepOrderAndMode) {
  const auto frame = decode(batch_of(3, [](wire::Batch::Builder b) { b.setMode(wire::BatchMode::EACH); }));
  const auto& submit = std::get<SubmitRequest>(frame->request);
  EXPECT_EQ(submit.framing, Framing::Batch);
  EXPECT_EQ(submit.mode, Mode::Each);
  ASSERT_EQ(submit.commands.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<rules::seats::AddCampusSeat>(
      std::get<rules::seats::Command>(submit.commands[1].body)));
  EXPECT_EQ(std::get<SubmitRequest>(decode(batch_of(1, [](wire::Batch::Builder) {}))->request).mode,
            Mode::AllOrNothing);
}

TEST(Decode, B29_BatchesAreNeitherEmptyNorTooLong) {
  EXPECT_EQ(invalid(batch_of(0, [](wire::Batch::Builder) {})).message,
            "commands has 0 entries, must be 1 to 3");
  EXPECT_EQ(invalid(batch_of(4, [](wire::Batch::Builder) {})).message,
            "commands has 4 entries, must be 1 to 3");
}

TEST(Decode, B29_AWrongCommandInABatchIsNamedByItsIndex) {
  const Error error = invalid(batch_of(3, [](wire::Batch::Builder b) {
    b.getCommands()[2].getContent().getBody().getEndCourseMembership().setPerson("no id");
  }));
  EXPECT_TRUE(error.message.starts_with("commands[2]: person ")) << error.message;
}

TEST(Decode, ABatchIsADryRunAsAWholeOrNotAtAll) {
  EXPECT_TRUE(invalid(batch_of(2, [](wire::Batch::Builder b) {
                b.setMode(wire::BatchMode::EACH);
                b.getCommands()[1].setDryRun(true);
              })).message.starts_with("commands[1].dryRun"));
  EXPECT_TRUE(invalid(batch_of(2, [](wire::Batch::Builder b) {
                b.getCommands()[0].setDryRun(true);
                b.getCommands()[1].setDryRun(true);
              })).message.starts_with("commands[0].dryRun"));
}

TEST(Decode, HistoryCarriesItsLine) {
  const auto with_line = [](std::uint64_t line) {
    return invitation([line](wire::Command::Builder c) {
      auto history = c.getContent().initHistory();
      history.setAt(Instant::parse("2014-02-01T09:00:00+01:00")->ns);
      history.setSource(9);
      history.setLine(line);
    });
  };
  const auto frame = decode(with_line(4));
  EXPECT_EQ(only_command(frame).history->stamp, (HistoryStamp{9, 4}));
  EXPECT_EQ(invalid(with_line(0)).message, "history.line is missing: lines begin at 1");
}

TEST(Decode, B34_PagesHaveALimitAndPositionsBeginAtOne) {
  const auto events = [](std::uint64_t from, std::uint32_t limit) {
    return [=](wire::Frame::Builder frame) {
      auto request = frame.initEvents();
      request.setFrom(from);
      request.setLimit(limit);
    };
  };
  EXPECT_TRUE(std::holds_alternative<EventsRequest>(decode(events(1, kEventsPerPageMax))->request));
  EXPECT_EQ(invalid(events(1, 0)).code, Reason::InvalidArgument);
  EXPECT_EQ(invalid(events(1, kEventsPerPageMax + 1)).code, Reason::InvalidArgument);
  EXPECT_EQ(invalid(events(0, 1)).code, Reason::InvalidArgument);
}

TEST(Decode, ProofsAreAskedForByKind) {
  const auto asked = [](const std::function<void(wire::ProofRequest::Builder)>& fill) {
    const auto frame = decode([&](wire::Frame::Builder to) { fill(to.initProve()); });
    EXPECT_TRUE(frame.has_value());
    return std::get<ProveRequest>(frame->request);
  };
  const ProveRequest checkpoint = asked([](wire::ProofRequest::Builder prove) {
    prove.setTree(wire::Tree::STORE);
    prove.setCheckpoint(9);
  });
  EXPECT_EQ(checkpoint.tree, Tree::Store);
  EXPECT_EQ(std::get<CheckpointWish>(checkpoint.what).size, 9U);
  const ProveRequest inclusion = asked([](wire::ProofRequest::Builder prove) {
    prove.initInclusion().setPosition(4);
    prove.getInclusion().setSize(8);
  });
  EXPECT_EQ(inclusion.tree, Tree::Tenant);
  EXPECT_EQ(std::get<InclusionWish>(inclusion.what).position, 4U);
  EXPECT_EQ(std::get<InclusionWish>(inclusion.what).size, 8U);
  const ProveRequest consistency = asked([](wire::ProofRequest::Builder prove) {
    prove.initConsistency().setOldSize(4);
    prove.getConsistency().setNewSize(8);
  });
  EXPECT_EQ(std::get<ConsistencyWish>(consistency.what).old_size, 4U);
  EXPECT_EQ(std::get<ConsistencyWish>(consistency.what).new_size, 8U);
  const ProveRequest list = asked([](wire::ProofRequest::Builder prove) {
    prove.initCheckpoints().setAfter(4);
    prove.getCheckpoints().setLimit(8);
  });
  EXPECT_EQ(std::get<CheckpointsWish>(list.what).after, 4U);
  EXPECT_EQ(std::get<CheckpointsWish>(list.what).limit, 8U);
  EXPECT_TRUE(std::holds_alternative<KeysWish>(
      asked([](wire::ProofRequest::Builder prove) { prove.setKeys(); }).what));
}

TEST(Decode, QuestionsAreCopiedAndTheirIdsChecked) {
  const auto ask = [](const char* course) {
    return [course](wire::Frame::Builder frame) {
      auto query = frame.initQuery();
      query.setWaitPosition(9);
      query.getQuestion().initRemainingSeats().setCourse(course);
    };
  };
  auto frame = decode(ask("k-1"));
  auto& request = std::get<QueryRequest>(frame->request);
  const auto query = request.query->getRoot<wire::Query>().asReader();
  EXPECT_EQ(query.getWaitPosition(), 9U);
  EXPECT_EQ(query.getQuestion().getRemainingSeats().getCourse(), "k-1");
  EXPECT_EQ(invalid(ask("")).message, "course is missing");
  EXPECT_EQ(invalid(ask("no id")).code, Reason::InvalidArgument);
}

TEST(Decode, ExplanationsNameAQuestionAndANumber) {
  const auto explain = [](const char* course, const std::string& number, std::uint32_t limit) {
    return [=](wire::Frame::Builder frame) {
      auto request = frame.initExplain();
      request.initQuery().getQuestion().initRemainingSeats().setCourse(course);
      request.setNumber(number);
      request.setLimit(limit);
    };
  };
  auto frame = decode(explain("k-1", "courseSeats.left", 0));
  const auto& request = std::get<ExplainRequest>(frame->request);
  EXPECT_EQ(request.number, "courseSeats.left");
  EXPECT_EQ(request.steps, kExplainedStepsDefault);
  EXPECT_TRUE(request.query->getRoot<wire::Query>().asReader().getQuestion().isRemainingSeats());
  EXPECT_EQ(std::get<ExplainRequest>(decode(explain("k-1", "a", kExplainedStepsMax))->request).steps,
            kExplainedStepsMax);
  for (const auto& wrong :
       {explain("k 1", "a", 0), explain("k-1", "", 0), explain("k-1", "a", kExplainedStepsMax + 1),
        explain("k-1", std::string(TextLimits::number_path + 1, 'a'), 0), explain("k-1", "a\nb", 0)})
    EXPECT_EQ(invalid(wrong).code, Reason::InvalidArgument);
}

TEST(Decode, HellosNameProtocolAndTenant) {
  const auto hello = [](std::uint16_t protocol, const char* tenant) {
    return [=](wire::Frame::Builder frame) {
      auto to = frame.initHello();
      to.setProtocol(protocol);
      to.setTenant(tenant);
      to.setHighestPosition(5);
    };
  };
  const auto frame = decode(hello(1, "main"));
  EXPECT_EQ(std::get<HelloRequest>(frame->request).highest_position, 5U);
  EXPECT_EQ(invalid(hello(2, "main")).code, Reason::Unsupported);
  EXPECT_EQ(invalid(hello(1, "")).message, "tenant is missing");
  EXPECT_EQ(invalid(hello(1, "no tenant")).code, Reason::InvalidArgument);
}

TEST(Decode, EveryTruncatedMessageIsRefusedOrAnswered) {
  const auto honest = words_of(invitation([](wire::Command::Builder) {}));
  for (std::size_t words = 1; words < honest.size(); ++words) {
    auto copy = copy_of(honest.slice(0, words));
    const auto frame = Decoder(kBatchMax).decode({copy.begin(), copy.size()});
    EXPECT_FALSE(frame.has_value()) << words;
  }
}

}  // namespace
}  // namespace kontor::protocol
