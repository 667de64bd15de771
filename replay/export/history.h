#pragma once
// What tables say about positions that no view keeps: by which event a seat was given out and by which it
// ended, and when runs of courses ended and were settled. One thread. Needs memory for every course seat and
// every run of a course, and for the other seats that are held.

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/envelope.h"
#include "replay/export/table.h"

namespace kontor::exports {

/// A grant of a campus seat or a community seat.
struct Grant {
  Position granted = 0;
  std::string_view kind;
  std::string place;
  std::string course;  // or the group of a community seat
  std::uint32_t seat = 0;
  std::string person;
  Instant from;
  Instant to;          // once ended
  Position ended = 0;  // 0: held
};

struct SeatEvents {
  Position granted = 0;
  Position ended = 0;
};

struct RunEvents {
  Instant ended_at;
  Position opened = 0;
  Instant settled_at;
  Position settled = 0;
  std::string invoice_ref;
};

class History {
 public:
  void take(const RecordedEvent& event);

  /// Grants that have ended since the last call.
  [[nodiscard]] std::vector<Grant> take_ended();
  /// Those that are held, in order of position.
  [[nodiscard]] std::vector<Grant> held() const;
  [[nodiscard]] SeatEvents course_seat(std::string_view course, std::uint64_t seat) const;
  [[nodiscard]] RunEvents run(std::string_view course, std::uint64_t run) const;

 private:
  struct Reader;

  // Numbers of campus seats and of community seats are of the tenant, each from 1.
  std::map<std::uint32_t, Grant> campus_;
  std::map<std::uint32_t, Grant> community_;
  std::unordered_map<std::string, SeatEvents> course_seats_;
  std::unordered_map<std::string, RunEvents> runs_;
  std::vector<Grant> ended_;
};

}  // namespace kontor::exports
