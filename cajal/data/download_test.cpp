#include "cajal/data/download.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "cajal/base/sha256.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/internal/table_dataset.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::code_of;
using internal::error_of;

// A web server on this machine for one test: files by path, with or without Range, cut off if wanted.
class Server {
 public:
  struct File {
    std::string content;
    bool ranges = true;
    size_t cut_after = SIZE_MAX;  // the connection ends there, once
  };
  std::map<std::string, File> files;

  Server() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::vector<std::string> requests() const {
    const std::scoped_lock lock(guard_);
    return requests_;
  }

 private:
  void serve() {
    while (true) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      std::string request;
      char part[1024];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = ::read(client, part, sizeof part);
        if (count <= 0) break;
        request.append(part, size_t(count));
      }
      answer(client, request);
      ::close(client);
    }
  }

  void answer(int client, const std::string& request) {
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    const size_t at = request.find("Range: bytes=");
    const size_t from = at == std::string::npos ? 0 : size_t(std::atoll(request.c_str() + at + 13));
    {
      const std::scoped_lock lock(guard_);
      requests_.push_back(path + (at == std::string::npos ? "" : " from " + std::to_string(from)));
    }
    const auto found = files.find(path);
    if (found == files.end()) return send(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    File& file = found->second;
    const bool partial = from > 0 && file.ranges;
    if (partial && from >= file.content.size())
      return send(client, "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");
    const std::string body = file.content.substr(partial ? from : 0);
    std::string head = partial ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(from) + "-" +
                                     std::to_string(file.content.size() - 1) + "/" + std::to_string(file.content.size())
                               : "HTTP/1.1 200 OK";
    head += "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    send(client, head + body.substr(0, file.cut_after));
    file.cut_after = SIZE_MAX;
  }

  static void send(int client, const std::string& text) {
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t count = ::send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += size_t(count);
    }
  }

  int socket_, port_ = 0;
  mutable std::mutex guard_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

std::string some_text(size_t size) {
  std::string out;
  for (size_t i = 0; i < size; ++i) out += char('a' + i * i % 26);
  return out;
}

class DownloadTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_download()) GTEST_SKIP() << "without libcurl";
    folder_ = internal::scratch_folder();
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy"}) ::unsetenv(name);
  }
  RemoteFile file(const std::string& content, std::vector<std::string> urls) const {
    return {.name = "file.bin", .urls = std::move(urls), .sha256 = sha256(as_bytes(content))};
  }
  std::string got() const { return read_text(folder_ / "file.bin"); }
  bool nothing_left() const { return std::filesystem::is_empty(folder_); }

  Path folder_;
  Server server_;
};

TEST_F(DownloadTest, FetchesVerifiesAndKeeps) {
  const std::string text = some_text(300'000);
  server_.files["/f"] = {text};
  int64_t done = 0, total = 0;
  DownloadOptions options;
  options.progress = [&](const DownloadProgress& progress) {
    EXPECT_EQ(progress.name, "file.bin");
    EXPECT_GE(progress.done, done);
    done = progress.done, total = progress.total;
    return true;
  };
  const Path path = download(file(text, {server_.url("/f")}), folder_, options);
  EXPECT_EQ(path, folder_ / "file.bin");
  EXPECT_EQ(got(), text);
  EXPECT_EQ(done, 300'000);
  EXPECT_EQ(total, 300'000);
  EXPECT_FALSE(file_exists(folder_ / "file.bin.part"));
  download(file(text, {server_.url("/f")}), folder_);
  EXPECT_EQ(server_.requests().size(), 1u);  // what is there and intact is not fetched again
}

TEST_F(DownloadTest, TakesLocalFiles) {
  const std::string text = some_text(1000);
  std::ofstream(folder_ / "source") << text;
  download(file(text, {"file://" + (folder_ / "source").string()}), folder_ / "deep" / "er");
  EXPECT_EQ(read_text(folder_ / "deep" / "er" / "file.bin"), text);
}

TEST_F(DownloadTest, GoesOnWhereItWasCutOff) {
  const std::string text = some_text(200'000);
  server_.files["/f"] = {text, true, 50'000};
  const RemoteFile wanted = file(text, {server_.url("/f")});
  EXPECT_EQ(code_of([&] { download(wanted, folder_); }), Code::io);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "file.bin.part"), 50'000u);
  download(wanted, folder_);
  EXPECT_EQ(got(), text);
  EXPECT_EQ(server_.requests(), std::vector<std::string>({"/f", "/f from 50000"}));
}

TEST_F(DownloadTest, BeginsAnewWhereTheServerCannotGoOn) {
  const std::string text = some_text(20'000);
  server_.files["/f"] = {text, false};
  std::ofstream(folder_ / "file.bin.part") << text.substr(0, 5000);
  download(file(text, {server_.url("/f")}), folder_);
  EXPECT_EQ(got(), text);
  std::filesystem::remove(folder_ / "file.bin");
  server_.files["/f"].ranges = true;
  std::ofstream(folder_ / "file.bin.part") << text << "and more";  // longer than it should be
  download(file(text, {server_.url("/f")}), folder_);
  EXPECT_EQ(got(), text);
  std::filesystem::remove(folder_ / "file.bin");
  std::ofstream(folder_ / "file.bin.part") << std::string(5000, '!');  // of another file
  download(file(text, {server_.url("/f")}), folder_);
  EXPECT_EQ(got(), text);
}

TEST_F(DownloadTest, RemovesWhatHasAnotherChecksum) {
  server_.files["/f"] = {"changed"};
  const RemoteFile wanted = file("original", {server_.url("/f")});
  EXPECT_EQ(error_of([&] { download(wanted, folder_); }),
            "file.bin could not be fetched from " + server_.url("/f") + ": its SHA-256 is " +
                sha256(as_bytes("changed")) + ", and " + wanted.sha256 +
                " was expected | the same later: the file is damaged or was changed, and was removed");
  EXPECT_EQ(code_of([&] { download(wanted, folder_); }), Code::bad_data);
  EXPECT_TRUE(nothing_left());
}

TEST_F(DownloadTest, ReplacesADamagedFile) {
  server_.files["/f"] = {"original"};
  std::ofstream(folder_ / "file.bin") << "damaged";
  download(file("original", {server_.url("/f")}), folder_);
  EXPECT_EQ(got(), "original");
}

TEST_F(DownloadTest, TriesOtherAddresses) {
  server_.files["/wrong"] = {"wrong"};
  server_.files["/right"] = {"right"};
  download(file("right", {server_.url("/missing"), server_.url("/wrong"), server_.url("/right")}), folder_);
  EXPECT_EQ(got(), "right");
}

TEST_F(DownloadTest, SaysWhyNothingCame) {
  EXPECT_EQ(error_of([&] { download(file("x", {server_.url("/missing")}), folder_); }),
            "file.bin could not be fetched from " + server_.url("/missing") +
                ": the server answers 404 | look at the network, or put the file into '" + folder_.string() + "'");
  EXPECT_EQ(code_of([&] { download(file("x", {"http://127.0.0.1:1/f"}), folder_); }), Code::io);
  EXPECT_EQ(code_of([&] { download(file("x", {"ftp://127.0.0.1/f"}), folder_); }), Code::io);
  EXPECT_TRUE(nothing_left());
}

TEST_F(DownloadTest, RefusesMoreThanThereShouldBe) {
  server_.files["/f"] = {some_text(100'000)};
  RemoteFile wanted = file("small", {server_.url("/f")});
  wanted.bytes = 5;
  const std::string error = error_of([&] { download(wanted, folder_); });
  EXPECT_NE(error.find("it is longer than it should be"), std::string::npos) << error;
}

TEST_F(DownloadTest, StopsWhenAsked) {
  const std::string text = some_text(5'000'000);
  server_.files["/f"] = {text};
  DownloadOptions options;
  options.progress = [](const DownloadProgress& progress) { return progress.done == 0; };
  const RemoteFile wanted = file(text, {server_.url("/f")});
  try {
    download(wanted, folder_, options);
    FAIL() << "it went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::interrupted);
    EXPECT_EQ(error.hint(), "the same again: it goes on from there");
  }
  EXPECT_GT(std::filesystem::file_size(folder_ / "file.bin.part"), 0u);
  download(wanted, folder_);
  EXPECT_EQ(got(), text);
}

// A file size limit stands for a full disk: a write fails in the middle.
TEST_F(DownloadTest, AFullDiskKeepsWhatCame) {
  const std::string text = some_text(2'000'000);
  server_.files["/f"] = {text};
  rlimit before;
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{500'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Code code = code_of([&] { download(file(text, {server_.url("/f")}), folder_); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(code, Code::io);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "file.bin.part"), 500'000u);
  download(file(text, {server_.url("/f")}), folder_);
  EXPECT_EQ(got(), text);
}

TEST_F(DownloadTest, TwoAtATimeFetchOnce) {
  const std::string text = some_text(1'000'000);
  server_.files["/f"] = {text};
  const RemoteFile wanted = file(text, {server_.url("/f")});
  std::thread other([&] { download(wanted, folder_); });
  download(wanted, folder_);
  other.join();
  EXPECT_EQ(got(), text);
  EXPECT_EQ(server_.requests().size(), 1u);
  EXPECT_FALSE(file_exists(folder_ / "file.bin.part"));
}

TEST_F(DownloadTest, KnowsGzipFilesByTheirContent) {
  const std::string text = some_text(50'000);
  for (int level : {1, 9}) {
    const Path path = folder_ / "packed.gz";
    gzFile packed = gzopen(path.c_str(), level == 1 ? "wb1" : "wb9");
    gzwrite(packed, text.data(), unsigned(text.size()));
    gzclose(packed);
    server_.files["/f"] = {read_text(path)};
    RemoteFile wanted = file(text, {server_.url("/f")});
    wanted.of_content = true;
    const Path to = folder_ / std::to_string(level);
    EXPECT_EQ(as_text(read_gzip(download(wanted, to))), text);
  }
  server_.files["/f"] = {"no gzip"};
  RemoteFile wanted = file(text, {server_.url("/f")});
  wanted.of_content = true;
  const std::string error = error_of([&] { download(wanted, folder_ / "3"); });
  EXPECT_NE(error.find("its SHA-256 is none, as it is damaged"), std::string::npos) << error;
}

// Sets variables for one test.
class Environment {
 public:
  Environment(std::initializer_list<std::pair<const char*, const char*>> values) {
    for (const auto& [name, value] : values) {
      const char* old = std::getenv(name);
      before_.emplace_back(name, old ? std::optional<std::string>(old) : std::nullopt);
      if (value) ::setenv(name, value, 1);
      else ::unsetenv(name);
    }
  }
  ~Environment() {
    for (const auto& [name, value] : before_)
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      else ::unsetenv(name.c_str());
  }

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

TEST(DataCache, LiesWhereTheVariablesSay) {
  {
    const Environment set{{"CAJAL_CACHE", "/a"}, {"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}};
    EXPECT_EQ(cache_folder(), "/a");
  }
  {
    const Environment set{{"CAJAL_CACHE", nullptr}, {"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}};
    EXPECT_EQ(cache_folder(), "/b/cajal");
  }
  {
    const Environment set{{"CAJAL_CACHE", nullptr}, {"XDG_CACHE_HOME", nullptr}, {"HOME", "/c"}};
    EXPECT_EQ(cache_folder(), "/c/.cache/cajal");
    EXPECT_EQ(dataset_places("mnist").back(), "/c/.cache/cajal/mnist");
  }
  const Environment set{{"CAJAL_CACHE", nullptr}, {"XDG_CACHE_HOME", nullptr}, {"HOME", nullptr}};
  EXPECT_EQ(
      error_of([] { cache_folder(); }),
      "there is no folder for what is fetched: neither CAJAL_CACHE nor HOME is set | set CAJAL_CACHE to a folder");
  EXPECT_FALSE(dataset_places("mnist").empty());
}

TEST(DataCache, ALocalFolderComesFirst) {
  const Path folder = internal::scratch_folder();
  std::filesystem::create_directories(folder / "data" / "tabular");
  std::ofstream(folder / "data" / "tabular" / "iris.csv") << "5.1,3.5,1.4,0.2,a\n4.9,3.0,1.4,0.2,b\n";
  const Environment set{{"CAJAL_DATA", (folder / "data").c_str()}, {"CAJAL_CACHE", (folder / "cache").c_str()}};
  const DatasetEntry& iris = dataset_entry("iris");
  EXPECT_EQ(find_dataset_folder(iris), folder / "data" / "tabular");
  EXPECT_EQ(fetch_dataset(iris), folder / "data" / "tabular");
  EXPECT_EQ(iris.table("")["species"].text(1), "b");
  EXPECT_EQ(code_of([] { fetch_dataset(dataset_entry("digits")); }), Code::unsupported);
}

TEST(DataCache, WhatIsNotThereSaysHowToGetIt) {
  const Path folder = internal::scratch_folder();
  const Environment set{{"CAJAL_DATA", (folder / "no").c_str()}, {"CAJAL_CACHE", (folder / "cache").c_str()}};
  DatasetEntry entry = dataset_entry("iris");
  entry.name = "elsewhere", entry.shelf = {};
  entry.files = {{.name = "far.csv"}};
  entry.lies_in = [](const Path& place) { return file_exists(place / "far.csv"); };
  EXPECT_EQ(error_of([&] { internal::load_table(entry, "", {}); }),
            "elsewhere was not found in " + (folder / "no/elsewhere").string() + " or ../shared/data/elsewhere or " +
                (folder / "cache/elsewhere").string() +
                ": it is the file far.csv | cajal data elsewhere, which fetches it");
}

TEST(DataCache, KnownFilesAreComplete) {
  for (const DatasetEntry* entry : all_datasets()) {
    EXPECT_EQ(entry->files.empty(), entry->lies_in == nullptr) << entry->name;
    for (const RemoteFile& file : entry->files) {
      EXPECT_EQ(file.sha256.size(), 64u) << file.name;
      EXPECT_FALSE(file.urls.empty()) << file.name;
      EXPECT_GT(file.bytes, 0) << file.name;
    }
  }
}

// The checksums against the files that lie here.
TEST(DataCache, LocalFilesHaveTheKnownChecksums) {
  int64_t checked = 0;
  for (const DatasetEntry* entry : all_datasets()) {
    const Path folder = find_dataset_folder(*entry);
    for (const RemoteFile& file : entry->files)
      if (file_exists(folder / file.name)) {
        EXPECT_TRUE(is_intact(file, folder / file.name)) << file.name;
        ++checked;
      }
  }
  if (!checked) GTEST_SKIP() << "no data set lies here";
}

TEST(Datasets, TablesOfTheFirstLessons) {
  for (const char* name : {"iris", "pima", "iron_ore"}) {
    const DatasetEntry& entry = dataset_entry(name);
    if (find_dataset_folder(entry).empty()) GTEST_SKIP() << name << " does not lie here";
    const auto [train, test] = entry.load("");
    EXPECT_EQ(train.size() + test.size(), entry.table("").rows()) << name;
    EXPECT_NEAR(double(test.size()) / double(train.size() + test.size()), 0.2, 0.001) << name;
    EXPECT_TRUE(entry.table("").has(entry.target) || entry.target.find('>') != std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace cajal
