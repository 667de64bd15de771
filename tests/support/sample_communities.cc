// Samples of the events of community seats.
#include "tests/support/sample_events.h"

namespace kontor::test {

std::vector<SampleEvent> community_samples() {
  const CommunityId community("community-1");
  const GroupId group("g-1");
  const PersonId person("p-00000000000000000001");
  constexpr Instant midnight{1'806'271'200'000'000'000};
  const Currency chf{{'C', 'H', 'F'}};
  const std::vector<communities::Event> events{
      communities::CommunityOpened{community, "Europe/Berlin"},
      communities::CommunityPoolBooked{community, 5, MinorUnits{12'000}, chf},
      communities::CommunitySeatGranted{community, 3, person, group},
      communities::CommunitySeatReleaseScheduled{community, 3, person, midnight},
      communities::CommunitySeatReleaseCancelled{community, 3, person, group},
      communities::CommunitySeatReleased{community, 3, person},
      communities::CommunityGroupCreated{group, community},
      communities::GroupMemberInvited{group, person},
      communities::ExistingCommunitySeatUsed{group, person, community, 3},
      communities::GroupMembershipEnded{group, person},
      communities::GroupDeactivated{group, 4}};
  std::vector<SampleEvent> samples;
  for (const auto& event : events)
    samples.push_back({std::string(type_name(event)), {sample_envelope(event), event}});
  const communities::Event unlimited =
      communities::CommunityPoolBooked{community, std::nullopt, MinorUnits{}, Currency{}};
  samples.push_back({"CommunityPoolBooked-unlimited", {sample_envelope(unlimited), unlimited}});
  return samples;
}

}  // namespace kontor::test
