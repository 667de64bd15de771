#include "tests/client/lying_server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <thread>

#include "server/protocol/encode.h"
#include "server/protocol/frame_writer.h"
#include "server/protocol/message.h"

namespace kontor::client::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kPage = 5;             // events; several pages even of small histories
constexpr std::size_t kAnswerWords = 8'192;  // more than any answer needs

capnp::Data::Reader data_of(const Digest& digest) { return {digest.data(), digest.size()}; }
capnp::Data::Reader data_of(const std::string& bytes) {
  return {reinterpret_cast<const capnp::byte*>(bytes.data()), bytes.size()};
}

void put_path(const proof::Path& path, capnp::List<capnp::Data>::Builder to) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, data_of(path[i]));
}

void prove(Answers& answers, wire::ProofRequest::Reader request, wire::Proof::Builder proof) {
  if (request.isCheckpoint()) {
    proof.setCheckpoint(answers.checkpoint(request.getCheckpoint()));
  } else if (request.isInclusion()) {
    const auto wish = request.getInclusion();
    const auto said = answers.inclusion(wish.getPosition(), wish.getSize());
    auto to = proof.initInclusion();
    to.setEvent(data_of(said.event));
    to.setSize(said.size);
    put_path(said.path, to.initPath(static_cast<unsigned>(said.path.size())));
  } else if (request.isConsistency()) {
    const auto wish = request.getConsistency();
    const auto path = answers.consistency(wish.getOldSize(), wish.getNewSize());
    put_path(path, proof.initConsistency(static_cast<unsigned>(path.size())));
  }
}

void fill_receipt(const Answers::Receipt& said, wire::Receipt::Builder to) {
  to.setFirst(said.first);
  to.setLast(said.last);
  if (!said.binding) return;
  auto binding = to.initBinding();
  binding.setNote(said.binding->note.encoded());
  binding.setIndex(said.binding->index);
  put_path(said.binding->path, binding.initPath(static_cast<unsigned>(said.binding->path.size())));
  binding.setEventsRoot(data_of(said.binding->events_root));
}

CommandId id_of(wire::Command::Reader command) {
  CommandId id;
  const auto bytes = command.getId();
  std::copy_n(bytes.begin(), std::min(bytes.size(), id.bytes.size()), id.bytes.begin());
  return id;
}

void answer(Answers& answers, wire::Frame::Reader frame, std::string& out) {
  const std::uint64_t request = frame.getRequestId();
  if (frame.isHello()) {
    const Position head = answers.head_at_greeting();
    if (frame.getHello().getHighestPosition() > answers.history.size() && head == answers.history.size())
      return protocol::encode_error(request, {Reason::ServerBehindClient, "the client knows more"}, out);
    protocol::encode_welcome(request, {.store_id = "7f3a9c", .position = head, .in_flight_max = 16}, out);
  } else if (frame.isEvents()) {
    const auto wish = frame.getEvents();
    protocol::encode_event_page(request, answers.events(wish.getFrom(), wish.getLimit()),
                                answers.head_of_page(), out);
  } else if (frame.isProve()) {
    protocol::append_frame(request, kAnswerWords, out, [&](wire::Frame::Builder to) {
      prove(answers, frame.getProve(), to.initProof());
    });
  } else if (frame.isQuery()) {
    protocol::append_frame(request, kAnswerWords, out, [&](wire::Frame::Builder to) {
      auto said = to.initAnswer();
      said.setPosition(answers.history.size());
      auto menu = said.getBody().initMenuBalance();
      menu.setUser("u-1");
      menu.setBalance(answers.balance());
      menu.setAvailable(answers.balance());
    });
  } else if (frame.isCommand()) {
    const auto said = answers.receipt(id_of(frame.getCommand()));
    protocol::append_frame(request, kAnswerWords, out,
                           [&](wire::Frame::Builder to) { fill_receipt(said, to.initReceipt()); });
  }
}

}  // namespace

Answers::Page Answers::events(Position from, std::uint32_t limit) {
  Page page;
  for (Position at = from; at <= history.size() && page.size() < std::min<std::size_t>(limit, kPage); ++at)
    page.push_back(history.event(at));
  return page;
}

std::string Answers::checkpoint(std::uint64_t size_min) {
  if (size_min > history.size()) throw Refuses{{Reason::InvalidArgument, "the tree is not so large"}};
  return history.note(history.size()).encoded();
}

Answers::Receipt Answers::receipt(const CommandId& command) {
  history.append(command, "r");
  const Position at = history.size();
  return {at, at, bind(history.promise(command, at, at))};
}

Answers::Binding Answers::bind(const proof::Promise& promise) {
  const proof::PromisedGroup group{
      .log = kLog, .group = promise.first, .recorded_at = {5}, .receipts = 1, .root = promise.leaf()};
  const std::string text = group.text();
  return {{text, {proof::sign_text(text, kLog, key_of_seed(7))}}, 0, {}, promise.events_root};
}

struct LyingServer::Sockets {
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::mutex guard;  // guards what follows
  bool ending = false;
  std::vector<std::shared_ptr<tcp::socket>> open;  // shared with the thread that reads from it
  std::vector<std::thread> talks;
  std::thread accepts;
};

LyingServer::LyingServer(Answers& answers) : LyingServer([&answers](int) -> Answers& { return answers; }) {}

LyingServer::LyingServer(Chosen chosen) : chosen_(std::move(chosen)), sockets_(std::make_unique<Sockets>()) {
  sockets_->accepts = std::thread([this] { accept(); });
}

LyingServer::~LyingServer() {
  {
    const std::lock_guard lock(sockets_->guard);
    sockets_->ending = true;
  }
  // Somebody knocks, so that who waits for connections sees that it is over.
  asio::io_context io;
  tcp::socket knock(io);
  boost::system::error_code ignored;
  knock.connect(sockets_->acceptor.local_endpoint(), ignored);
  sockets_->accepts.join();
  for (const auto& socket : sockets_->open) socket->shutdown(tcp::socket::shutdown_both, ignored);
  for (std::thread& talk : sockets_->talks) talk.join();
}

Address LyingServer::address() const {
  return {"127.0.0.1", std::to_string(sockets_->acceptor.local_endpoint().port())};
}

void LyingServer::meanwhile(const std::function<void()>& change) {
  const std::lock_guard lock(answering_);
  change();
}

void LyingServer::accept() {
  for (int number = 0;; ++number) {
    auto socket = std::make_shared<tcp::socket>(sockets_->io);
    boost::system::error_code code;
    sockets_->acceptor.accept(*socket, code);
    const std::lock_guard lock(sockets_->guard);
    if (code || sockets_->ending) return;
    sockets_->open.push_back(socket);
    sockets_->talks.emplace_back([this, number] { talk(number); });
  }
}

void LyingServer::talk(int number) {
  std::shared_ptr<tcp::socket> socket;
  {
    const std::lock_guard lock(sockets_->guard);
    socket = sockets_->open[static_cast<std::size_t>(number)];
  }
  protocol::FrameGate gate({.frame_bytes_max = 1u << 20, .segments_max = 16});
  boost::system::error_code code;
  while (!code) {
    const auto space = gate.space();
    const std::size_t count = socket->read_some(asio::buffer(space.data(), space.size()), code);
    if (code) return;
    gate.filled(count);
    while (true) {
      const auto words = gate.next();
      if (!words || !*words) break;
      std::string out;
      const std::lock_guard lock(answering_);
      const auto read = protocol::read_message<wire::Frame>(**words, [&](wire::Frame::Reader frame) {
        try {
          answer(chosen_(number), frame, out);
        } catch (const Refuses& no) {
          out.clear();
          protocol::encode_error(frame.getRequestId(), no.error, out);
        }
      });
      if (!read) return;
      asio::write(*socket, asio::buffer(out), code);
    }
  }
}

}  // namespace kontor::client::test
