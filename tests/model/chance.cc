#include "tests/model/chance.h"

#include <algorithm>

#include "tests/model/zone.h"

namespace kontor::model {
namespace {

constexpr std::int64_t kHour = 3'600 * kNanosecondsPerSecond;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

void Chance::next_mood() {
  const std::uint64_t roll = dice.below(100);
  mood = roll < 80 ? Mood::Plausible : roll < 95 ? Mood::Border : Mood::Nonsense;
}

CampusId Chance::campus() { return name<CampusId>("c", 3); }
CourseId Chance::course() { return name<CourseId>("k", 6); }
PersonId Chance::person() { return name<PersonId>("p", 9); }

CourseId Chance::course_in(std::initializer_list<CourseState> states) {
  std::vector<CourseId> found;
  for (const Course& each : world->seats.courses)
    if (std::find(states.begin(), states.end(), each.state) != states.end()) found.push_back(each.id);
  if (found.empty() || percent(10)) return course();
  return dice.pick(found);
}

Instant Chance::midnight(int days_from_now) {
  const char* zone = percent(97) ? "Europe/Berlin" : "UTC";
  return next_midnight(zone, {now.ns + days_from_now * kDay});
}

Instant Chance::moment() {
  switch (dice.below(mood == Mood::Plausible ? 8 : 12)) {
    case 0: return now;
    case 1: return {now.ns + 1};
    case 2: return midnight(static_cast<int>(dice.between(0, 40)));
    case 3: return {now.ns + dice.between(1, 100) * kHour};
    case 4: return {now.ns + dice.between(1, 100) * kDay};
    case 5: return {now.ns - dice.between(1, 20) * kDay};
    case 6:
    case 7: {
      std::vector<Due> due;
      collect_due(*world, due);
      if (!due.empty()) return dice.pick(due).due;
      return {now.ns + kHour};
    }
    case 8: return {now.ns - 1};
    case 9: return {0};
    case 10: return midnight(-1);
    default: {
      std::vector<Due> due;
      collect_due(*world, due);
      if (!due.empty()) return {dice.pick(due).due.ns + dice.between(-1, 1)};
      return now;
    }
  }
}

Instant Chance::later(Instant than) {
  if (mood != Mood::Plausible && percent(30)) return percent(50) ? than : moment();
  return {than.ns + (percent(50) ? dice.between(1, 120) * kDay : dice.between(1, 90) * 24 * kHour + kHour)};
}

std::uint32_t Chance::number(std::uint32_t usual_max, std::uint32_t max) {
  if (mood == Mood::Plausible) return 1 + static_cast<std::uint32_t>(dice.below(usual_max));
  const std::uint32_t edges[] = {0, 1, 2, usual_max, max, max + 1};
  return edges[dice.below(mood == Mood::Border ? 5 : 6)];
}

std::string Chance::text(const char* usual, std::size_t max) {
  if (mood == Mood::Plausible || percent(50)) return usual;
  const std::size_t lengths[] = {0, 1, max, max + 1};
  return std::string(lengths[dice.below(4)], 'x');
}

people::Contact Chance::contact() {
  const unsigned who = 1 + static_cast<unsigned>(dice.below(12));
  people::Contact contact;
  contact.email = "p" + std::to_string(who) + "@example.org";
  contact.name = "Person " + std::to_string(who);
  if (mood == Mood::Nonsense && percent(30)) contact.email = "nobody at all";
  return contact;
}

std::optional<PersonId> Chance::known_person() {
  if (world->people.persons.empty() || percent(8)) return person();
  return dice.pick(world->people.persons).id;
}

}  // namespace kontor::model
