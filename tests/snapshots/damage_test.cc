// Not one damaged byte of a snapshot is believed.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/snapshots/store.h"

namespace kontor::test {
namespace {

class DamagedSnapshot : public testing::Test {
 protected:
  DamagedSnapshot() {
    std::filesystem::create_directory(store_.path());
    const auto groups = all_domains(21, 10);
    store_.append(groups, 0, groups.size());
    store_.snapshot(groups.size());
    const auto log = log::RocksDbLog::open({.path = store_.path() + "/log"});
    id_ = (*log)->store_id();
    name_ = store_.snapshots() + "/" + store_.files().front();
    std::ifstream file(name_, std::ios::binary);
    whole_.assign(std::istreambuf_iterator<char>(file), {});
  }

  /// Whether anybody would go on from a file with this content.
  bool believed(const std::string& content) {
    std::ofstream(name_, std::ios::binary | std::ios::trunc) << content;
    snapshots::SnapshotShelf shelf(nullptr, store_.snapshots(), {});
    const auto points = shelf.points(id_);
    return !points.empty() && shelf.load(0).has_value();
  }

  TemporaryDirectory directory_;
  Store store_{directory_ / "store"};
  log::StoreId id_{};
  std::string name_;
  std::string whole_;
};

TEST_F(DamagedSnapshot, IsRefusedWhicheverByteChanged) {
  ASSERT_TRUE(believed(whole_));
  for (std::size_t i = 0; i < whole_.size(); ++i) {
    std::string content = whole_;
    content[i] = static_cast<char>(content[i] ^ (i % 2 == 0 ? 0x01 : 0x80));
    ASSERT_FALSE(believed(content)) << "byte " << i << " of " << whole_.size();
  }
}

TEST_F(DamagedSnapshot, IsRefusedWhereverItIsCutAndWhateverFollowsIt) {
  for (std::size_t size = 0; size < whole_.size(); size += 1 + size / 40)
    ASSERT_FALSE(believed(whole_.substr(0, size))) << size;
  ASSERT_FALSE(believed(whole_.substr(0, whole_.size() - 1)));
  ASSERT_FALSE(believed(whole_ + '\0'));
}

TEST_F(DamagedSnapshot, OfAnotherFormatOrShapeIsRefused) {
  auto header = snapshots::parse_header(std::string_view(whole_).substr(0, snapshots::kHeaderBytes));
  ASSERT_TRUE(header);
  header->shape[3] ^= 1;
  EXPECT_FALSE(believed(snapshots::encode_header(*header) + whole_.substr(snapshots::kHeaderBytes)));
  // Whole as it is, but of a later format.
  std::string bytes = whole_.substr(0, snapshots::kHeaderBytes - sizeof(Digest));
  bytes[8] = static_cast<char>(snapshots::kSnapshotFormat + 1);
  Sha256 sha;
  sha.update(bytes_of(bytes));
  const Digest digest = sha.finish();
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  const auto later = snapshots::parse_header(bytes);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, Reason::FormatVersion);
}

TEST_F(DamagedSnapshot, APieceOfAnotherSnapshotIsRefused) {
  // The same content behind the header of another group: each piece is bound to its own header.
  auto header = snapshots::parse_header(std::string_view(whole_).substr(0, snapshots::kHeaderBytes));
  ASSERT_TRUE(header);
  header->point.head.group += 1;
  EXPECT_FALSE(believed(snapshots::encode_header(*header) + whole_.substr(snapshots::kHeaderBytes)));
}

TEST_F(DamagedSnapshot, DraftsAreNeverReadAndGoWithTheNextSnapshot) {
  std::filesystem::rename(name_, name_ + ".draft");
  EXPECT_TRUE(snapshots::SnapshotShelf(nullptr, store_.snapshots(), {}).points(id_).empty());
  store_.snapshot(2);
  EXPECT_EQ(store_.files().size(), 1u);
}

}  // namespace
}  // namespace kontor::test
