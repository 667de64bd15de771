#include "engine/rules/people/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/rules/canonical.h"
#include "engine/rules/roles.h"
#include "events/core/assert.h"
#include "events/core/digest.h"
#include "events/core/email.h"

namespace kontor::rules::people {
namespace {

namespace ev = kontor::people;

const Person* find_person(const State& state, const PersonId& person) {
  const Row name = state.names.find(person.value);
  const Row* row = name == kNone ? nullptr : state.row_of.find(name);
  return row == nullptr ? nullptr : &state.persons[*row];
}

tl::unexpected<Refusal> not_found(const PersonId& person) {
  return refuse(Reason::NotFound, fmt::format("there is no person {}", person.value),
                {fact("person", person.value)});
}

tl::unexpected<Refusal> taken(const State& state, Row row) {
  const Person& other = state.persons[row];
  return refuse(Reason::AlreadyMember, "another person has this e-mail address",
                {fact("person", state.names.text(other.name))}, {other.changed_at});
}

Decision<Event> decide_one(const State& state, const RegisterPerson& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  if (command.person) {
    if (auto refused = erased(state, *command.person)) return tl::unexpected(*std::move(refused));
    if (const Person* known = find_person(state, *command.person))
      return refuse(Reason::AlreadyExists, fmt::format("person {} exists already", command.person->value),
                    {fact("person", command.person->value)}, {known->registered_at});
  }
  if (auto refused = email_refused(command.contact)) return tl::unexpected(*std::move(refused));
  if (const Row* other = state.by_lookup.find(command.contact.lookup)) return taken(state, *other);
  std::vector<Event> events;
  if (!command.person) {
    (void)person_for(state, command.contact, ctx, 0, events);
    return events;
  }
  events.emplace_back(
      ev::Event(ev::PersonRegistered{.person = *command.person,
                                     .lookup = command.contact.lookup,
                                     .data = ev::ClearData{command.contact.email, command.contact.name}}));
  return events;
}

Decision<Event> decide_one(const State& state, const ChangePersonEmail& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Backend})) return forbidden(ctx, {Role::Backend});
  const Person* known = find_person(state, command.person);
  if (known == nullptr) return not_found(command.person);
  if (auto refused = erased(state, command.person)) return tl::unexpected(*std::move(refused));
  if (auto refused = email_refused(command.contact)) return tl::unexpected(*std::move(refused));
  if (known->lookup == command.contact.lookup)
    return refuse(Reason::InvalidArgument, "the person has this e-mail already",
                  {fact("person", command.person.value)}, {known->changed_at});
  if (const Row* other = state.by_lookup.find(command.contact.lookup)) return taken(state, *other);
  return std::vector<Event>{
      ev::Event(ev::PersonEmailChanged{.person = command.person,
                                       .lookup = command.contact.lookup,
                                       .data = ev::ClearData{command.contact.email, ""}})};
}

Decision<Event> decide_one(const State& state, const ErasePerson& command, const Context& ctx) {
  if (!allowed(ctx, {Role::Operator})) return forbidden(ctx, {Role::Operator});
  if (find_person(state, command.person) == nullptr) return not_found(command.person);
  if (auto refused = erased(state, command.person)) return tl::unexpected(*std::move(refused));
  if (command.reason.empty()) return refuse(Reason::ReasonRequired, "an erasure needs a reason");
  return std::vector<Event>{ev::Event(ev::PersonErased{
      .person = command.person, .number = state.erased.get() + 1, .reason = command.reason})};
}

void change_lookup(State& state, Person& person, Row row, const Digest& lookup) {
  if (person.lookup != Digest{}) state.by_lookup.erase(person.lookup);
  person.lookup = lookup;
  if (lookup != Digest{}) state.by_lookup.put(lookup, row);
}

void evolve_one(State& state, const ev::PersonRegistered& event, Position position) {
  const Row name = state.names.intern(event.person.value);
  KONTOR_ASSERT(state.row_of.find(name) == nullptr);
  const Row row = state.persons.append({.name = name, .registered_at = position, .changed_at = position});
  state.row_of.put(name, row);
  change_lookup(state, state.persons.edit(row), row, event.lookup);
}

void evolve_one(State&, const ev::ExistingPersonLinked&, Position) {}

Row row_of(const State& state, const PersonId& person) {
  const Row name = state.names.find(person.value);
  const Row* row = name == kNone ? nullptr : state.row_of.find(name);
  KONTOR_ASSERT(row != nullptr);
  return *row;
}

void evolve_one(State& state, const ev::PersonEmailChanged& event, Position position) {
  const Row row = row_of(state, event.person);
  Person& person = state.persons.edit(row);
  change_lookup(state, person, row, event.lookup);
  person.changed_at = position;
}

void evolve_one(State& state, const ev::PersonErased& event, Position position) {
  const Row row = row_of(state, event.person);
  Person& person = state.persons.edit(row);
  change_lookup(state, person, row, Digest{});
  person.changed_at = position;
  person.erased_at = position;
  state.erased.set(event.number);
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  return std::visit([&](const auto& one) { return decide_one(state, one, ctx); }, command);
}

void evolve(State& state, const ev::Event& event, const Envelope& envelope) {
  std::visit([&](const auto& one) { evolve_one(state, one, envelope.position); }, event);
}

PersonId person_for(const State& state, const Contact& contact, const Context& ctx, std::uint64_t nth,
                    std::vector<Event>& events) {
  KONTOR_ASSERT(contact.lookup != Digest{});
  if (const auto known = find(state, contact.lookup)) {
    events.emplace_back(ev::Event(ev::ExistingPersonLinked{*known}));
    return *known;
  }
  constexpr std::size_t kNameBytes = 16;
  std::array<std::uint8_t, sizeof(Entropy) + sizeof(nth)> seed{};
  std::ranges::copy(ctx.entropy, seed.begin());
  for (std::size_t i = 0; i < sizeof(nth); ++i)
    seed[sizeof(Entropy) + i] = static_cast<std::uint8_t>(nth >> (8 * i));
  const Digest digest = sha256(seed);
  PersonId fresh("p-" + hex(Bytes(digest).first(kNameBytes)));
  events.emplace_back(ev::Event(ev::PersonRegistered{
      .person = fresh, .lookup = contact.lookup, .data = ev::ClearData{contact.email, contact.name}}));
  return fresh;
}

std::optional<Refusal> email_refused(const Contact& contact) {
  if (contact.lookup != Digest{}) return std::nullopt;
  const auto normal = normal_email(contact.email);
  KONTOR_ASSERT(!normal.has_value());  // whoever has a normal form has a look-up key
  return refuse(Reason::EmailInvalid, "the e-mail " + normal.error().what,
                {fact("at_byte", normal.error().at)})
      .value();
}

std::optional<PersonId> find(const State& state, const Digest& lookup) {
  const Row* row = state.by_lookup.find(lookup);
  if (row == nullptr) return std::nullopt;
  return PersonId(state.names.text(state.persons[*row].name));
}

std::optional<Refusal> erased(const State& state, const PersonId& person) {
  const Person* known = find_person(state, person);
  if (known == nullptr || known->erased_at == 0) return std::nullopt;
  return refuse(Reason::SubjectErased, fmt::format("person {} has been erased", person.value),
                {fact("person", person.value)}, {known->erased_at})
      .value();
}

std::vector<PersonId> living(const State& state) {
  std::vector<PersonId> persons;
  for (Row row = 0; row < state.persons.size(); ++row)
    if (const Person& person = state.persons[row]; person.erased_at == 0)
      persons.emplace_back(state.names.text(person.name));
  return persons;
}

std::string stream_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, RegisterPerson>)
          return one.person ? "person/" + one.person->value : "tenant";
        else
          return "person/" + one.person.value;
      },
      command);
}

std::string_view type_name(const Command& command) {
  static constexpr std::array<std::string_view, std::variant_size_v<Command>> kNames{
      "RegisterPerson", "ChangePersonEmail", "ErasePerson"};
  return kNames[command.index()];
}

void describe(const State& state, Canonical& out) {
  out.add(state.names);
  out.add(state.persons.size());
  for (Row row = 0; row < state.persons.size(); ++row) {
    const Person& p = state.persons[row];
    out.add(p.name);
    for (const std::uint8_t byte : p.lookup) out.add(byte);
    out.add_all(p.registered_at, p.changed_at, p.erased_at);
  }
  out.add(state.erased.get());
}

}  // namespace kontor::rules::people
