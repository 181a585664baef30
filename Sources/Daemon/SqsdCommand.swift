// sqsd: the program that stands in for Elastic Beanstalk's aws-sqsd.
//
// Sqsd.swift    the parts wired together; QueueParts.swift, those of one queue.
// Configuring/  every setting, declared once; the file with settings; `sqsd config` and `sqsd check`.
// Polling/      receives messages while there are free slots.
// Delivering/   one message, one POST; how it ended; what that means for the message.
// Holding/      keeps messages hidden while they are in our hands.
// Settling/     tells SQS, in batches, until SQS has taken it in.
// Guarding/     the application is down, overloaded or wrong: what holds receiving back, and probes it.
// Ordering/     FIFO queues: groups in order, and no dead letter that was not POSTed.
// Protecting/   ECS scale-in protection while there is work.
// Signing/      the credentials of all calls, replaced in time.
// Scheduling/   periodic tasks: cron.yaml and its schedules.
// Admin/        GET /health and /ready, and `sqsd health`.

import FoundationEssentials
import Glibc
import Logs
import SQSD
import Settings

@main
enum SqsdCommand {
  /// EX_USAGE of sysexits.h: the command line or the environment is wrong.
  static let usageError: Int32 = 64

  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    do {
      switch try SqsdSettings.table.parse(
        arguments: Array(CommandLine.arguments.dropFirst()), environment: environment,
        file: { ConfigurationFile().read(named: $0[SqsdSettings.config], table: SqsdSettings.table) })
      {
      case .help: print(SqsdSettings.table.help)
      case .version: print("sqsd \(Version.current)")
      case .run("health", let settings):
        let (status, message) = await HealthCommand.run(address: settings[SqsdSettings.adminAddress])
        print(message)
        exit(status)
      case .run("config", let settings):
        complain(settings.notes.map { "note: \($0)" })
        print(try ConfigCommand.text(settings, SqsdSettings.table))
      case .run("check", let settings):
        let check = try CheckCommand(
          settings, environment: environment, in: FileManager.default.currentDirectoryPath,
          now: Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970)))
        let (output, aside) = try check.texts()
        complain(aside)
        for line in output { print(line) }
        exit(check.status)
      case .run(_, let settings):
        try await Sqsd(settings: settings, environment: environment).run()
        leave(0)
      }
    } catch let error as SettingsError {
      complain(error.faults + error.notes.map { "note: \($0)" } + ["Try sqsd --help."])
      exit(usageError)
    } catch {
      complain(["\(error)"])
      leave(1)
    }
  }

  /// Not exit(3), whose handlers take OpenSSL down while the thread of the HTTP client may still be closing connections.
  private static func leave(_ status: Int32) -> Never {
    _exit(status)
  }

  private static func complain(_ lines: [String]) {
    for line in lines { StandardError.writeLine("sqsd: \(line)") }
  }
}
