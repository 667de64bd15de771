#pragma once
// Where views are kept: the live ones, and room for others beside them. Two implementations: directories
// (projections/view_directories.h) and memory.

#include <functional>
#include <memory>

#include "projections/view_store.h"

namespace kontor::views {

class ViewShelf {
 public:
  ViewShelf() = default;
  ViewShelf(const ViewShelf&) = delete;
  ViewShelf& operator=(const ViewShelf&) = delete;
  virtual ~ViewShelf() = default;

  /// Those a start finds. Any thread.
  [[nodiscard]] virtual std::shared_ptr<ViewStore> live() const = 0;
  /// Empty views beside the live ones. They are given up when nobody holds them any more, unless they were
  /// made live. One thread at a time, as `make_live` and `clear_away`.
  [[nodiscard]] virtual Result<std::shared_ptr<ViewStore>> make() = 0;
  /// From now on a start finds these, which must come from `make`; those before are given up when nobody
  /// holds them any more. After a failure a start finds those before, and nothing has changed.
  [[nodiscard]] virtual Status make_live(const std::shared_ptr<ViewStore>& views) = 0;
  /// Closes what was given up and removes what it has on disk: work that nobody who asks should have to do.
  /// What cannot be removed is removed at the next start.
  virtual void clear_away() = 0;

  /// From now on `given_up` is called when there is something to clear away: by whoever held it last, on any
  /// thread, so it must be quick. With nothing it is called no more.
  virtual void when_given_up(std::function<void()> given_up) = 0;
};

}  // namespace kontor::views
