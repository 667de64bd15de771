// docs/evidence.md
#include "client/evidence.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client/digest_text.h"
#include "events/core/base64.h"
#include "events/core/merkle.h"
#include "events/envelope.h"
#include "events/proof/merkle_proof.h"

namespace kontor::client {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "kontor evidence 1";

tl::unexpected<Error> unusable(std::string_view what) {
  return fail(Reason::BundleUnusable, fmt::format("this is no evidence: {}", what));
}

}  // namespace

std::string Evidence::text(std::string_view decoded_json) const {
  json::object object{{"format", kFormat},
                      {"position", std::to_string(position)},
                      {"event", base64(bytes_of(stored))},
                      {"path", path_to_json(path)},
                      {"checkpoint", note.encoded()}};
  json::error_code code;
  json::value decoded = json::parse(decoded_json, code);
  if (!code) object["decoded"] = std::move(decoded);
  return json::serialize(object) + "\n";
}

Result<Evidence> Evidence::parse(std::string_view text) {
  if (text.size() > kEvidenceBytesMax) return unusable("it is too long");
  json::error_code code;
  const json::value value = json::parse(text, code);
  if (code || !value.is_object()) return unusable("it is no JSON object");
  const json::object& object = value.get_object();
  if (text_of(object, "format") != kFormat) return unusable("its format is another");
  Evidence evidence;
  const auto position = number_of(object, "position");
  if (!position) return unusable("its position is no number");
  auto stored = parse_base64(text_of(object, "event"));
  if (!stored) return unusable("its event is not in base64");
  auto path = path_of_json(object);
  if (!path) return unusable("its path is no list of hashes");
  auto note = proof::Note::parse(text_of(object, "checkpoint"));
  if (!note) return unusable(note.error().message);
  evidence.position = *position;
  evidence.stored = std::move(*stored);
  evidence.path = std::move(*path);
  evidence.note = std::move(*note);
  return evidence;
}

Result<proof::Checkpoint> Evidence::check(const proof::NoteKey& key) const {
  auto checkpoint = proof::open_checkpoint(note, key);
  if (!checkpoint) return checkpoint;
  if (position == 0 || !proof::is_included(leaf_hash(bytes_of(stored)), position - 1, checkpoint->size, path,
                                           checkpoint->root))
    return fail(Reason::ProofWrong,
                fmt::format("the event is not at position {} of the {} events that were signed", position,
                            checkpoint->size));
  const auto event = decode(stored);
  if (!event) return fail(Reason::ProofWrong, "what was signed is no event: " + event.error().message);
  const auto& tenant = checkpoint->origin.tenant;
  if (tenant && (event->envelope.tenant != *tenant || event->envelope.position != position))
    return fail(Reason::ProofWrong, fmt::format("the event says that it is at position {} of tenant {}",
                                                event->envelope.position, event->envelope.tenant.value));
  return checkpoint;
}

}  // namespace kontor::client
