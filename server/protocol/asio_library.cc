// Asio's own code, compiled once for everything that uses sockets.
#include <boost/asio/impl/src.hpp>
