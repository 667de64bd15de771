#include "engine/rules/snapshot.h"

#include <tuple>
#include <type_traits>

namespace kontor::rules {
namespace {

template <class Members>
struct SizeOfAll;
template <class... Ts>
struct SizeOfAll<std::tuple<Ts&...>> {
  static constexpr std::size_t value = (sizeof(std::remove_const_t<Ts>) + ...);
};

/// A container that was added to a domain and not to State::containers makes the struct larger than its list.
template <class DomainState>
constexpr bool kAllListed =
    sizeof(DomainState) == SizeOfAll<decltype(DomainState::containers(std::declval<DomainState&>()))>::value;

// In the order in which a snapshot holds them. The journal is empty outside a scope.
auto domains(auto& state) {
  return std::tie(state.tenancy, state.seats, state.people, state.effects, state.access, state.credits,
                  state.billing, state.communities);
}
static_assert(sizeof(State) == sizeof(Journal) + sizeof(Streams) +
                                   SizeOfAll<decltype(domains(std::declval<State&>()))>::value,
              "a domain that is not in the snapshot");

template <class DomainState>
void save_domain(const DomainState& state, ArchiveWriter& out) {
  static_assert(kAllListed<DomainState>, "list the new member in State::containers");
  if constexpr (requires { DomainState::timer_texts(state); }) out.use_texts(DomainState::timer_texts(state));
  std::apply([&](const auto&... members) { (members.save(out), ...); }, DomainState::containers(state));
}

template <class DomainState>
void load_domain(DomainState& state, ArchiveReader& in) {
  if constexpr (requires { DomainState::timer_texts(state); }) in.use_texts(DomainState::timer_texts(state));
  std::apply([&](auto&... members) { (members.load(in), ...); }, DomainState::containers(state));
}

template <class DomainState>
void shape_of(DomainState& state, ArchiveShape& out) {
  std::apply([&](auto&... members) { (members.shape(out), ...); }, DomainState::containers(state));
}

}  // namespace

void save(const State& state, ArchiveWriter& out) {
  KONTOR_ASSERT(!state.journal.recording());
  state.streams.save(out);
  std::apply([&](const auto&... domain) { (save_domain(domain, out), ...); }, domains(state));
}

void load(State& state, ArchiveReader& in) {
  KONTOR_ASSERT(!state.journal.recording());
  state.streams.load(in);
  std::apply([&](auto&... domain) { (load_domain(domain, in), ...); }, domains(state));
}

std::string state_shape() {
  State state;
  ArchiveShape out;
  Streams::shape(out);
  std::apply([&](auto&... domain) { (shape_of(domain, out), ...); }, domains(state));
  return out.text();
}

}  // namespace kontor::rules
