#include "events/credits.h"

#include <array>

#include "events/codec.h"

namespace kontor {
namespace credits {

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event>> kNames{"PackageRetired",
                                                                                   "DraftSaved"};
  static_assert(!kNames.back().empty(), "one name per event");
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  if (const auto* retired = std::get_if<PackageRetired>(&event)) return "package/" + retired->package.value;
  return "content/" + std::get<DraftSaved>(event).content.value;
}

}  // namespace credits

namespace codec {
namespace {

void put(const credits::PackageRetired& e, schema::PackageRetired::Builder b) {
  b.setPackage(stored(e.package.value));
}
credits::PackageRetired take(schema::PackageRetired::Reader r) {
  return {.package = PackageId(text(r.getPackage()))};
}

void put(const credits::DraftSaved& e, schema::DraftSaved::Builder b) {
  b.setContent(stored(e.content.value));
}
credits::DraftSaved take(schema::DraftSaved::Reader r) {
  return {.content = ContentId(text(r.getContent()))};
}

}  // namespace

void write(const credits::Event& event, schema::CreditsEvent::Builder out) {
  struct Put {
    schema::CreditsEvent::Builder out;
    void operator()(const credits::PackageRetired& e) { put(e, out.initPackageRetired()); }
    void operator()(const credits::DraftSaved& e) { put(e, out.initDraftSaved()); }
  };
  std::visit(Put{out}, event);
}

credits::Event read(schema::CreditsEvent::Reader in) {
  switch (in.which()) {
    case schema::CreditsEvent::PACKAGE_RETIRED: return take(in.getPackageRetired());
    case schema::CreditsEvent::DRAFT_SAVED: return take(in.getDraftSaved());
  }
  KJ_FAIL_REQUIRE("unknown credits event");
}

}  // namespace codec
}  // namespace kontor
