// Writes bundles of histories that the rules decided, for compare.py: verify_samples FOLDER.

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/support/all_domains.h"
#include "tests/support/bundles.h"

namespace {

using namespace kontor;
using namespace kontor::test;

constexpr int kTenants = 60;
constexpr int kStores = 20;

void write(const std::string& folder, int number, const std::vector<log::Group>& groups, BundleOf what) {
  const std::uint64_t events = events_in(groups, what);
  what.checkpoints = {events / 2, events};
  std::ofstream file(fmt::format("{}/{:03}.bundle", folder, number), std::ios::binary);
  file << bundle_of(groups, what, signing_key());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: verify_samples FOLDER\n", stderr);
    return 2;
  }
  const TenantId tenant("t");
  for (int i = 0; i < kTenants; ++i) {
    BundleOf what;
    what.tenant = tenant;
    write(argv[1], i, all_domains(static_cast<std::uint64_t>(100 + i), 5 + 3 * i, tenant), what);
  }
  for (int i = 0; i < kStores; ++i) {
    const auto seed = static_cast<std::uint64_t>(500 + 2 * i);
    write(argv[1], kTenants + i,
          merged(all_domains(seed, 5 + i, tenant), all_domains(seed + 1, 5 + i, TenantId("other"))), {});
  }
  return 0;
}
