import Foundation
import Glibc
import HTTPCore
import Settings
import Testing

@testable import Server

struct WorkerConfigurationTests {
  private func faults(_ arguments: [String], environment: [String: String] = [:]) -> [String] {
    do {
      _ = try configure(arguments, environment: environment)
      return []
    } catch let error as SettingsError {
      return error.faults
    } catch {
      return ["\(error)"]
    }
  }

  @Test func `the defaults are those of the documentation`() throws {
    let configuration = try configure(["--queue-command", "php worker.php"])
    #expect(configuration.address == .tcp(host: "127.0.0.1", port: 8080))
    #expect(configuration.queueCommand?.words == ["php", "worker.php"])
    #expect(configuration.scheduleCommand == nil)
    #expect(configuration.queuePath == "/queue")
    #expect(configuration.schedulePath == "/schedule")
    #expect(configuration.concurrency == 10)
    #expect(configuration.waiting == 100)
    #expect(configuration.rules.timeLimit == nil)
    #expect(configuration.rules.killAfter == .seconds(10))
    #expect(configuration.rules.interimInterval == .seconds(30))
    #expect(configuration.maxBody == 1_114_112)
    #expect(configuration.grace == .seconds(25))
    #expect(configuration.notes.isEmpty)
  }

  @Test func `the environment sets what flags do not`() throws {
    let configuration = try configure(
      ["--concurrency", "3"],
      environment: [
        "WORKER_SCHEDULE_COMMAND": "php artisan schedule:run", "WORKER_CONCURRENCY": "5",
        "WORKER_ADDRESS": "unix:/run/w.sock",
      ])
    #expect(configuration.scheduleCommand?.words == ["php", "artisan", "schedule:run"])
    #expect(configuration.concurrency == 3)
    #expect(configuration.address == .unix(path: "/run/w.sock"))
  }

  @Test(arguments: [
    ([], "no command: give --queue-command or --schedule-command"),
    ([], "the address of a php-fpm with --queue-fastcgi or --schedule-fastcgi"),
    (
      ["--queue-command", "a", "--queue-fastcgi", "localhost:9000", "--fastcgi-script", "/a.php"],
      "--queue-command and --queue-fastcgi are both given: a path has one of them"
    ),
    (
      ["--schedule-command", "a", "--schedule-fastcgi", "localhost:9000", "--fastcgi-script", "/a.php"],
      "--schedule-command and --schedule-fastcgi are both given"
    ),
    (["--queue-fastcgi", "localhost:9000"], "--fastcgi-script: php-fpm has to know which file to run"),
    (["--queue-command", "a", "--fastcgi-script", "/a.php"], "--fastcgi-script is for --queue-fastcgi"),
    (["--queue-fastcgi", "php:9000"], "names other than localhost are not looked up"),
    (["--queue-fastcgi", "/run/php.sock"], "write unix:/run/php.sock"),
    (["--queue-fastcgi", "localhost:9000", "--fastcgi-script", "index.php"], "is no absolute path of a file"),
    (
      [
        "--queue-fastcgi", "localhost:9000", "--schedule-command", "a", "--fastcgi-script", "/a.php", "--queue-path",
        "/x", "--schedule-path", "/x",
      ], "are both /x: give each its own"
    ),
    (
      ["--queue-command", "a 'b"],
      #"--queue-command: "a 'b" cannot be run: a single quote (') is opened and never closed"#
    ),
    (["--queue-command", " "], "the command is empty"),
    (["--queue-command", "a", "--address", "0.0.0.0:80"], "--address: 0.0.0.0:80 can be reached from other machines"),
    (["--queue-command", "a", "--address", "8080"], #"--address: "8080" is no address"#),
    (["--queue-command", "a", "--queue-path", "queue"], "it must begin with a slash"),
    (["--queue-command", "a", "--queue-path", "/health"], "choose another path"),
    (["--queue-command", "a", "--schedule-command", "b", "--queue-path", "/schedule"], "give each its own"),
    (["--queue-command", "a", "--concurrency", "0"], "--concurrency: \"0\" is not a whole number from 1 to 1000"),
    (["--queue-command", "a", "--schedule-max-age", "0"], "--schedule-max-age: \"0\" is not a whole number from 1"),
    (["--queue-command", "a", "--schedule-overlap", "wait"], "is not one of allow, skip, queue"),
    (["--queue-command", "a", "--on-disconnect", "kill"], "is not one of keep, terminate"),
    (["--queue-command", "a", "--job-user", "www-data"], "is no pair of numbers such as 1000:1000"),
    (["--queue-command", "a", "--job-user", "33"], "is no pair of numbers"),
    (["--queue-command", "a", "--socket-mode", "8"], "is no mode of a file in octal"),
    (["--queue-command", "a", "--socket-mode", "1777"], "is no mode of a file in octal"),
    (
      ["--queue-command", "a", "--signing-secret-file", "/no/such/secret"],
      #"--signing-secret-file: "/no/such/secret" cannot be read: No such file or directory"#
    ),
    (["--queue-command", "a", "--allow", "10.0.0.1/8"], "--allow: \"10.0.0.1/8\" is no IP address and no range"),
    (["--queue-command", "a", "--allow", "10.0.0.1,backend"], "is no IP address and no range"),
  ])
  func `what is wrong is refused with a sentence`(arguments: [String], sentence: String) {
    let faults = faults(arguments)
    #expect(faults.count == 1)
    #expect(faults.first?.contains(sentence) == true, "\(faults)")
  }

  @Test func `an open address says what to do instead`() {
    let fault = faults(["--queue-command", "a", "--address", "0.0.0.0:8080"]).first ?? ""
    for word in ["--allow", "--signing-secret-file", "ECS task", "unix:"] { #expect(fault.contains(word)) }
  }

  @Test func `an open address is served to those who are named, to those with the secret, or to both`() throws {
    let open = ["--queue-command", "a", "--address", "0.0.0.0:8080"]
    let named = try configure(open + ["--allow", "10.0.0.0/8,192.168.0.7", "--allow", "fd00::/8"])
    #expect(named.allowed?.map(\.description) == ["10.0.0.0/8", "192.168.0.7", "fd00::/8", "127.0.0.0/8", "::1"])
    let secret = "/tmp/beanpole-secret-\(getpid())"
    #expect(FileManager.default.createFile(atPath: secret, contents: Data(repeating: 0x61, count: 32)))
    defer { unsafe unlink(secret) }
    #expect(try configure(open + ["--signing-secret-file", secret]).allowed == nil)
    #expect(try configure(open + ["--signing-secret-file", secret, "--allow", "10.0.0.1"]).allowed?.count == 3)
    #expect(try configure(["--queue-command", "a"]).allowed?.map(\.description) == ["127.0.0.0/8", "::1"])
  }

  @Test func `a command for a shell and a misspelt variable are noted`() throws {
    let configuration = try configure(["--queue-command", "a | b"], environment: ["WORKER_CONCURENCY": "3"])
    #expect(configuration.notes.count == 2)
  }

  @Test func `a program that is not there is a warning at the start`() throws {
    let report = StartReport(try configure(["--queue-command", "no-such-9 --token secret"]), searchPath: "/usr/bin")
    #expect(report.warnings.count == 1)
    #expect(report.warnings.first?.contains("no-such-9") == true)
    #expect(!"\(report.facts)".contains("secret"))
    #expect(StartReport(try configure(["--queue-command", "env"]), searchPath: "/usr/bin").warnings.isEmpty)
  }
}
