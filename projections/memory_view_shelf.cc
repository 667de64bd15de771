#include "projections/memory_view_shelf.h"

#include <mutex>
#include <utility>

#include "projections/given_up.h"
#include "projections/memory_view_store.h"

namespace kontor::views {
namespace {

struct Nowhere {};

class MemoryShelf final : public ViewShelf {
 public:
  explicit MemoryShelf(std::unique_ptr<ViewStore> live) : live_(given_up_->shared(std::move(live), {})) {}

  std::shared_ptr<ViewStore> live() const override {
    const std::lock_guard lock(mutex_);
    return live_;
  }
  Result<std::shared_ptr<ViewStore>> make() override { return given_up_->shared(memory_view_store(), {}); }
  Status make_live(const std::shared_ptr<ViewStore>& views) override {
    std::shared_ptr<ViewStore> before = views;
    const std::lock_guard lock(mutex_);
    live_.swap(before);
    return {};
  }
  void clear_away() override { static_cast<void>(given_up_->take()); }
  void when_given_up(std::function<void()> given_up) override { given_up_->tell(std::move(given_up)); }

 private:
  const std::shared_ptr<GivenUp<Nowhere>> given_up_ = std::make_shared<GivenUp<Nowhere>>();
  mutable std::mutex mutex_;  // guards live_
  std::shared_ptr<ViewStore> live_;
};

}  // namespace

std::unique_ptr<ViewShelf> memory_view_shelf(std::unique_ptr<ViewStore> live) {
  return std::make_unique<MemoryShelf>(live ? std::move(live) : memory_view_store());
}

}  // namespace kontor::views
