// docs/evidence.md, docs/wire-protocol.md
#include "client/proofs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/digest_text.h"
#include "events/core/merkle.h"
#include "events/envelope.h"
#include "server/protocol/message.h"

namespace kontor::client {
namespace {

tl::unexpected<Failure> garbled() {
  return tl::unexpected(Failure{Trouble::Garbled, "the server answered what was not asked", 0});
}

tl::unexpected<Failure> no_of(wire::Error::Reader error) {
  return tl::unexpected(Failure{Trouble::Refused, std::string(error.getWhat()), error.getCode()});
}

}  // namespace

bool may_pass(const Failure& failure) {
  if (failure.trouble == Trouble::Disproved) return false;
  if (failure.trouble != Trouble::Refused) return true;
  const auto reason = reason_from_number(failure.code);
  return reason && (reason_info(*reason).retry == Retry::Later || *reason == Reason::Unsupported);
}

tl::unexpected<Failure> disproved(Reason code, std::string message) {
  return tl::unexpected(Failure{Trouble::Disproved, std::move(message), static_cast<std::uint16_t>(code)});
}

tl::unexpected<Failure> disproved(const Error& error) { return disproved(error.code, error.message); }

Proofs::Proofs(Connection& connection, const TenantId& tenant, Scope scope, proof::NoteKey key,
               Connection::Timeout timeout)
    : connection_(connection), tenant_(tenant), scope_(scope), key_(std::move(key)), timeout_(timeout) {}

Tree Proofs::tree() const {
  return {key_.name, scope_ == Scope::Tenant ? std::optional(tenant_) : std::nullopt};
}

std::uint64_t Proofs::claimed() const { return scope_ == Scope::Tenant ? connection_.welcome().position : 0; }

Done Proofs::ask(const Fill& fill, const Read& read) {
  capnp::MallocMessageBuilder message;
  auto frame = message.initRoot<wire::Frame>();
  frame.setRequestId(1);
  auto request = frame.initProve();
  request.setTree(scope_ == Scope::Tenant ? wire::Tree::TENANT : wire::Tree::STORE);
  fill(request);
  connection_.put(message);
  if (auto sent = connection_.flush(timeout_); !sent) return sent;
  const auto words = connection_.receive(timeout_);
  if (!words) return tl::unexpected(words.error());
  Done done = garbled();
  const auto whole = protocol::read_message<wire::Frame>(*words, [&](wire::Frame::Reader answer) {
    if (answer.isError())
      done = no_of(answer.getError());
    else if (answer.isProof())
      done = read(answer.getProof());
  });
  if (!whole) return garbled();
  return done;
}

Outcome<SignedCheckpoint> Proofs::opened(std::string_view encoded) {
  auto note = proof::Note::parse(encoded);
  if (!note) return disproved(Reason::NotSigned, "the server's checkpoint: " + note.error().message);
  auto checkpoint = proof::open_checkpoint(*note, key_);
  if (!checkpoint) return disproved(Reason::NotSigned, checkpoint.error().message);
  if (Tree::of(checkpoint->origin) != tree())
    return disproved(Reason::ProofWrong,
                     fmt::format("asked for the checkpoint of {}, the server sent that of {}", tree().text(),
                                 checkpoint->origin.text()));
  return SignedCheckpoint{std::move(*checkpoint), std::move(*note)};
}

Outcome<SignedCheckpoint> Proofs::fetch(std::uint64_t size_min) {
  Outcome<SignedCheckpoint> got = garbled();
  const Done asked = ask([size_min](wire::ProofRequest::Builder request) { request.setCheckpoint(size_min); },
                         [&](wire::Proof::Reader proof) -> Done {
                           if (!proof.isCheckpoint()) return garbled();
                           const auto text = proof.getCheckpoint();
                           got = opened({text.begin(), text.size()});
                           return {};
                         });
  if (!asked) return tl::unexpected(asked.error());
  return got;
}

Outcome<SignedCheckpoint> Proofs::checkpoint(std::uint64_t size_min) {
  auto got = fetch(size_min);
  if (!got && size_min != 0 && got.error().trouble == Trouble::Refused && !may_pass(got.error())) {
    // It has none so large. How large is the largest?
    const Failure refused = got.error();
    got = fetch(0);
    if (got && got->checkpoint.size >= size_min) return tl::unexpected(refused);
  }
  if (!got || got->checkpoint.size >= size_min) return got;
  return disproved(Reason::ServerBehindClient,
                   fmt::format("{} had {} events, the server has signed no more than {}", tree().text(),
                               size_min, got->checkpoint.size));
}

Outcome<proof::Path> Proofs::consistency(std::uint64_t old_size, std::uint64_t new_size) {
  Outcome<proof::Path> got = garbled();
  const Done asked = ask(
      [&](wire::ProofRequest::Builder request) {
        auto wish = request.initConsistency();
        wish.setOldSize(old_size);
        wish.setNewSize(new_size);
      },
      [&](wire::Proof::Reader proof) -> Done {
        if (!proof.isConsistency()) return garbled();
        auto path = path_of_frame(proof.getConsistency());
        if (!path) return disproved(Reason::ProofWrong, "the server's path is no list of hashes");
        got = std::move(*path);
        return {};
      });
  if (!asked) return tl::unexpected(asked.error());
  return got;
}

Done Proofs::consistent(const proof::Checkpoint& older, const proof::Checkpoint& newer) {
  const auto two = [&](std::string_view why) {
    return disproved(Reason::TwoHistories,
                     fmt::format("{}: the tree of {} events is not the beginning of that of {} events: {}",
                                 tree().text(), older.size, newer.size, why));
  };
  if (newer.origin.epoch < older.origin.epoch)
    return two(fmt::format("the epoch went back from {} to {}", older.origin.epoch, newer.origin.epoch));
  if (older.size == newer.size)
    return older.root == newer.root ? Done() : Done(two("two roots for one size"));
  proof::Path path;
  // Nothing leads to anything: RFC 6962 has no path from the empty tree.
  if (older.size != 0) {
    auto got = consistency(older.size, newer.size);
    if (!got && got.error().trouble == Trouble::Refused && !may_pass(got.error()))
      return two(fmt::format("the server shows no way, and says: {}", got.error().message));
    if (!got && got.error().trouble == Trouble::Disproved) return two(got.error().message);
    if (!got) return tl::unexpected(got.error());
    path = std::move(*got);
  }
  if (proof::is_consistent(older.size, newer.size, older.root, newer.root, path)) return {};
  return two("the way the server shows does not lead there");
}

Outcome<ProvenEvent> Proofs::event(Position position, const proof::Checkpoint& against) {
  if (position == 0 || position > against.size)
    return tl::unexpected(Failure{
        Trouble::Usage,
        fmt::format("the checkpoint is of {} events; there is no position {} in it", against.size, position),
        static_cast<std::uint16_t>(Reason::NotFound)});
  ProvenEvent proven{.position = position, .stored = {}, .path = {}};
  const Done asked = ask(
      [&](wire::ProofRequest::Builder request) {
        auto wish = request.initInclusion();
        wish.setPosition(position);
        wish.setSize(against.size);
      },
      [&](wire::Proof::Reader proof) -> Done {
        if (!proof.isInclusion()) return garbled();
        const auto stored = proof.getInclusion().getEvent();
        proven.stored.assign(reinterpret_cast<const char*>(stored.begin()), stored.size());
        auto path = path_of_frame(proof.getInclusion().getPath());
        if (!path) return disproved(Reason::ProofWrong, "the server's path is no list of hashes");
        proven.path = std::move(*path);
        return {};
      });
  if (!asked && asked.error().trouble == Trouble::Refused && !may_pass(asked.error()))
    return disproved(Reason::ProofWrong,
                     fmt::format("the server does not prove the event at position {}, and says: {}", position,
                                 asked.error().message));
  if (!asked) return tl::unexpected(asked.error());
  if (!proof::is_included(leaf_hash(bytes_of(proven.stored)), position - 1, against.size, proven.path,
                          against.root))
    return disproved(Reason::ProofWrong,
                     fmt::format("what the server shows as the event at position {} is not in the tree of {} "
                                 "events that was signed",
                                 position, against.size));
  return proven;
}

Outcome<std::vector<SignedCheckpoint>> Proofs::checkpoints(std::uint64_t after, std::uint32_t limit) {
  std::vector<SignedCheckpoint> all;
  const Done asked = ask(
      [&](wire::ProofRequest::Builder request) {
        auto wish = request.initCheckpoints();
        wish.setAfter(after);
        wish.setLimit(limit);
      },
      [&](wire::Proof::Reader proof) -> Done {
        if (!proof.isCheckpoints()) return garbled();
        for (const auto text : proof.getCheckpoints()) {
          auto one = opened({text.begin(), text.size()});
          if (!one) return tl::unexpected(one.error());
          const std::uint64_t before = all.empty() ? after : all.back().checkpoint.size;
          if (one->checkpoint.size <= before)
            return disproved(Reason::ProofWrong, fmt::format("asked for sizes above {}, the server sent {}",
                                                             before, one->checkpoint.size));
          all.push_back(std::move(*one));
        }
        return {};
      });
  if (!asked) return tl::unexpected(asked.error());
  return all;
}

Outcome<ServerKeys> Proofs::keys() {
  ServerKeys keys;
  const Done asked = ask([](wire::ProofRequest::Builder request) { request.setKeys(); },
                         [&](wire::Proof::Reader proof) -> Done {
                           if (!proof.isKeys()) return garbled();
                           for (const auto one : proof.getKeys().getKeys()) keys.keys.emplace_back(one);
                           for (const auto one : proof.getKeys().getRotations())
                             keys.rotations.emplace_back(one);
                           return {};
                         });
  if (!asked) return tl::unexpected(asked.error());
  return keys;
}

Outcome<std::vector<KeptCheckpoint>> checked(const KeptCheckpoints& kept, const Tree& tree,
                                             const proof::NoteKey& key,
                                             std::span<const proof::NoteKey> earlier) {
  std::vector<KeptCheckpoint> mine = kept.of(tree);
  for (const KeptCheckpoint& one : mine) {
    const bool good =
        proof::is_signed_by(one.note, key) || std::ranges::any_of(earlier, [&](const proof::NoteKey& before) {
          return proof::is_signed_by(one.note, before);
        });
    if (!good)
      return disproved(Reason::NotSigned, fmt::format("{} is not signed by the key {} nor by an earlier one "
                                                      "that was named",
                                                      one.file.string(), key.name));
  }
  return mine;
}

namespace {

/// Keeps the note that cannot be true together with one that is kept, and names both.
tl::unexpected<Failure> contradicts(const Failure& why, const KeptCheckpoint& before,
                                    const proof::Checkpoint& checkpoint, const proof::Note& note,
                                    KeptCheckpoints& kept) {
  const auto noted = kept.keep_conflict(checkpoint, note);
  if (!noted)
    return disproved(Reason::TwoHistories,
                     fmt::format("{}; the note could not be kept: {}", why.message, noted.error().message));
  return disproved(Reason::TwoHistories, fmt::format("{}; both notes are kept: {} and {}", why.message,
                                                     before.file.string(), noted->string()));
}

}  // namespace

Outcome<Saved> save_checkpoint(Proofs& proofs, KeptCheckpoints& kept,
                               std::span<const proof::NoteKey> earlier) {
  const auto before = checked(kept, proofs.tree(), proofs.key(), earlier);
  if (!before) return tl::unexpected(before.error());
  const std::uint64_t size_before = before->empty() ? 0 : before->back().checkpoint.size;
  auto newest = proofs.checkpoint(std::max(size_before, proofs.claimed()));
  if (!newest) return tl::unexpected(newest.error());
  // The way to the new one first: that one is kept as a conflict if there is none.
  for (std::size_t i = before->size(); i-- > 0;) {
    const bool last = i + 1 == before->size();
    const proof::Checkpoint& next = last ? newest->checkpoint : (*before)[i + 1].checkpoint;
    const Done way = proofs.consistent((*before)[i].checkpoint, next);
    if (way) continue;
    if (last && way.error().code == static_cast<std::uint16_t>(Reason::TwoHistories))
      return contradicts(way.error(), (*before)[i], newest->checkpoint, newest->note, kept);
    return tl::unexpected(way.error());
  }
  if (const auto noted = kept.keep(newest->checkpoint, newest->note); !noted) return disproved(noted.error());
  return Saved{std::move(*newest), before->size(), size_before};
}

}  // namespace kontor::client
