#pragma once
// Opens the tenants of a run: everything the recipe needs, sent as batches, and every command of it accepted;
// and waits for the views, so that a run does not begin with their backlog.

#include <functional>
#include <string>

#include "client/bench/load.h"

namespace kontor::bench {

/// The name of tenant `number` of a run.
[[nodiscard]] std::string tenant_name(const LoadOptions& options, std::uint32_t number);

[[nodiscard]] client::Done open_tenants(const LoadOptions& options,
                                        const std::function<void(const std::string&)>& say);

}  // namespace kontor::bench
