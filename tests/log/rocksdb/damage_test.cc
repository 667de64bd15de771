// INV-17: damaged stores are refused by name or hold exactly what they held; no loss is silent.

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>

#include "engine/log/rocksdb/keys.h"
#include "tests/log/rocksdb/stored_files.h"
#include "tests/support/sample_groups.h"
#include "tests/support/temporary_directory.h"

namespace kontor::test {
namespace {

using Kind = Verdict::Kind;

const std::vector<int> kMasks{0x01, 0xFF};

std::unique_ptr<log::RocksDbLog> open_log(const std::string& path) {
  auto opened = log::RocksDbLog::open({.path = path, .head_execution = log::HeadExecution::Inline});
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return opened ? std::move(*opened) : nullptr;
}

/// A store of a few groups: first half in table files, second half in the write-ahead log.
class DamagedStore : public testing::Test {
 protected:
  DamagedStore() {
    SampleGroups samples;
    for (std::uint32_t i = 0; i < 6; ++i) groups_.push_back(samples.next({{"a", 1 + i % 2}, {"b", 1}}));
    in_child([this] {
      const auto log = open_log(store_);
      for (const log::Group& group : groups_) {
        ASSERT_EQ(log->append(group), log::AppendOutcome::Appended);
        if (group.number == 3) {
          ASSERT_TRUE(log->flush(log::RocksDbLog::FlushWait::UntilDone).has_value());
        }
      }
    });
    files_ = read_directory(store_);
  }

  /// Writes one damaged file, judges, and puts it back.
  Verdict judge_with(const std::string& name, const std::string& contents) {
    write_file(store_ + "/" + name, contents);
    const Verdict verdict = judge(store_, log::Access::ReadOnly, groups_);
    write_file(store_ + "/" + name, files_[name]);
    ++tally_[text(verdict)];
    EXPECT_NE(verdict.kind, Kind::Different) << name;
    return verdict;
  }

  using Check = std::function<void(std::size_t, const Verdict&)>;

  /// Every byte with these masks.
  void flip_every_byte(const std::string& name, const std::vector<int>& masks, const Check& check) {
    const auto flip = [&](std::size_t i) {
      std::string contents = files_[name];
      const std::size_t at = i / masks.size();
      contents[at] = static_cast<char>(contents[at] ^ masks[i % masks.size()]);
      return DamagedFile{name, std::move(contents)};
    };
    judge_all(name + " flipped", files_[name].size() * masks.size(), flip, check);
  }

  void cut_at_every_length(const std::string& name, const Check& check) {
    const auto cut = [&](std::size_t size) { return DamagedFile{name, files_[name].substr(0, size)}; };
    judge_all(name + " cut", files_[name].size(), cut, check);
  }

  void judge_all(const std::string& what, std::size_t count,
                 const std::function<DamagedFile(std::size_t)>& damage, const Check& check) {
    const std::vector<Verdict> verdicts = judge_each(store_, files_, count, damage, groups_);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_NE(verdicts[i].kind, Kind::Different) << what << " " << i;
      check(i, verdicts[i]);
      ++tally_[text(verdicts[i])];
    }
    print(what);
  }

  Verdict judge_without(const std::string& name) {
    std::filesystem::remove(store_ + "/" + name);
    const Verdict verdict = judge(store_, log::Access::ReadOnly, groups_);
    write_file(store_ + "/" + name, files_[name]);
    return verdict;
  }

  void print(const std::string& what) {
    std::string line = what + ":";
    for (const auto& [outcome, count] : tally_) line += " " + outcome + "=" + std::to_string(count);
    std::printf("%s\n", line.c_str());
    tally_.clear();
  }

  [[nodiscard]] std::string newest(const std::string& part) const { return names_with(files_, part).back(); }

  TemporaryDirectory directory_;
  std::string store_ = directory_ / "store";
  std::vector<log::Group> groups_;
  StoredFiles files_;
  std::map<std::string, int> tally_;
};

constexpr Verdict refused(Reason code) { return {.kind = Kind::Refused, .code = code}; }
constexpr Verdict kSame{.kind = Kind::Same};

TEST_F(DamagedStore, UndamagedItIsWhole) {
  EXPECT_EQ(judge(store_, log::Access::ReadOnly, groups_), kSame);
  EXPECT_EQ(read_directory(store_), files_) << "reading must not change a byte";
  EXPECT_EQ(judge(store_, log::Access::ReadWrite, groups_), kSame);
}

TEST_F(DamagedStore, EveryByteOfTheWriteAheadLog) {
  flip_every_byte(newest(".log"), kMasks, [](std::size_t at, const Verdict& verdict) {
    EXPECT_EQ(verdict, refused(Reason::WalDamaged)) << at << " " << text(verdict);
  });
  cut_at_every_length(newest(".log"), [](std::size_t size, const Verdict& verdict) {
    EXPECT_EQ(verdict, refused(Reason::WalShort)) << size << " " << text(verdict);
  });
}

TEST_F(DamagedStore, EveryByteOfTheManifestAndOfCurrent) {
  flip_every_byte(newest("MANIFEST"), kMasks, [](std::size_t at, const Verdict& verdict) {
    EXPECT_EQ(verdict, refused(Reason::HeadRegression)) << at << " " << text(verdict);
  });
  cut_at_every_length(newest("MANIFEST"), [](std::size_t size, const Verdict& verdict) {
    EXPECT_EQ(verdict, refused(Reason::HeadRegression)) << size << " " << text(verdict);
  });
  const auto current = [](std::size_t at, const Verdict& verdict) {
    EXPECT_EQ(verdict.kind, Kind::Refused) << at << " " << text(verdict);
  };
  flip_every_byte("log/CURRENT", kMasks, current);
  cut_at_every_length("log/CURRENT", current);
}

TEST_F(DamagedStore, EveryByteOfHead) {
  // Three older slots and much padding: a flip takes one slot, and any slot proves the store.
  const std::string whole = files_["HEAD"];
  for (std::size_t at = 0; at < whole.size(); at += at % 4096 < 160 || at % 4096 >= 4064 ? 3 : 197) {
    std::string contents = whole;
    contents[at] = static_cast<char>(contents[at] ^ 0x10);
    EXPECT_EQ(judge_with("HEAD", contents), kSame) << at;
  }
  print("HEAD flipped");
  for (std::size_t size = 0; size < whole.size(); size += 509) {
    const Verdict verdict = judge_with("HEAD", whole.substr(0, size));
    EXPECT_EQ(verdict, size < 4096 ? refused(Reason::HeadUnreadable) : kSame) << size << " " << text(verdict);
  }
  print("HEAD cut");
  EXPECT_EQ(judge_with("HEAD", std::string(whole.size(), '\0')), refused(Reason::HeadUnreadable));
  EXPECT_EQ(judge_without("HEAD"), refused(Reason::HeadUnreadable));
}

TEST_F(DamagedStore, EveryByteOfTheTableFiles) {
  for (const std::string& name : names_with(files_, ".sst"))
    flip_every_byte(name, kMasks, [](std::size_t, const Verdict&) {});
}

TEST_F(DamagedStore, EveryFileMissing) {
  for (const auto& [name, contents] : files_) {
    const Verdict verdict = judge_without(name);
    std::printf("%s missing: %s\n", name.c_str(), text(verdict).c_str());
    EXPECT_TRUE(verdict.kind == Kind::Same || verdict.kind == Kind::Refused) << name;
    if (name.ends_with(".log")) {
      EXPECT_EQ(verdict, refused(Reason::WalMissing)) << name;
    }
    if (name == "log/CURRENT" || name.ends_with(".sst") || name.find("MANIFEST") != std::string::npos) {
      EXPECT_EQ(verdict, refused(Reason::StoreDamaged)) << name;
    }
  }
  std::filesystem::remove_all(store_ + "/log");
  EXPECT_EQ(judge(store_, log::Access::ReadWrite, groups_), refused(Reason::StoreDamaged));
}

TEST_F(DamagedStore, EveryFileReplacedByAnOlderCopy) {
  SampleGroups samples;
  for (const log::Group& group : groups_)
    static_cast<void>(samples.next({{"a", group.slices[0].count}, {"b", 1}}));
  const StoredFiles older = files_;
  const log::Group more = samples.next({{"a", 3}});
  in_child([&] {
    const auto log = open_log(store_);
    ASSERT_EQ(log->append(more), log::AppendOutcome::Appended);
  });
  groups_.push_back(more);
  files_ = read_directory(store_);
  EXPECT_EQ(judge(store_, log::Access::ReadOnly, groups_), kSame);
  for (const auto& [name, contents] : older) {
    if (!files_.contains(name) || files_[name] == contents) continue;
    const Verdict verdict = judge_with(name, contents);
    std::printf("%s older: %s\n", name.c_str(), text(verdict).c_str());
    EXPECT_TRUE(verdict.kind == Kind::Same || verdict.kind == Kind::Refused) << name;
  }
  // Everything but HEAD older: only HEAD still knows.
  StoredFiles old_database = older;
  old_database["HEAD"] = files_["HEAD"];
  write_directory(store_, old_database);
  EXPECT_EQ(judge(store_, log::Access::ReadOnly, groups_).kind, Kind::Refused);
}

TEST_F(DamagedStore, ARefusalChangesNothing) {
  for (const std::string& name :
       {newest(".log"), newest("MANIFEST"), newest(".sst"), std::string("log/CURRENT")})
    for (std::size_t at = 5; at < files_[name].size(); at += 211) {
      StoredFiles damaged = files_;
      damaged[name][at] = static_cast<char>(damaged[name][at] ^ 0x40);
      write_directory(store_, damaged);
      const Verdict verdict = judge(store_, log::Access::ReadWrite, groups_);
      EXPECT_TRUE(verdict.kind == Kind::Refused || verdict == kSame || verdict.kind == Kind::Died);
      if (verdict.kind == Kind::Refused) {
        EXPECT_EQ(read_directory(store_), damaged) << name << " " << at;
      }
    }
}

TEST_F(DamagedStore, ATornTailBehindWhatWasPromisedIsCut) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{37}, std::size_t{5000}, std::size_t{40'000}}) {
    StoredFiles torn = files_;
    torn[newest(".log")] += std::string(bytes, '\x5A');
    torn[newest("MANIFEST")] += std::string(bytes, '\0');
    write_directory(store_, torn);
    EXPECT_EQ(judge(store_, log::Access::ReadOnly, groups_), kSame);
    EXPECT_EQ(read_directory(store_), torn);
    EXPECT_EQ(judge(store_, log::Access::ReadWrite, groups_), kSame);
  }
}

/// Changes what is stored by the library's own means, so that all of its checksums are right.
void tamper(const std::string& store,
            const std::function<void(rocksdb::WriteBatch&, rocksdb::ColumnFamilyHandle*,
                                     rocksdb::ColumnFamilyHandle*)>& change) {
  rocksdb::DB* raw = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  ASSERT_TRUE(rocksdb::DB::Open({}, store + "/log", {{"default", {}}, {"events", {}}, {"groups", {}}},
                                &families, &raw)
                  .ok());
  const std::unique_ptr<rocksdb::DB> db(raw);
  rocksdb::WriteBatch batch;
  change(batch, families[1], families[2]);
  ASSERT_TRUE(db->Write({}, &batch).ok());
  for (auto* family : families) db->DestroyColumnFamilyHandle(family);
}

TEST_F(DamagedStore, TamperingWithRightChecksumsIsNoticed) {
  const log::TenantSlice& slice = groups_[2].slices[0];
  const std::string key = log::event_key(slice.tenant, slice.first);
  const auto outcome = [&](auto change) {
    write_directory(store_, files_);
    in_child([&] { tamper(store_, change); });
    return judge(store_, log::Access::ReadOnly, groups_);
  };
  std::string changed = slice.bytes;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_EQ(outcome([&](auto& batch, auto* events, auto*) { batch.Put(events, key, changed); }),
            refused(Reason::RootMismatch));
  EXPECT_EQ(outcome([&](auto& batch, auto* events, auto*) { batch.Delete(events, key); }),
            refused(Reason::PositionGap));
  EXPECT_EQ(outcome([&](auto& batch, auto*, auto* groups) { batch.Delete(groups, log::group_key(3)); }),
            refused(Reason::PositionGap));
  EXPECT_EQ(outcome([&](auto& batch, auto*, auto* groups) { batch.Delete(groups, log::group_key(6)); }),
            refused(Reason::HeadRegression));
  EXPECT_EQ(outcome([&](auto& batch, auto* events, auto*) {
              batch.Put(events, log::event_key(TenantId("a"), 100), slice.bytes);
            }),
            refused(Reason::StoreDamaged));
  EXPECT_EQ(outcome([&](auto& batch, auto* events, auto*) {
              batch.Put(events, log::event_key(TenantId("unheard"), 1), slice.bytes);
            }),
            refused(Reason::StoreDamaged));
}

}  // namespace
}  // namespace kontor::test
