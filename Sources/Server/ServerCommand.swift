import CProcess
import Glibc
import HTTPCore
import Logging
import Logs
import ServiceLifecycle
import Settings
import UnixSignals

/// The command line of worker-server.
@main
enum ServerCommand {
  /// EX_USAGE of sysexits.h: the command line or the environment is wrong. Else 0 for a good end and 1 for a bad one.
  static let usageError: Int32 = 64

  static func main() async {
    _ = cprocess_fill_standard_descriptors()
    // A reader of our log that goes away must not end the program.
    signal(SIGPIPE, SIG_IGN)
    let environment = ProcessEnvironment.current
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch try WorkerSettings.table.parse(arguments: arguments, environment: environment.variables) {
      case .help: StandardOutput.write(Array((WorkerSettings.table.help + "\n").utf8))
      case .version: StandardOutput.write(Array("worker-server \(Version.current)\n".utf8))
      case .run("health", let settings): exit(await probe(settings[WorkerSettings.address]))
      case .run(_, let settings): exit(await serve(try WorkerConfiguration(settings), environment))
      }
    } catch {
      complain(error.faults + ["Try worker-server --help."])
      exit(usageError)
    }
  }

  private static func serve(_ configuration: WorkerConfiguration, _ environment: ProcessEnvironment) async -> Int32 {
    let (format, level) = (configuration.logFormat, configuration.logLevel)
    let logger = Logger(label: "worker-server") { _ in LineLog(format: format, level: level) }
    let jobEnvironment = JobEnvironment(inheriting: environment.entries)
    StartReport(configuration, searchPath: jobEnvironment.searchPath).log(to: logger)
    do {
      let worker = try Worker(configuration, environment: jobEnvironment, logger: logger) { address in
        logger.info("listening", metadata: ["address": "\(address)"])
      }
      try await ServiceGroup(
        services: worker.services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
      ).run()
      logger.info("stopped")
      return worker.ending == .allJobsEnded ? 0 : 1
    } catch {
      logger.critical("ended by an error", metadata: ["error": "\(error)"])
      return 1
    }
  }

  private static func probe(_ address: ListenAddress) async -> Int32 {
    do {
      let status = try await HTTPProbe.get(address, path: WorkerRoutes.healthPath, timeout: .seconds(5))
      StandardOutput.write(Array((status == 200 ? "ok\n" : "not ok: \(address) answered \(status)\n").utf8))
      return status == 200 ? 0 : 1
    } catch {
      complain(["\(error)"])
      return 1
    }
  }

  private static func complain(_ faults: [String]) {
    for fault in faults { StandardError.writeLine("worker-server: \(fault)") }
  }
}
