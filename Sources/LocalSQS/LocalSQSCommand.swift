// local-sqs: SQS in memory, for development, demos and tests.
//
// LocalSQS.swift  the parts wired together.
// Queues/         what queues do, as pure values that are told the time.
// Actions/        the actions of the protocol: their members, their checks, their answers.
// Serving/        the lock around the queues, the receives that wait, and HTTP.

import FoundationEssentials
import Glibc
import HTTPCore
import Logs
import Settings

@main
enum LocalSQSCommand {
  /// EX_USAGE of sysexits.h: the command line or the environment is wrong.
  private static let usageError: Int32 = 64

  static func main() async {
    do {
      switch try LocalSQSSettings.table.parse(
        arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
      {
      case .help: print(LocalSQSSettings.table.help)
      case .version: print("local-sqs \(Version.current)")
      case .run("health", let settings): exit(await health(at: settings[LocalSQSSettings.address]))
      case .run(_, let settings): try await LocalSQS(settings: settings).run()
      }
    } catch let error as SettingsError {
      complain(error.faults + ["Try local-sqs --help."])
      exit(usageError)
    } catch {
      complain(["\(error)"])
      exit(1)
    }
  }

  private static func health(at address: ListenAddress) async -> Int32 {
    do {
      let status = try await HTTPProbe.get(address, path: "/health", timeout: .seconds(3))
      print(status == 200 ? "ok" : "local-sqs at \(address) answers \(status)")
      return status == 200 ? 0 : 1
    } catch {
      complain(["\(error)"])
      return 1
    }
  }

  private static func complain(_ lines: [String]) {
    for line in lines { StandardError.writeLine("local-sqs: \(line)") }
  }
}
