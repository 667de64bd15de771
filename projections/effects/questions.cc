// IntegrationBacklog (QA9) and TagDrift.
#include <algorithm>
#include <charconv>

#include "projections/asking.h"

namespace kontor::views {
namespace {

using Rows = std::vector<std::string>;

Maybe<std::uint32_t> read_limit(std::uint32_t asked) {
  if (asked == 0) return kPageRowsDefault;
  if (asked > kPageRowsMax)
    return bad_input(fmt::format("a page has at most {} rows", kPageRowsMax),
                     {rules::fact("limit", asked), rules::fact("limit_max", kPageRowsMax)});
  return asked;
}

tl::unexpected<No> bad_cursor(std::string_view text) {
  return bad_input("the cursor is not the `next` of a page", {rules::fact("after", text)});
}

// The backlog

struct Stretch {
  Position number = 0;
  std::uint32_t open = 0;
};

Maybe<std::vector<Stretch>> stretches_that_wait(const Asking& asking) {
  const ViewKey prefix = asking.keys().open_effects();
  std::vector<Stretch> found;
  const Status scanned =
      asking.views.scan(prefix, {}, asking.position, [&](std::string_view key, const RowVersion& row) {
        const std::uint32_t open = StoredRow<wire::OpenRequests>(row.value).read().getOpen();
        if (open > 0) found.push_back({KeyParts(key, prefix).number(), open});
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return found;
}

bool wanted(const Asking& asking, wire::BacklogQuestion::Reader question, wire::EffectRequest::Reader row) {
  if (question.getKind() != wire::EffectKind::ANY && row.getKind() != question.getKind()) return false;
  if (question.getPerson().size() != 0 && row.getPerson() != question.getPerson()) return false;
  if (question.getTried() == wire::EffectTried::NEVER && row.getFailures() != 0) return false;
  if (question.getTried() == wire::EffectTried::FAILED && row.getFailures() == 0) return false;
  return age_seconds(asking, row.getRequestedAt()) >= question.getOlderThanSeconds();
}

/// Adds rows of a stretch behind `after` until there are `count_max`.
template <class Wanted>
Status add_open(const Asking& asking, Position stretch, Position after, std::size_t count_max,
                const Wanted& is_wanted, Rows& rows) {
  const std::string behind =
      after / kEffectStretch == stretch ? asking.keys().effect(after).bytes() : std::string();
  return asking.views.scan(asking.keys().effects(stretch), behind, asking.position,
                           [&](std::string_view, const RowVersion& row) {
                             const StoredRow<wire::EffectRow> stored(row.value);
                             if (!stored.read().getAnswered() && is_wanted(stored.read().getRequest()))
                               rows.push_back(row.value);
                             return rows.size() < count_max ? Scan::Continue : Scan::Stop;
                           });
}

Maybe<Position> read_position(capnp::Text::Reader given) {
  Position out = 0;
  if (given.size() == 0) return out;
  const auto [end, error] = std::from_chars(given.begin(), given.end(), out);
  if (error != std::errc() || end != given.end() || out == 0) return bad_cursor(view(given));
  return out;
}

Maybe<Instant> oldest_of(const Asking& asking, const std::vector<Stretch>& stretches) {
  if (stretches.empty()) return Instant{};
  Rows rows;
  const auto any = [](wire::EffectRequest::Reader) { return true; };
  if (const Status added = add_open(asking, stretches.front().number, 0, 1, any, rows); !added)
    return no(added.error());
  if (rows.empty()) return Instant{};
  return Instant{StoredRow<wire::EffectRow>(rows.front()).read().getRequest().getRequestedAt()};
}

}  // namespace

Asked answer_integration_backlog(const Asking& asking, wire::BacklogQuestion::Reader question,
                                 wire::IntegrationBacklog::Builder out) {
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<Position> after = read_position(question.getAfter());
  if (!after) return tl::unexpected<No>(after.error());
  const auto stretches = stretches_that_wait(asking);
  if (!stretches) return tl::unexpected<No>(stretches.error());
  const Maybe<Instant> oldest = oldest_of(asking, *stretches);
  if (!oldest) return tl::unexpected<No>(oldest.error());

  Rows rows;
  std::uint64_t open = 0;
  const auto is_wanted = [&](wire::EffectRequest::Reader row) { return wanted(asking, question, row); };
  for (const Stretch& stretch : *stretches) {
    open += stretch.open;
    if (stretch.number < *after / kEffectStretch || rows.size() > *limit) continue;
    const Status added = add_open(asking, stretch.number, *after, *limit + 1, is_wanted, rows);
    if (!added) return no(added.error());
  }
  out.setOpen(open);
  out.setOldestAt(oldest->ns);
  auto list = out.initRequests(static_cast<unsigned>(std::min<std::size_t>(rows.size(), *limit)));
  for (unsigned i = 0; i < list.size(); ++i) {
    const StoredRow<wire::EffectRow> stored(rows[i]);
    list.setWithCaveats(i, stored.read().getRequest());
    list[i].setAgeSeconds(age_seconds(asking, list[i].getRequestedAt()));
  }
  if (rows.size() > *limit) out.setNext(fmt::format("{}", list[list.size() - 1].getRequest()));
  return {};
}

// Drift

namespace {

struct TagAt {
  std::string person;
  std::string tag;
  std::string row;
};

/// A cursor names the last tag of the page before: person/tag. Ids of persons hold no slash.
Maybe<std::string> key_behind(const Asking& asking, capnp::Text::Reader given) {
  if (given.size() == 0) return std::string();
  const std::string_view text = view(given);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !valid_id_text(text.substr(0, slash)) || slash + 1 == text.size())
    return bad_cursor(text);
  return asking.keys().person_tag(text.substr(0, slash), text.substr(slash + 1)).bytes();
}

}  // namespace

Asked answer_tag_drift(const Asking& asking, wire::DriftQuestion::Reader question,
                       wire::TagDrift::Builder out) {
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<std::string> behind = key_behind(asking, question.getAfter());
  if (!behind) return tl::unexpected<No>(behind.error());
  const ViewKey prefix = asking.keys().person_tags();
  std::vector<TagAt> found;
  const Status scanned =
      asking.views.scan(prefix, *behind, asking.position, [&](std::string_view key, const RowVersion& row) {
        const StoredRow<wire::TagRow> stored(row.value);
        if (stored.read().getShouldBe() == stored.read().getConfirmed()) return Scan::Continue;
        KeyParts parts(key, prefix);
        TagAt at;
        at.person = parts.text();
        at.tag = parts.text();
        at.row = row.value;
        found.push_back(std::move(at));
        return found.size() > *limit ? Scan::Stop : Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  auto list = out.initTags(static_cast<unsigned>(std::min<std::size_t>(found.size(), *limit)));
  for (unsigned i = 0; i < list.size(); ++i) {
    const StoredRow<wire::TagRow> stored(found[i].row);
    list[i].setPerson(text(found[i].person));
    list[i].setTag(text(found[i].tag));
    list[i].setShouldBe(stored.read().getShouldBe());
    list[i].setConfirmed(stored.read().getConfirmed());
    list[i].setRequest(stored.read().getRequest());
    list[i].setRequestedAt(stored.read().getRequestedAt());
    list[i].setAgeSeconds(age_seconds(asking, stored.read().getRequestedAt()));
    list[i].setFailures(stored.read().getFailures());
    list[i].setError(stored.read().getError());
  }
  if (found.size() > *limit) {
    const TagAt& last = found[list.size() - 1];
    out.setNext(fmt::format("{}/{}", last.person, last.tag));
  }
  return {};
}

}  // namespace kontor::views
