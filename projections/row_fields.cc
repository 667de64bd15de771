#include "projections/row_fields.h"

#include <capnp/dynamic.h>
#include <fmt/format.h>
#include <kj/exception.h>

#include <optional>

#include "events/core/digest.h"
#include "events/core/instant.h"
#include "projections/queries.capnp.h"
#include "projections/schema_fields.h"
#include "projections/stored_row.h"

namespace kontor::views {
namespace {

using Field = capnp::StructSchema::Field;
using Type = capnp::schema::Type;

template <class Row>
std::optional<capnp::StructSchema> of() {
  return capnp::Schema::from<Row>().asStruct();
}

// The structs that projections/view_key.h names. Nothing: rows that only mark a place, and events.
std::optional<capnp::StructSchema> schema_of(Kind kind) {
  switch (kind) {
    case Kind::CampusCard: return of<wire::CampusCard>();
    case Kind::CampusCounts: return of<wire::UsageStatistics>();
    case Kind::CampusCourse: return of<wire::CourseUsage>();
    case Kind::CourseCard: return of<wire::CourseCard>();
    case Kind::CourseRun: return of<wire::CourseRun>();
    case Kind::CourseSeat: return of<wire::CourseSeatRecord>();
    case Kind::PersonCard: return of<wire::SeatOf>();
    case Kind::Membership: return of<wire::CourseMembership>();
    case Kind::CampusSeat: return of<wire::SeatHolder>();
    case Kind::CommunityPool: return of<wire::CommunityPool>();
    case Kind::Contribution: return of<wire::RunQuestion>();
    case Kind::SeatCorrection: return of<wire::BillingLine>();
    case Kind::Group: return of<wire::GroupOverview>();
    case Kind::Participant: return of<wire::Participant>();
    case Kind::LedGroup: return of<wire::LeaderRow>();
    case Kind::AccessProduct: return of<wire::AccessProductRow>();
    case Kind::AccessOrder: return of<wire::AccessOrderRow>();
    case Kind::AccessOrderLine: return of<wire::AccessOrderLine>();
    case Kind::AccessTag: return of<wire::AccessTagRow>();
    case Kind::Entitlement: return of<wire::Entitlement>();
    case Kind::MailRequest: return of<wire::MailRow>();
    case Kind::Roster: return of<wire::ImportReport>();
    case Kind::RosterLine: return of<wire::ImportLine>();
    case Kind::RosterOfFile: return of<wire::RosterFileRow>();
    case Kind::CreditSettings: return of<wire::CreditSettings>();
    case Kind::CreditPackage: return of<wire::CreditPackage>();
    case Kind::CreditAccount: return of<wire::CreditAccount>();
    case Kind::CreditTransaction: return of<wire::CreditTransaction>();
    case Kind::CreditOrder: return of<wire::CreditOrder>();
    case Kind::CreditOrderStep: return of<wire::CreditOrderStep>();
    case Kind::EffectRequest: return of<wire::EffectRow>();
    case Kind::OpenEffects: return of<wire::OpenRequests>();
    case Kind::PersonTag: return of<wire::TagRow>();
    case Kind::PersonIdentity: return of<wire::PersonIdentity>();
    case Kind::BillingRunCard: return of<wire::BillingRun>();
    case Kind::BillingRunOrder: return of<wire::RunQuestion>();
    case Kind::BillingItem: return of<wire::BillingLine>();
    case Kind::BillingCourse: return of<wire::BillingCourseCard>();
    case Kind::BillingSeat: return of<wire::BillingSeatCard>();
    case Kind::BillingSettlement: return of<wire::BillingSettlementCard>();
    case Kind::BillingOrder: return of<wire::BillingOrderCard>();
    case Kind::BillingClosing: return of<wire::RunQuestion>();
    case Kind::PersonCourseSeat:
    case Kind::CreditOrderOfUser:
    case Kind::CreditOrderByAge:
    case Kind::CreditOrderCredited:
    case Kind::LateEvent: break;
  }
  return std::nullopt;
}

std::string bytes_text(std::string_view bytes) {
  constexpr std::size_t kShown = 16;
  const std::string_view shown = bytes.substr(0, kShown);
  return fmt::format("{} bytes {}{}", bytes.size(), hex(bytes_of(shown)), bytes.size() > kShown ? "..." : "");
}

class Walk {
 public:
  void part(const capnp::DynamicStruct::Reader& in, const std::string& before) {
    for (const Field field : in.getSchema().getFields()) {
      if (!is_there(in, field)) continue;
      value(field.getType(), in.get(field), before + field.getProto().getName().cStr(),
            is_instant(field) ? Shown::AsTime : Shown::AsNumber);
    }
  }
  RowFields take() { return std::move(fields_); }

 private:
  enum class Shown : std::uint8_t { AsNumber, AsTime };

  void value(capnp::Type type, const capnp::DynamicValue::Reader& is, const std::string& name, Shown shown) {
    switch (type.which()) {
      case Type::VOID: return;
      case Type::BOOL: return add(name, is.as<bool>() ? "true" : "false");
      case Type::TEXT: return add(name, is.as<capnp::Text>().cStr());
      case Type::DATA: {
        const auto data = is.as<capnp::Data>();
        return add(name, bytes_text({reinterpret_cast<const char*>(data.begin()), data.size()}));
      }
      case Type::UINT64: return add(name, std::to_string(is.as<std::uint64_t>()));
      case Type::ENUM: return add(name, enumerator(is.as<capnp::DynamicEnum>()));
      case Type::STRUCT: return part(is.as<capnp::DynamicStruct>(), name + ".");
      case Type::LIST: {
        const auto list = is.as<capnp::DynamicList>();
        for (unsigned i = 0; i < list.size(); ++i)
          value(type.asList().getElementType(), list[i], fmt::format("{}[{}]", name, i), Shown::AsNumber);
        return;
      }
      case Type::INT64: {
        const auto number = is.as<std::int64_t>();
        return add(name,
                   shown == Shown::AsTime && number != 0 ? Instant{number}.text() : std::to_string(number));
      }
      default: return add(name, std::to_string(is.as<std::int64_t>()));
    }
  }
  static std::string enumerator(const capnp::DynamicEnum& which) {
    KJ_IF_MAYBE (known, which.getEnumerant()) return known->getProto().getName().cStr();
    return std::to_string(which.getRaw());
  }
  void add(std::string name, std::string text) { fields_.emplace_back(std::move(name), std::move(text)); }

  RowFields fields_;
};

class RowOfSchema : RowBytes {
 public:
  explicit RowOfSchema(std::string_view bytes) : RowBytes(bytes) {}
  [[nodiscard]] capnp::DynamicStruct::Reader read(capnp::StructSchema schema) const {
    return message().getRoot<capnp::DynamicStruct>(schema);
  }
};

RowFields as_bytes(std::string_view value) { return {{"bytes", bytes_text(value)}}; }

}  // namespace

RowFields row_fields(Kind kind, std::string_view value) {
  if (value.empty()) return {};
  const auto schema = schema_of(kind);
  if (!schema) return as_bytes(value);
  try {
    const RowOfSchema row(value);
    Walk walk;
    walk.part(row.read(*schema), "");
    return walk.take();
  } catch (const kj::Exception&) {
    return as_bytes(value);
  }
}

}  // namespace kontor::views
