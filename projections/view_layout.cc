#include "projections/view_layout.h"

#include <fmt/format.h>

namespace kontor::views {
namespace {

constexpr std::string_view kUnknownRow = "unknown row";

}  // namespace

EntryKey read_entry_key(std::string_view key) {
  EntryKey entry;
  if (key == kCheckpointKey) {
    entry.section = Section::Checkpoint;
    return entry;
  }
  const std::size_t end = key.find('\0');
  if (end == std::string_view::npos || end == 0 || end + 1 >= key.size()) return entry;
  entry.tenant = key.substr(0, end);
  const std::string_view rest = key.substr(end + 2);
  switch (key[end + 1]) {
    case kMarkSection: entry.section = Section::Mark; return entry;
    case kTimeSection: entry.section = Section::Times; return entry;
    case kPositionSection: entry.section = Section::Positions; return entry;
    case kRecordedSection: entry.section = Section::Recorded; return entry;
    case kRowSection: break;
    default: return entry;
  }
  if (rest.size() < 1 + kNumberBytes) return entry;
  entry.section = Section::Rows;
  entry.kind = static_cast<Kind>(rest.front());
  entry.row = key.substr(0, key.size() - kNumberBytes);
  entry.parts = rest.substr(1, rest.size() - 1 - kNumberBytes);
  entry.position = ~number_at(rest.substr(rest.size() - kNumberBytes));
  return entry;
}

std::string readable_parts(std::string_view parts) {
  std::string shown;
  for (const char c : parts) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7F) {
      shown.push_back(c);
    } else if (byte == 0) {
      if (!shown.empty() && shown.back() != ' ') shown.push_back(' ');
    } else {
      shown += fmt::format("\\x{:02x}", byte);
    }
  }
  return shown;
}

std::string entry_name(std::string_view key) {
  const EntryKey entry = read_entry_key(key);
  switch (entry.section) {
    case Section::Checkpoint: return "the checkpoint";
    case Section::Mark: return fmt::format("the mark of tenant {}", entry.tenant);
    case Section::Times: return fmt::format("the time index of tenant {}", entry.tenant);
    case Section::Positions: return fmt::format("the position index of tenant {}", entry.tenant);
    case Section::Recorded: return fmt::format("the index of recorded times of tenant {}", entry.tenant);
    case Section::Rows:
      return fmt::format("{} of tenant {}: {}, at position {}", kind_name(entry.kind), entry.tenant,
                         readable_parts(entry.parts), entry.position);
    case Section::Unknown: break;
  }
  return "unknown entry " + readable_parts(key);
}

std::optional<Kind> kind_named(std::string_view name) {
  for (unsigned number = 0; number <= 0xFF; ++number) {
    const auto kind = static_cast<Kind>(number);
    if (kind_name(kind) == name && name != kUnknownRow) return kind;
  }
  return std::nullopt;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::CampusCard: return "CampusCard";
    case Kind::CampusCounts: return "CampusCounts";
    case Kind::CampusCourse: return "CampusCourse";
    case Kind::CourseCard: return "CourseCard";
    case Kind::CourseRun: return "CourseRun";
    case Kind::CourseSeat: return "CourseSeat";
    case Kind::PersonCard: return "PersonCard";
    case Kind::PersonCourseSeat: return "PersonCourseSeat";
    case Kind::Membership: return "Membership";
    case Kind::CampusSeat: return "CampusSeat";
    case Kind::Contribution: return "Contribution";
    case Kind::SeatCorrection: return "SeatCorrection";
    case Kind::CommunityPool: return "CommunityPool";
    case Kind::Group: return "Group";
    case Kind::Participant: return "Participant";
    case Kind::LedGroup: return "LedGroup";
    case Kind::AccessProduct: return "AccessProduct";
    case Kind::AccessOrder: return "AccessOrder";
    case Kind::AccessOrderLine: return "AccessOrderLine";
    case Kind::AccessTag: return "AccessTag";
    case Kind::Entitlement: return "Entitlement";
    case Kind::MailRequest: return "MailRequest";
    case Kind::Roster: return "Roster";
    case Kind::RosterLine: return "RosterLine";
    case Kind::RosterOfFile: return "RosterOfFile";
    case Kind::CreditSettings: return "CreditSettings";
    case Kind::CreditPackage: return "CreditPackage";
    case Kind::CreditAccount: return "CreditAccount";
    case Kind::CreditTransaction: return "CreditTransaction";
    case Kind::CreditOrder: return "CreditOrder";
    case Kind::CreditOrderStep: return "CreditOrderStep";
    case Kind::CreditOrderOfUser: return "CreditOrderOfUser";
    case Kind::CreditOrderByAge: return "CreditOrderByAge";
    case Kind::CreditOrderCredited: return "CreditOrderCredited";
    case Kind::EffectRequest: return "EffectRequest";
    case Kind::OpenEffects: return "OpenEffects";
    case Kind::PersonTag: return "PersonTag";
    case Kind::PersonIdentity: return "PersonIdentity";
    case Kind::BillingRunCard: return "BillingRunCard";
    case Kind::BillingRunOrder: return "BillingRunOrder";
    case Kind::BillingItem: return "BillingItem";
    case Kind::BillingCourse: return "BillingCourse";
    case Kind::BillingSeat: return "BillingSeat";
    case Kind::BillingSettlement: return "BillingSettlement";
    case Kind::BillingOrder: return "BillingOrder";
    case Kind::BillingClosing: return "BillingClosing";
    case Kind::LateEvent: return "LateEvent";
  }
  return kUnknownRow;
}

}  // namespace kontor::views
