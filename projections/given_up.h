#pragma once
// Views that somebody held last. Who asks a question only puts them here; closing and removing them is work
// for another thread. Shared by a shelf and everything it has handed out.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "projections/view_store.h"

namespace kontor::views {

/// `Place` is what else there is to clear away, such as a directory.
template <class Place>
class GivenUp : public std::enable_shared_from_this<GivenUp<Place>> {
 public:
  struct Entry {
    std::unique_ptr<ViewStore> views;
    Place place;
  };

  /// Views that come here when nobody holds them any more.
  [[nodiscard]] std::shared_ptr<ViewStore> shared(std::unique_ptr<ViewStore> views, Place place) {
    ViewStore* const store = views.release();
    return {store, [self = this->shared_from_this(), place = std::move(place)](ViewStore* last) {
              self->put({std::unique_ptr<ViewStore>(last), place});
            }};
  }
  [[nodiscard]] std::vector<Entry> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(entries_, {});
  }
  void tell(std::function<void()> given_up) {
    const std::lock_guard lock(mutex_);
    told_ = std::move(given_up);
  }

 private:
  void put(Entry entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
    if (told_) told_();
  }

  std::mutex mutex_;  // guards everything below
  std::vector<Entry> entries_;
  std::function<void()> told_;
};

}  // namespace kontor::views
