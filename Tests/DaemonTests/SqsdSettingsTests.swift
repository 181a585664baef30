import HTTPCore
import Settings
import Testing

@testable import Daemon

struct SqsdSettingsTests {
  private func parse(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ParsedSettings {
    let queue = ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"]
    guard
      case .run("run", let settings) = try SqsdSettings.table.parse(
        arguments: arguments + queue, environment: environment)
    else { throw SettingsError(["no run"]) }
    return settings
  }

  private func faults(_ arguments: [String]) -> [String] {
    do {
      _ = try parse(arguments)
      return []
    } catch let error as SettingsError { return error.faults } catch { return ["\(error)"] }
  }

  @Test func `the defaults are Beanstalk's`() throws {
    let settings = try parse([])
    #expect(settings[SqsdSettings.httpURL].origin == "http://localhost:80")
    #expect(settings[SqsdSettings.httpPath].text == "/")
    #expect(settings[SqsdSettings.mimeType] == "application/json")
    #expect(settings[SqsdSettings.userAgent].hasPrefix("aws-sqsd/"))
    #expect(settings[SqsdSettings.httpConnections] == 50)
    #expect(settings[SqsdSettings.connectTimeout] == .seconds(5))
    #expect(settings[SqsdSettings.inactivityTimeout] == .seconds(299))
    #expect(settings[SqsdSettings.visibilityTimeout] == .seconds(300))
    #expect(settings[SqsdSettings.success] == .any2xx)
    #expect(settings[SqsdSettings.drainTimeout] == .seconds(25))
    #expect(settings[SqsdSettings.adminAddress]?.description == "127.0.0.1:9080")
  }

  @Test func `each setting can be given by the environment`() throws {
    let settings = try parse(
      [], ["SQSD_HTTP_URL": "unix:/run/app.sock", "SQSD_SUCCESS": "200", "SQSD_ADMIN_ADDRESS": "off"])
    #expect(settings[SqsdSettings.httpURL].unixSocketPath == "/run/app.sock")
    #expect(settings[SqsdSettings.success] == .only200)
    #expect(settings[SqsdSettings.adminAddress] == nil)
  }

  @Test func `the admin listener stays on loopback`() {
    #expect(faults(["--admin-address", "0.0.0.0:9080"]).first?.contains("is not a loopback address") == true)
    #expect(faults(["--admin-address", "127.0.0.1:0"]).isEmpty)
  }

  @Test func `settings of later versions answer by name that they are not available yet`() {
    for declaration in SqsdSettings.table.declarations where !declaration.isAvailable {
      #expect(faults(["--\(declaration.name)=5"]) == ["--\(declaration.name): not available yet in this version"])
    }
    #expect(SqsdSettings.table.declarations.contains { $0.name == "cron-table" && !$0.isAvailable })
  }

  @Test(arguments: ["replay", "redrive", "import"])
  func `commands of later versions answer by name too`(command: String) {
    #expect(faults([command]) == ["the command \(command) is not available yet in this version"])
  }

  @Test func `there may be several queues, each with a path and a part of its own`() throws {
    let settings = try parse([
      "--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/mail.fifo=/mail", "--queue-shares=3,1",
    ])
    #expect(settings[SqsdSettings.queueURL].map(\.name) == ["mail.fifo", "jobs"])
    #expect(settings[SqsdSettings.queueURL].map { $0.path?.text } == ["/mail", nil])
    #expect(settings[SqsdSettings.queueShares] == [3, 1])
  }
}
