// docs/storage-format.md, "Snapshots"
#include <algorithm>
#include <utility>
#include <vector>

#include "engine/rules/archive.h"
#include "engine/writer/writer.h"

namespace kontor {

void Writer::save(rules::ArchiveWriter& out) const {
  KONTOR_ASSERT(open_.empty());
  KONTOR_ASSERT(answers_.empty());
  std::vector<const Tenant*> tenants;
  for (const auto& [id, entry] : tenants_) tenants.push_back(entry->tenant.get());
  std::ranges::sort(tenants, {}, &Tenant::id);
  out.put(now_);
  out.number(tenants.size());
  for (const Tenant* tenant : tenants) {
    out.put(tenant->id());
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
  for (auto& [id, tenant] : state.tenants) {
    auto entry = std::make_unique<Entry>(std::move(tenant));
    move_alarm(*entry, entry->tenant->wakes_at());
    tenants_.emplace(id, std::move(entry));
  }
}

}  // namespace kontor
