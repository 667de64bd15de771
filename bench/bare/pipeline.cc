#include "bench/bare/pipeline.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <utility>

#include "server/protocol/frame_gate.h"

namespace kontor::bare {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// One peer; its frames are added to the group that gathers, its answers come by `answers`.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Pipeline& pipeline, tcp::socket socket, std::uint32_t number)
      : pipeline_(pipeline), socket_(std::move(socket)), number_(number) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    const auto room = gate_.space();
    socket_.async_read_some(asio::buffer(room.data(), room.size()),
                            [self = shared_from_this()](const error_code& failure, std::size_t count) {
                              if (failure) return self->end();
                              self->gate_.filled(count);
                              if (self->take()) self->read();
                            });
  }

  std::string& answers() { return answers_; }

  void write() {
    if (writing_ || answers_.empty()) return;
    writing_ = true;
    std::swap(sending_, answers_);
    answers_.clear();
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](const error_code& failure, std::size_t) {
                        self->writing_ = false;
                        if (failure) return self->end();
                        self->write();
                      });
  }

 private:
  /// All whole frames that are there: one hand-over for what came in one read.
  bool take() {
    bool good = true;
    pipeline_.committer_->add([&](Group& group) {
      while (good) {
        const auto frame = gate_.next();
        good = frame.has_value();
        if (!good || !*frame) return;
        good = take(**frame, group);
      }
    });
    write();
    if (!good) end();
    return good;
  }

  bool take(protocol::FrameWords frame, Group& group) {
    const auto request = look_at(frame);
    if (!request) return false;
    if (request->kind == Kind::Hello) {
      Replies::welcome(request->id, answers_);
    } else if (request->kind == Kind::Other) {
      Replies::unknown(request->id, answers_);
    } else {
      const auto bytes = std::as_bytes(frame);
      group.bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      group.waiting.push_back({number_, request->commands, request->id});
    }
    return true;
  }

  void end() {
    error_code ignored;
    socket_.close(ignored);
    pipeline_.forget(number_);
  }

  Pipeline& pipeline_;
  tcp::socket socket_;
  const std::uint32_t number_;
  protocol::FrameGate gate_{{.frame_bytes_max = 8u << 20}};
  std::string answers_;
  std::string sending_;
  bool writing_ = false;
};

Pipeline::Pipeline()
    : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), signals_(io_, SIGTERM, SIGINT) {}

Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::open(const std::string& directory) {
  std::unique_ptr<Pipeline> pipeline(new Pipeline);
  auto committer = Committer::open(directory, [&self = *pipeline](std::unique_ptr<Group> group) {
    asio::post(self.io_, [&self, durable = std::move(group)]() mutable { self.deliver(std::move(durable)); });
  });
  if (!committer) return tl::unexpected(std::move(committer).error());
  pipeline->committer_ = std::move(*committer);
  return pipeline;
}

void Pipeline::serve() {
  signals_.async_wait([this](const error_code&, int) { io_.stop(); });
  accept();
  io_.run();
}

void Pipeline::accept() {
  acceptor_.async_accept([this](const error_code& failure, tcp::socket socket) {
    if (!failure) {
      const std::uint32_t number = ++last_number_;
      const auto connection = std::make_shared<Connection>(*this, std::move(socket), number);
      connections_.emplace(number, connection);
      connection->read();
    }
    accept();
  });
}

void Pipeline::deliver(std::unique_ptr<Group> group) {
  // Frames of one connection mostly follow each other, so it is seldom looked up.
  std::uint32_t number = 0;
  Connection* connection = nullptr;
  for (const Waiting& waiting : group->waiting) {
    if (waiting.connection != number) {
      number = waiting.connection;
      const auto found = connections_.find(number);
      connection = found == connections_.end() ? nullptr : found->second.get();
      if (connection != nullptr) due_.push_back(connection);
    }
    if (connection == nullptr) continue;
    if (waiting.commands == 0)
      replies_.receipt(waiting.request, connection->answers());
    else
      replies_.batch_result(waiting.request, waiting.commands, connection->answers());
  }
  committer_->recycle(std::move(group));
  for (Connection* due : due_) due->write();
  due_.clear();
}

}  // namespace kontor::bare
