// docs/proofs.md
#include "server/protocol/proof_frames.h"

#include <fmt/format.h>

#include "server/protocol/field_reader.h"
#include "server/protocol/frame_writer.h"

namespace kontor::protocol {
namespace {

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

constexpr std::size_t kFixedWords = 32;

std::size_t words_of(const std::vector<std::string>& texts) {
  std::size_t words = 2;
  for (const std::string& text : texts) words += 1 + text_words(text.size());
  return words;
}
std::size_t words_of(const std::vector<Digest>& path) { return 2 + path.size() * (1 + sizeof(Digest) / 8); }

void fill(capnp::List<capnp::Data>::Builder to, const std::vector<Digest>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, {from[i].data(), from[i].size()});
}
void fill(capnp::List<capnp::Text>::Builder to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, text(from[i]));
}

Result<CheckpointsWish> read_checkpoints(wire::CheckpointsRequest::Reader from) {
  if (from.getLimit() == 0 || from.getLimit() > kCheckpointsPerPageMax)
    return fail(Reason::InvalidArgument, fmt::format("checkpoints.limit is {}, must be 1 to {}",
                                                     from.getLimit(), kCheckpointsPerPageMax));
  return CheckpointsWish{from.getAfter(), from.getLimit()};
}

Result<InclusionWish> read_inclusion(wire::InclusionRequest::Reader from) {
  if (from.getPosition() == 0)
    return fail(Reason::InvalidArgument, "inclusion.position is missing: positions begin at 1");
  return InclusionWish{from.getPosition(), from.getSize()};
}

Result<ConsistencyWish> read_consistency(wire::ConsistencyRequest::Reader from) {
  if (from.getOldSize() == 0 || from.getOldSize() > from.getNewSize())
    return fail(Reason::InvalidArgument,
                fmt::format("consistency goes from {} to {}, must be from 1 or more to no less",
                            from.getOldSize(), from.getNewSize()));
  return ConsistencyWish{from.getOldSize(), from.getNewSize()};
}

template <class Wish>
Result<ProveRequest> judged(Tree tree, Result<Wish> wish) {
  if (!wish) return fail(wish.error());
  return ProveRequest{tree, *wish};
}

}  // namespace

Result<ProveRequest> read_prove(wire::ProofRequest::Reader from) {
  FieldReader fields;
  const Tree tree = fields.choice("tree", from.getTree(), Tree::Store);
  if (fields.problem()) return fail(*fields.problem());
  using Asked = wire::ProofRequest;
  switch (from.which()) {
    case Asked::CHECKPOINT: return ProveRequest{tree, CheckpointWish{from.getCheckpoint()}};
    case Asked::INCLUSION: return judged(tree, read_inclusion(from.getInclusion()));
    case Asked::CONSISTENCY: return judged(tree, read_consistency(from.getConsistency()));
    case Asked::CHECKPOINTS: return judged(tree, read_checkpoints(from.getCheckpoints()));
    case Asked::KEYS: return ProveRequest{tree, KeysWish{}};
  }
  return fail(Reason::Unsupported, fmt::format("proofs of kind {} are not known to this server",
                                               static_cast<unsigned>(from.which())));
}

void encode_proof(std::uint64_t request, const ProofAnswer& answer, std::string& out) {
  const std::size_t words =
      kFixedWords +
      std::visit(
          Overload{[](const CheckpointNote& one) { return text_words(one.note.size()); },
                   [](const Inclusion& one) { return text_words(one.event.size()) + words_of(one.path); },
                   [](const Consistency& one) { return words_of(one.path); },
                   [](const CheckpointNotes& one) { return words_of(one.notes); },
                   [](const Keys& one) { return words_of(one.keys) + words_of(one.rotations); }},
          answer);
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initProof();
    const auto count = [](const auto& list) { return static_cast<unsigned>(list.size()); };
    std::visit(
        Overload{[&](const CheckpointNote& one) { to.setCheckpoint(text(one.note)); },
                 [&](const Inclusion& one) {
                   auto inclusion = to.initInclusion();
                   const Bytes event = bytes_of(one.event);
                   inclusion.setEvent({event.data(), event.size()});
                   inclusion.setSize(one.size);
                   fill(inclusion.initPath(count(one.path)), one.path);
                 },
                 [&](const Consistency& one) { fill(to.initConsistency(count(one.path)), one.path); },
                 [&](const CheckpointNotes& one) { fill(to.initCheckpoints(count(one.notes)), one.notes); },
                 [&](const Keys& one) {
                   auto keys = to.initKeys();
                   fill(keys.initKeys(count(one.keys)), one.keys);
                   fill(keys.initRotations(count(one.rotations)), one.rotations);
                 }},
        answer);
  });
}

}  // namespace kontor::protocol
