#include "replay/view_comparison.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "projections/view_key.h"

namespace kontor::replay {
namespace {

tl::unexpected<Error> differs(std::string_view key, std::string_view how) {
  return fail(Reason::ViewsDiffer, fmt::format("{}: {}", entry_name(key), how));
}

// Names as they are, numbers in hexadecimal: the parts of a key are not told apart here.
std::string readable(std::string_view bytes) {
  std::string shown;
  for (const char c : bytes) {
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

std::string_view kind_name(char kind) {
  switch (static_cast<views::Kind>(kind)) {
    case views::Kind::CampusCard: return "CampusCard";
    case views::Kind::CampusCounts: return "CampusCounts";
    case views::Kind::CampusCourse: return "CampusCourse";
    case views::Kind::CourseCard: return "CourseCard";
    case views::Kind::CourseRun: return "CourseRun";
    case views::Kind::CourseSeat: return "CourseSeat";
    case views::Kind::PersonCard: return "PersonCard";
    case views::Kind::PersonCourseSeat: return "PersonCourseSeat";
    case views::Kind::Membership: return "Membership";
    case views::Kind::CampusSeat: return "CampusSeat";
    case views::Kind::Contribution: return "Contribution";
    case views::Kind::SeatCorrection: return "SeatCorrection";
    case views::Kind::CommunityPool: return "CommunityPool";
    case views::Kind::Group: return "Group";
    case views::Kind::Participant: return "Participant";
    case views::Kind::LedGroup: return "LedGroup";
    case views::Kind::AccessProduct: return "AccessProduct";
    case views::Kind::AccessOrder: return "AccessOrder";
    case views::Kind::AccessOrderLine: return "AccessOrderLine";
    case views::Kind::AccessTag: return "AccessTag";
    case views::Kind::Entitlement: return "Entitlement";
    case views::Kind::MailRequest: return "MailRequest";
    case views::Kind::Roster: return "Roster";
    case views::Kind::RosterLine: return "RosterLine";
    case views::Kind::RosterOfFile: return "RosterOfFile";
    case views::Kind::CreditSettings: return "CreditSettings";
    case views::Kind::CreditPackage: return "CreditPackage";
    case views::Kind::CreditAccount: return "CreditAccount";
    case views::Kind::CreditTransaction: return "CreditTransaction";
    case views::Kind::CreditOrder: return "CreditOrder";
    case views::Kind::CreditOrderStep: return "CreditOrderStep";
    case views::Kind::CreditOrderOfUser: return "CreditOrderOfUser";
    case views::Kind::CreditOrderByAge: return "CreditOrderByAge";
    case views::Kind::CreditOrderCredited: return "CreditOrderCredited";
    case views::Kind::EffectRequest: return "EffectRequest";
    case views::Kind::OpenEffects: return "OpenEffects";
    case views::Kind::PersonTag: return "PersonTag";
    case views::Kind::PersonIdentity: return "PersonIdentity";
    case views::Kind::BillingRunCard: return "BillingRunCard";
    case views::Kind::BillingRunOrder: return "BillingRunOrder";
    case views::Kind::BillingItem: return "BillingItem";
    case views::Kind::BillingCourse: return "BillingCourse";
    case views::Kind::BillingSeat: return "BillingSeat";
    case views::Kind::BillingSettlement: return "BillingSettlement";
    case views::Kind::BillingOrder: return "BillingOrder";
    case views::Kind::BillingClosing: return "BillingClosing";
    case views::Kind::LateEvent: return "LateEvent";
  }
  return "unknown row";
}

}  // namespace

namespace {

constexpr std::string_view kCheckpointEntry{"\0c", 2};

/// A cursor over `stored` that passes over what lies ahead of its marks, if its checkpoint says there is any.
class SeenEntries {
 public:
  explicit SeenEntries(const views::ViewStore& stored) : stored_(stored), cursor_(stored.walk()) {}

  [[nodiscard]] Status start() {
    const auto checkpoint = stored_.checkpoint();
    if (!checkpoint) return fail(checkpoint.error());
    in_pieces_ = checkpoint->ahead != Digest{};
    cursor_->seek({});
    return pass_over();
  }
  [[nodiscard]] Status next() {
    cursor_->next();
    return pass_over();
  }
  [[nodiscard]] const views::BytesCursor& operator*() const { return *cursor_; }
  [[nodiscard]] bool in_pieces() const { return in_pieces_; }

 private:
  Status pass_over() {
    while (in_pieces_ && cursor_->valid()) {
      const auto ahead = is_ahead(cursor_->key());
      if (!ahead) return fail(ahead.error());
      if (!*ahead) return {};
      cursor_->next();
    }
    return {};
  }

  Result<bool> is_ahead(std::string_view key) {
    const std::size_t end = key.find('\0');
    constexpr std::size_t kVersionBytes = 8;
    if (end == std::string_view::npos || end == 0 || key.size() < end + 2 + kVersionBytes ||
        key[end + 1] != 'v')
      return false;
    const TenantId tenant{std::string(key.substr(0, end))};
    auto mark = marks_.find(tenant);
    if (mark == marks_.end()) {
      const auto found = stored_.tenant(tenant);
      if (!found) return fail(found.error());
      mark = marks_.emplace(tenant, found->position).first;
    }
    return ~views::number_at(key.substr(key.size() - kVersionBytes)) > mark->second;
  }

  const views::ViewStore& stored_;
  const std::unique_ptr<views::BytesCursor> cursor_;
  std::map<TenantId, Position> marks_;
  bool in_pieces_ = false;
};

}  // namespace

std::string entry_name(std::string_view key) {
  const std::size_t end = key.find('\0');
  if (end == std::string_view::npos || end + 1 >= key.size()) return "unknown entry " + readable(key);
  const std::string_view tenant = key.substr(0, end);
  const std::string_view rest = key.substr(end + 2);
  switch (key[end + 1]) {
    case 'c': return "the checkpoint";
    case 'm': return fmt::format("the mark of tenant {}", tenant);
    case 't': return fmt::format("the time index of tenant {}", tenant);
    case 'p': return fmt::format("the position index of tenant {}", tenant);
    case 'r': return fmt::format("the index of recorded times of tenant {}", tenant);
    case 'v': break;
    default: return "unknown entry " + readable(key);
  }
  if (rest.size() < 9) return "unknown entry " + readable(key);
  return fmt::format("{} of tenant {}: {}, at position {}", kind_name(rest.front()), tenant,
                     readable(rest.substr(1, rest.size() - 9)),
                     ~views::number_at(rest.substr(rest.size() - 8)));
}

Result<std::uint64_t> compare_views(const views::ViewStore& derived, const views::ViewStore& stored) {
  const auto right = derived.walk();
  SeenEntries entries_found(stored);
  right->seek({});
  Status moved = entries_found.start();
  const views::BytesCursor& found = *entries_found;
  std::uint64_t entries = 0;
  for (; moved && right->valid() && found.valid(); right->next(), moved = entries_found.next(), ++entries) {
    if (right->key() < found.key()) return differs(right->key(), "is missing");
    if (right->key() > found.key()) return differs(found.key(), "does not follow from the log");
    // What is ahead is all that makes this checkpoint another one.
    if (entries_found.in_pieces() && found.key() == kCheckpointEntry) continue;
    if (right->value() != found.value()) return differs(found.key(), "says something else than the log");
  }
  if (!moved) return fail(moved.error());
  if (!found.valid())
    if (const Status status = found.status(); !status) return fail(status.error());
  if (right->valid()) return differs(right->key(), "is missing");
  if (found.valid()) return differs(found.key(), "does not follow from the log");
  return entries;
}

}  // namespace kontor::replay
