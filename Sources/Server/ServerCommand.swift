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
  /// Exit statuses: 0 for a good end, 1 for a bad one, 2 for a command line or environment that is wrong.
  static func main() async {
    _ = cprocess_fill_standard_descriptors()
    // A reader of our log that goes away must not end the program.
    signal(SIGPIPE, SIG_IGN)
    let environment = ProcessEnvironment.current
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch try WorkerSettings.table.parse(arguments: arguments, environment: environment.variables) {
      case .help: StandardOutput.write(Array((WorkerSettings.table.help + "\n").utf8))
      case .version: StandardOutput.write(Array("worker-server \(version)\n".utf8))
      case .run("health", let settings): exit(await probe(settings[WorkerSettings.address]))
      case .run(_, let settings): exit(await serve(try WorkerConfiguration(settings), environment))
      }
    } catch {
      complain(error.faults)
      exit(2)
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
    let text = faults.map { "worker-server: \($0)\n" }.joined()
    // The last words of a program that is about to exit; there is nobody to tell if they cannot be written.
    _ = unsafe write(2, text, text.utf8.count)
  }
}
