import Curl
import Settings
import Testing

@testable import Daemon

struct HTTP2Tests {
  private func fault(_ arguments: [String], _ support: HTTP2Support) throws -> String? {
    let queue = ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"]
    guard case .run(_, let settings) = try SqsdSettings.table.parse(arguments: arguments + queue, environment: [:])
    else { return "no run" }
    return HTTP2.fault(settings, support: support)
  }

  @Test func `without the setting nothing is asked of libcurl`() throws {
    #expect(try fault([], .missing("is old")) == nil)
    #expect(try fault(["--http2=off", "--http-url", "https://a"], .missing("is old")) == nil)
  }

  @Test func `with it libcurl must be able to, and the application must be spoken to in cleartext`() throws {
    #expect(try fault(["--http2"], .works) == nil)
    #expect(try fault(["--http2", "--http-url", "unix:/run/app.sock"], .works) == nil)
    #expect(try fault(["--http2"], .missing("is 7.88.1"))?.contains("the libcurl of this system is 7.88.1") == true)
    #expect(try fault(["--http2", "--http-url", "https://a"], .works)?.contains("cleartext") == true)
  }
}
