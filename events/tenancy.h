#pragma once
// Events of a tenant as a whole. Pure values.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace kontor::tenancy {

/// What "now" means for a tenant's commands.
enum class Timeline : std::uint16_t {
  Live = 0,     // the server's clock
  History = 1,  // the time each imported row carries, until HistoryFinished
};

struct TenantCreated {
  Timeline timeline = Timeline::Live;
  friend bool operator==(const TenantCreated&, const TenantCreated&) = default;
};

struct HistoryFinished {
  friend bool operator==(const HistoryFinished&, const HistoryFinished&) = default;
};

/// Plans in rising order: each contains the one before.
enum class Suite : std::uint16_t { Basic = 0, ExpertSuite = 1, ExpertSuitePlus = 2, Enterprise = 3 };
[[nodiscard]] std::string_view suite_name(Suite suite);

/// The credit system is an option of its own (C-01).
enum class CreditsOption : std::uint16_t { Excluded = 0, Included = 1 };

/// What the tenant's contract contains from now on. A tenant begins with the defaults.
struct TenantPlanChanged {
  Suite suite = Suite::Basic;
  CreditsOption credits = CreditsOption::Excluded;
  friend bool operator==(const TenantPlanChanged&, const TenantPlanChanged&) = default;
};

struct Event : std::variant<TenantCreated, HistoryFinished, TenantPlanChanged> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::tenancy
