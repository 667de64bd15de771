#pragma once
// Invariants of the domain (I1, I2, I3, I5, I6, I7, I9), checked after every step by counting the model's
// lists. I4, I8 and I11 are commands that the model refuses; I12 is the comparison of every event.

#include "tests/model/pair.h"

namespace kontor::model {

[[nodiscard]] Difference broken_invariant(const TenantModel& model);

}  // namespace kontor::model
