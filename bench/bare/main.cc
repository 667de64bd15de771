// The bare pipeline as a program: bench/throughput.sh measures it in turns with `kontor serve`.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

#include "bench/bare/pipeline.h"

int main(int argc, char** argv) {
  std::string directory;
  std::string port_file;
  CLI::App app{"Durable frames and nothing else: the limit of what a server here can do"};
  app.add_option("--data-dir", directory, "a directory that does not exist yet")->required();
  app.add_option("--port-file", port_file, "write the port here once connections are taken")->required();
  CLI11_PARSE(app, argc, argv);

  std::filesystem::create_directories(std::filesystem::path(directory).parent_path());
  auto pipeline = kontor::bare::Pipeline::open(directory);
  if (!pipeline) {
    fmt::print(stderr, "kontor_bare: {}\n", pipeline.error().message);
    return 1;
  }
  std::ofstream(port_file + ".new") << (*pipeline)->port() << '\n';
  std::filesystem::rename(port_file + ".new", port_file);
  (*pipeline)->serve();
}
