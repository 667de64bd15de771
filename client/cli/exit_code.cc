#include "client/cli/exit_code.h"

#include "events/reasons.h"

namespace kontor::cli {

int exit_code_of(std::uint16_t number) {
  const auto reason = reason_from_number(number);
  if (!reason) return kFailed;
  switch (*reason) {
    case Reason::NotFound:
    case Reason::UnknownTenant: return kNotFound;
    case Reason::VersionConflict:
    case Reason::CommandIdReused: return kConflict;
    case Reason::Overloaded:
    case Reason::Rebuilding:
    case Reason::ViewsBusy:
    case Reason::DeadlineExceeded:
    case Reason::SessionEnded:
    case Reason::StorageLow:
    case Reason::TooManyConnections: return kNotReady;
    case Reason::OutcomeUnknown: return kNoAnswer;
    case Reason::AlreadyRunning:
    case Reason::DataDirectory: return kInUse;
    case Reason::ConfigUnknownKey:
    case Reason::ConfigValue:
    case Reason::ConfigContradiction: return kBadConfig;
    case Reason::ViewsDiffer: return kDiffers;
    default: break;
  }
  if (number < 6000) return kRefused;
  return number >= 8000 && number < 8100 ? kDiffers : kFailed;
}

int exit_code_of(client::Trouble trouble) {
  switch (trouble) {
    case client::Trouble::Usage: return kUsage;
    case client::Trouble::Unreachable:
    case client::Trouble::Lost:
    case client::Trouble::TimedOut: return kNoAnswer;
    case client::Trouble::Refused:
    case client::Trouble::Garbled: return kFailed;
    case client::Trouble::Disproved: return kDiffers;
  }
  return kFailed;
}

}  // namespace kontor::cli
