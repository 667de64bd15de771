// docs/storage-format.md, "Snapshots"
#include <utility>

#include "engine/rules/archive.h"
#include "engine/writer/writer.h"

namespace kontor {

void Writer::save(rules::ArchiveWriter& out) const {
  KONTOR_ASSERT(slices_.empty() && answers_.empty());
  out.put(now_);
  out.number(tenants_.size());
  for (const auto& [id, tenant] : tenants_) {
    out.put(id);
    tenant->save(out);
  }
}

void WriterState::load(rules::ArchiveReader& in) {
  in.get(now);
  for (std::uint64_t left = in.number(); left != 0 && in.ok(); --left) {
    TenantId id;
    in.get(id);
    auto tenant = std::make_unique<Tenant>(id);
    tenant->load(in);
    if (tenant->last() == 0) in.fail_here();
    tenants[std::move(id)] = std::move(tenant);
  }
}

void Writer::restore(WriterState state) {
  KONTOR_ASSERT(last_group_ == 0 && tenants_.empty());
  last_group_ = state.last_group;
  now_ = state.now;
  tenants_ = std::move(state.tenants);
  for (const auto& [id, tenant] : tenants_) {
    const auto wakes = tenant->wakes_at();
    if (!wakes) continue;
    alarms_.insert({*wakes, id});
    alarm_of_[id] = *wakes;
  }
}

}  // namespace kontor
