// docs/verifier.md
#include "replay/verifier/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "events/core/base64.h"
#include "replay/verifier/leaves.h"

namespace kontor::verifier {
namespace {

class Audit {
 public:
  Audit(const Request& request, proof::ByteSource bundle)
      : request_(request), reader_(std::move(bundle)), notes_(request.key, {}) {}

  Outcome run() {
    const auto header = reader_.open();
    if (!header) return Unusable{reader_.offset(), header.error().message};
    report_.header = *header;
    if (header->from != 1)
      return Unusable{reader_.offset(), fmt::format("the bundle begins at {}, not at 1", header->from)};
    notes_ = Notes(request_.key, header->origin);
    if (header->origin.log != request_.key.name)
      first_ = Finding{"not-signed",
                       {},
                       0,
                       fmt::format("the bundle is of the log {}, the key you pinned is that of {}",
                                   header->origin.log, request_.key.name)};
    while (true) {
      const auto item = reader_.next();
      if (!item) return Unusable{reader_.offset(), item.error().message};
      using Kind = proof::BundleItem::Kind;
      if (item->kind == Kind::Rotation)
        if (auto unusable = judge(notes_.add_rotation(item->bytes, reader_.offset()))) return *unusable;
      if (item->kind > Kind::Rotation)
        if (auto unusable = open_inputs()) return *unusable;
      if (item->kind == Kind::Note)
        if (auto unusable = judge(notes_.add(item->bytes, reader_.offset()))) return *unusable;
      if (item->kind == Kind::Event || item->kind == Kind::End) begin_events();
      if (item->kind == Kind::Event && !first_) first_ = event(*item);
      if (item->kind == Kind::End) break;
    }
    if (!first_) first_ = finish();
    if (first_) return *first_;
    return std::move(report_);
  }

 private:
  /// What the auditor brought along, once it is known which keys may have signed it.
  std::optional<Unusable> open_inputs() {
    if (opened_) return std::nullopt;
    opened_ = true;
    if (auto unusable = judge(notes_.follow_rotations())) return unusable;
    const proof::Origin& scope = report_.header.origin;
    if (request_.checkpoints) {
      report_.kept_were_compared = true;
      if (auto unusable = judge(notes_.add_folder(*request_.checkpoints))) return unusable;
      const auto folder = folder_of(*request_.checkpoints, scope);
      if (auto unusable = remembered_.open(folder, notes_.of(tree_of(scope)))) return unusable;
      if (request_.afterwards == Request::Afterwards::Remember) remember_.emplace(folder);
    }
    if (request_.receipts)
      if (auto unusable = receipts_.open(*request_.receipts, notes_.keys())) return unusable;
    if (request_.claims)
      if (auto unusable = claims_.open(*request_.claims, tree_of(scope))) return unusable;
    return std::nullopt;
  }

  std::optional<Unusable> judge(Trouble trouble) {
    if (!trouble) return std::nullopt;
    if (const auto* unusable = std::get_if<Unusable>(&*trouble)) return *unusable;
    if (!first_) first_ = std::get<Finding>(*trouble);
    return std::nullopt;
  }

  /// All notes are known.
  void begin_events() {
    if (begun_) return;
    begun_ = true;
    const SignedRoots& of_scope = notes_.of(tree_of(report_.header.origin));
    for (const auto& [size, note] : of_scope)
      if (size <= report_.header.to) remember_to_ = size;
    const SignedRoots& of_store = notes_.of({});
    store_note_ = of_store.begin();
    for (const auto& [tree, notes] : notes_.all())
      if (const auto empty = notes.find(0); empty != notes.end() && !first_)
        first_ = compare(tree, MerkleFrontier(), empty->second);
    if (store_note_ != of_store.end() && store_note_->first == 0) ++store_note_;
  }

  [[nodiscard]] bool is_scope(const std::string& tree) const {
    return tree == tree_of(report_.header.origin);
  }

  std::optional<Finding> compare(const std::string& tree, const MerkleFrontier& events,
                                 const SignedRoot& note) {
    if (events.root() != note.root)
      return Finding{"root-mismatch", tree, events.size(),
                     fmt::format("the {} events have the root {}, signed is {}; the newest checkpoint before "
                                 "that holds is of size {}",
                                 events.size(), base64(events.root()), base64(note.root), held_to_[tree])};
    report_.notes_held += note.count;
    if (note.of_this_epoch) epoch_is_signed_ = true;
    held_to_[tree] = events.size();
    if (is_scope(tree)) report_.proven_to = events.size();
    return std::nullopt;
  }

  TenantAudit& tenant(const std::string& id) {
    auto& found = report_.tenants[id];
    if (found) return *found;
    found = std::make_unique<TenantAudit>(TenantId(id));
    const SignedRoots& notes = notes_.of(id);
    found->next_note = notes.upper_bound(0);
    found->no_more_notes = notes.end();
    return *found;
  }

  std::optional<Finding> event(const proof::BundleItem& item) {
    const std::string id(item.tenant);
    const auto& scope = report_.header.origin.tenant;
    if (scope && id != scope->value)
      return Finding{"wrong-tenant", id, item.position, "the section is one of tenant " + id};
    TenantAudit& of = tenant(id);
    if (item.position != of.chain.next())
      return of.chain.finding("position-gap", fmt::format("position {} stands here", item.position));
    const Digest leaf = leaf_hash(bytes_of(item.bytes));
    if (const auto before = remembered_.next(); before && *before != leaf)
      return of.chain.finding("leaf-changed", "the event is not the one of the time before");
    if (remember_ && report_.events < remember_to_) remember_->add(leaf);
    const auto decoded = decode(item.bytes);
    if (!decoded) return of.chain.finding("not-an-event", decoded.error().message);
    if (auto found = of.chain.take(*decoded, recorded_at_)) return found;
    recorded_at_ = decoded->envelope.recorded_at;
    if (Objection objection = of.figures.take(*decoded))
      return Finding{"figures", id, item.position, *objection};
    of.tree.append_hash(leaf);
    ++report_.events;
    if (scope == std::nullopt) store_.append_hash(leaf);
    receipts_.take(id, item.position, leaf);
    claims_.take(*decoded, of.figures);
    return roots(id, of);
  }

  std::optional<Finding> roots(const std::string& id, TenantAudit& of) {
    if (of.next_note != of.no_more_notes && of.next_note->first == of.tree.size())
      if (auto found = compare(id, of.tree, (of.next_note++)->second)) return found;
    if (report_.header.origin.tenant) return std::nullopt;
    if (store_note_ != notes_.of({}).end() && store_note_->first == store_.size())
      return compare({}, store_, (store_note_++)->second);
    return std::nullopt;
  }

  std::optional<Finding> finish() {
    const std::uint64_t expected = report_.header.to;
    const std::string scope = tree_of(report_.header.origin);
    if (report_.events != expected)
      return Finding{
          "missing-events", scope, std::min(report_.events, expected) + 1,
          fmt::format("the bundle holds {} events and says that it holds {}", report_.events, expected)};
    if (report_.header.origin.tenant)
      report_.root = tenant(scope).tree.root();
    else
      report_.root = store_.root();
    if (auto found = later_notes()) return found;
    if (!epoch_is_signed_)
      return Finding{"unsigned", scope, 0, "nothing that the pinned key has signed speaks of these events"};
    if (auto found = promises()) return found;
    if (auto found = answers()) return found;
    return remember();
  }

  /// An answer may be of an earlier position because that was asked for, so a stale one is only counted.
  std::optional<Finding> answers() {
    if (!request_.claims) return std::nullopt;
    report_.claims = claims_.finish();
    for (const auto& [id, tenant] : report_.tenants) {
      Position known = receipts_.last_promised(id);
      if (const SignedRoots& notes = notes_.of(id); !notes.empty())
        known = std::max(known, notes.rbegin()->first);
      report_.stale_claims += claims_.older_than(id, known);
    }
    return report_.claims->finding;
  }

  std::optional<Finding> later_notes() {
    report_.notes_others = notes_.others();
    for (const auto& [tree, notes] : notes_.all()) {
      const auto found = report_.tenants.find(tree);
      const std::uint64_t size = tree.empty()                     ? store_.size()
                                 : found == report_.tenants.end() ? 0
                                                                  : found->second->tree.size();
      for (auto note = notes.upper_bound(size); note != notes.end(); ++note) {
        report_.notes_later += note->second.count;
        if (request_.extent == Request::Extent::Complete)
          return Finding{
              "truncated", tree, note->first,
              fmt::format("a checkpoint of {} events is signed, the bundle holds {}", note->first, size)};
      }
    }
    return std::nullopt;
  }

  std::optional<Finding> promises() {
    if (!request_.receipts) return std::nullopt;
    report_.receipts = receipts_.finish(report_.header.origin.tenant);
    const Receipts::Outcome& out = *report_.receipts;
    if (request_.extent == Request::Extent::Complete && out.later != 0)
      return Finding{"truncated", out.last_promised_tenant, out.last_promised,
                     fmt::format("position {} was promised, and is not in the bundle", out.last_promised)};
    return out.finding;
  }

  std::optional<Finding> remember() {
    if (!remember_) return std::nullopt;
    const SignedRoots& notes = notes_.of(tree_of(report_.header.origin));
    const bool written = remember_to_ != 0 && remember_->finish(remember_to_, notes.at(remember_to_).note);
    report_.remembered = written ? remember_to_ : 0;
    return std::nullopt;
  }

  const Request& request_;
  proof::BundleReader reader_;
  Notes notes_;
  Receipts receipts_;
  Claims claims_;
  RememberedLeaves remembered_;
  std::optional<LeafWriter> remember_;
  std::uint64_t remember_to_ = 0;
  bool opened_ = false;
  bool begun_ = false;
  bool epoch_is_signed_ = false;  // a note that holds is of the epoch that the header claims
  Instant recorded_at_{std::numeric_limits<std::int64_t>::min()};  // of the event before
  MerkleFrontier store_;
  SignedRoots::const_iterator store_note_;
  std::map<std::string, std::uint64_t> held_to_;
  std::optional<Finding> first_;
  Report report_;
};

}  // namespace

Outcome audit(const Request& request, proof::ByteSource bundle) {
  return Audit(request, std::move(bundle)).run();
}

}  // namespace kontor::verifier
