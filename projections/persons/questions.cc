// PersonDetail: opened when it is asked, kept nowhere (docs/personal-data.md).
#include <algorithm>
#include <array>

#include "engine/keys/bytes.h"
#include "engine/keys/sealer.h"
#include "projections/asking.h"

namespace kontor::views {
namespace {

constexpr std::array kMaySee{schema::Role::BACKEND, schema::Role::ADMIN, schema::Role::SUPPORT,
                             schema::Role::GROUP_LEADER};

struct Clear {
  std::string email;
  std::string name;
};

Maybe<Clear> opened(const Asking& asking, std::string_view person, wire::SealedPart::Reader part) {
  const PersonId id(person);
  if (asking.secrets == nullptr)
    return no(Error{Reason::KeysMissing, "this program has no key store: personal data cannot be read"});
  const auto key = asking.secrets->find({asking.tenant, id});
  if (!key) return no(key.error());
  const auto bytes = part.getBytes();
  auto clear_text =
      kontor::keys::unseal(*key, {asking.tenant, part.getPosition(), id},
                           std::string_view(reinterpret_cast<const char*>(bytes.begin()), bytes.size()));
  if (!clear_text) return no(clear_text.error());
  kontor::keys::ByteReader in(*clear_text);
  Clear clear{.email = std::string(in.text()), .name = std::string(in.text())};
  kontor::keys::wipe(*clear_text);
  return clear;
}

/// An erasure reaches back: nothing of the time before it can be read either.
Maybe<std::uint64_t> erased_until_today(const Asking& asking, std::string_view person) {
  const ViewStore& today = asking.today == nullptr ? asking.views : *asking.today;
  const Result<TenantMark> head = today.tenant(asking.tenant);
  if (!head) return no(head.error());
  const Result<std::optional<RowVersion>> newest =
      today.get(asking.keys().person_identity(person), head->position);
  if (!newest) return no(newest.error());
  if (!*newest) return std::uint64_t{0};
  return StoredRow<wire::PersonIdentity>((*newest)->value).read().getErasedNumber();
}

}  // namespace

Asked answer_person_detail(const Asking& asking, wire::PersonDetailQuestion::Reader question,
                           wire::PersonDetail::Builder out) {
  if (std::ranges::find(kMaySee, question.getRole()) == kMaySee.end())
    return no(rules::Refusal{Reason::ForbiddenRole,
                             "names and e-mails are not shown to this role",
                             {rules::fact("needed", "backend, admin, support, groupLeader")},
                             {}});
  const std::string_view person = view(question.getPerson());
  const Maybe<std::string> bytes = row_of(asking, asking.keys().person_identity(person), "person", person);
  if (!bytes) return tl::unexpected<No>(bytes.error());
  const Maybe<std::uint64_t> erased = erased_until_today(asking, person);
  if (!erased) return tl::unexpected<No>(erased.error());
  out.setPerson(question.getPerson());
  if (*erased != 0) {
    out.setState(wire::PersonState::ERASED);
    out.setLabel(text(fmt::format("erased #{}", *erased)));
    return {};
  }
  const StoredRow<wire::PersonIdentity> row(*bytes);
  const Maybe<Clear> registered = opened(asking, person, row.read().getRegistered());
  if (!registered) return tl::unexpected<No>(registered.error());
  out.setName(text(registered->name));
  out.setEmail(text(registered->email));
  if (!row.read().hasEmail()) return {};
  const Maybe<Clear> changed = opened(asking, person, row.read().getEmail());
  if (!changed) return tl::unexpected<No>(changed.error());
  out.setEmail(text(changed->email));
  return {};
}

}  // namespace kontor::views
