#pragma once
// Everything that the domain numbers or names, by the section of docs/domain-coverage.md that says where it
// is kept and where it is attacked.

#include <string>
#include <vector>

namespace kontor::house {

struct CoveredSection {
  std::string heading;
  std::vector<std::string> ids;
};

[[nodiscard]] const std::vector<CoveredSection>& covered_sections();

}  // namespace kontor::house
