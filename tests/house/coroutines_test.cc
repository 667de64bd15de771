// GCC 12 destroys twice what a lambda captures when the lambda stands in a full expression with co_await, and
// a capturing lambda that is itself a coroutine outlives its captures. Both are banned (docs/decisions/0006).

#include <gtest/gtest.h>

#include <regex>

#include "tests/house/source_tree.h"

namespace kontor::house {
namespace {

struct Finding {
  std::size_t line = 0;
  std::string what;
};

// End of the bracketed text that opens at `open`, one past its closing bracket.
std::size_t closing(const std::string& code, std::size_t open, char left, char right) {
  std::size_t depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    if (code[at] == left) ++depth;
    if (code[at] == right && --depth == 0) return at + 1;
  }
  return code.size();
}

// Lambdas that capture: `[x]` and `[&]`, not `[]`, not a subscript (which follows a name or a bracket), not
// an attribute.
std::vector<std::size_t> capturing_lambdas(const std::string& code) {
  std::vector<std::size_t> found;
  const std::regex introducer(R"((^|[=(,{;&|!?:]|return)\s*(\[)([^\[\]]+)\]\s*[({])");
  for (std::sregex_iterator it(code.begin(), code.end(), introducer), end; it != end; ++it) {
    found.push_back(static_cast<std::size_t>(it->position(2)));
  }
  return found;
}

std::vector<Finding> findings(const std::string& code) {
  std::vector<Finding> found;
  for (const std::size_t at : capturing_lambdas(code)) {
    const std::size_t body = code.find('{', closing(code, at, '[', ']'));
    if (body == std::string::npos) continue;
    const std::size_t end = closing(code, body, '{', '}');
    const std::string inside = code.substr(body, end - body);
    if (inside.find("co_await") != std::string::npos || inside.find("co_return") != std::string::npos) {
      found.push_back({line_at(code, at), "a coroutine lambda captures"});
    }
    const std::size_t begin = code.find_last_of(";{}", at == 0 ? 0 : at - 1);
    const std::string before = code.substr(begin == std::string::npos ? 0 : begin, at - begin);
    if (before.find("co_await") != std::string::npos) {
      found.push_back({line_at(code, at), "a capturing lambda in a co_await expression"});
    }
  }
  return found;
}

TEST(Coroutines, TheCheckFindsWhatItIsFor) {
  EXPECT_EQ(findings("int r = co_await on_pool([s]{ return s.size(); });").size(), 1U);
  EXPECT_EQ(findings("co_spawn(ex, [this]() -> awaitable<void> { co_await run(); }, detached);").size(), 1U);
  EXPECT_EQ(findings("auto f = [s]{ return s.size(); }; int r = co_await on_pool(std::move(f));").size(), 0U);
  EXPECT_EQ(
      findings("co_spawn(ex, [](Session& s) -> awaitable<void> { co_await s.run(); }(session));").size(), 0U);
  EXPECT_EQ(findings("table[i](x); co_await y(a[i]);").size(), 0U);
}

TEST(Coroutines, NoLambdaCapturesBesideCoAwait) {
  for (const SourceFile& file : read_sources({"server", "client", "tests", "bench"}, {".h", ".cc"})) {
    for (const Finding& finding : findings(file.code)) {
      ADD_FAILURE() << file.path << ":" << finding.line << ": " << finding.what;
    }
  }
}

}  // namespace
}  // namespace kontor::house
