#pragma once
// Somebody who may write the whole directory of a store, and knows how: entries are changed through the
// database's own library, so that every checksum of it is right, and HEAD says what it has to say.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/log/rocksdb/head_file.h"

namespace kontor::test {

class StoreAttacker {
 public:
  /// Of a stopped store. Remembers what is in it, and keeps the database open: an auditor looks at files.
  explicit StoreAttacker(std::string directory);
  ~StoreAttacker();
  StoreAttacker(const StoreAttacker&) = delete;
  StoreAttacker& operator=(const StoreAttacker&) = delete;

  /// Family and key -> value.
  using Entries = std::map<std::pair<std::string, std::string>, std::string>;
  [[nodiscard]] const Entries& honest() const { return honest_; }
  [[nodiscard]] const log::HeadRecord& honest_head() const { return head_; }

  /// Makes the database hold exactly these entries, and HEAD say this; of which files are synced it says
  /// nothing any more.
  void write(const Entries& entries, log::HeadRecord head);

 private:
  struct Database;
  [[nodiscard]] Entries read() const;

  std::string directory_;
  std::unique_ptr<Database> database_;
  Entries honest_;
  Entries now_;
  log::HeadRecord head_;
};

}  // namespace kontor::test
