// C2SP tlog-witness, "add-checkpoint"; docs/witness.md
#include "client/witness/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "client/digest_text.h"
#include "events/core/base64.h"
#include "events/proof/merkle_proof.h"

namespace kontor::witness {
namespace {

constexpr std::string_view kOld = "old ";

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(Reason::BundleUnusable, fmt::format("this is no request to add a checkpoint: {}", what));
}

/// The text up to the next newline, which is taken, too; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> plain_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || fmt::format("{}", number) != text)
    return std::nullopt;
  return number;
}

Judged no(Verdict verdict, std::string why) { return {verdict, std::move(why), std::nullopt, false}; }

Judged against(const AddCheckpoint& request, proof::Checkpoint checkpoint,
               const std::optional<proof::Checkpoint>& newest) {
  Judged judged{.verdict = Verdict::Conflict, .why = {}, .checkpoint = std::move(checkpoint)};
  const proof::Checkpoint& now = *judged.checkpoint;
  const std::uint64_t seen = newest ? newest->size : 0;
  if (newest && newest->size == now.size && newest->root != now.root) {
    judged.two_roots = true;
    judged.why = fmt::format("{} has signed two roots for size {}", now.origin.text(), now.size);
  } else if (newest && now.origin.epoch < newest->origin.epoch) {
    judged.why =
        fmt::format("epoch {} comes before epoch {}, which was seen", now.origin.epoch, newest->origin.epoch);
  } else if (request.old_size > now.size) {
    judged.verdict = Verdict::Malformed;
    judged.why = fmt::format("the old size {} is beyond the checkpoint's, {}", request.old_size, now.size);
  } else if (request.old_size != seen) {
    judged.why =
        fmt::format("the request goes on from size {}, the last that was seen is {}", request.old_size, seen);
  } else if (newest ? !proof::is_consistent(seen, now.size, newest->root, now.root, request.path)
                    : !request.path.empty()) {
    judged.verdict = Verdict::NoWay;
    judged.why =
        fmt::format("the path does not lead from the tree of {} events to that of {}", seen, now.size);
  } else {
    judged.verdict = Verdict::Cosign;
  }
  return judged;
}

}  // namespace

std::string AddCheckpoint::text() const {
  std::string out = fmt::format("{}{}\n", kOld, old_size);
  for (const Digest& hash : path) out += base64(hash) + "\n";
  return out + "\n" + note.encoded();
}

Result<AddCheckpoint> AddCheckpoint::parse(std::string_view text) {
  if (text.size() > kRequestBytesMax) return malformed("it is too long");
  std::string_view rest = text;
  auto line = take_line(rest);
  if (!line || !line->starts_with(kOld)) return malformed("its first line is not \"old\" and a size");
  const auto old_size = plain_number(line->substr(kOld.size()));
  if (!old_size) return malformed("its old size is not a plain number");
  AddCheckpoint request{.old_size = *old_size, .path = {}, .note = {}};
  while (true) {
    line = take_line(rest);
    if (!line) return malformed("it has no empty line");
    if (line->empty()) break;
    const auto hash = client::digest_from_base64(*line);
    if (!hash) return malformed("a line of its path is not 32 bytes in base64");
    if (request.path.size() == kPathLinesMax)
      return malformed(fmt::format("its path has more than {} lines", kPathLinesMax));
    request.path.push_back(*hash);
  }
  auto note = proof::Note::parse(rest);
  if (!note) return malformed(note.error().message);
  request.note = std::move(*note);
  return request;
}

Judged judge(const AddCheckpoint& request, std::span<const proof::NoteKey> trusted,
             const std::optional<proof::Checkpoint>& newest) {
  const auto checkpoint = proof::Checkpoint::parse(request.note.text);
  if (!checkpoint) return no(Verdict::Malformed, checkpoint.error().message);
  const std::string& log = checkpoint->origin.log;
  const auto is_of = [&](const proof::NoteKey& key) { return key.name == log; };
  if (std::ranges::none_of(trusted, is_of))
    return no(Verdict::UnknownLog, fmt::format("no key is trusted for the log {}", log));
  const bool is_signed = std::ranges::any_of(trusted, [&](const proof::NoteKey& key) {
    return is_of(key) && proof::open_checkpoint(request.note, key).has_value();
  });
  if (!is_signed)
    return no(Verdict::NotSigned,
              fmt::format("the checkpoint of {} is not signed by a key that is trusted", log));
  return against(request, *checkpoint, newest);
}

}  // namespace kontor::witness
