#include "tests/support/temporary_directory.h"

#include <stdlib.h>

#include <system_error>

#include "events/core/assert.h"

namespace kontor::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "kontor-test-XXXXXX").string();
  KONTOR_ASSERT(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace kontor::test
