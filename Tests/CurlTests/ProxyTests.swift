import Curl
import Foundation
import TestSupport
import Testing

@testable import Curl

/// Exit tests run in a process of their own, whose environment may be changed before the client reads it.
@Suite(.timeLimit(.minutes(1))) struct ProxyTests {
  @Test(
    arguments: [
      ([:], .none),
      (["no_proxy": "a", "HTTP_PROXY": "p", "ftp_proxy": "p"], .none),
      (["http_proxy": "p"], .environment(except: ProxyPolicy.exemptHosts)),
      (["https_proxy": "p", "no_proxy": ""], .environment(except: ProxyPolicy.exemptHosts)),
      (
        ["HTTPS_PROXY": "p", "no_proxy": "a,b", "NO_PROXY": "c"], .environment(except: ProxyPolicy.exemptHosts + ",a,b")
      ),
      (["all_proxy": "p", "NO_PROXY": "c"], .environment(except: ProxyPolicy.exemptHosts + ",c")),
      (["ALL_PROXY": "p", "NO_PROXY": "*"], .environment(except: "*")),
    ] as [([String: String], ProxyPolicy)])
  func `the exempt hosts are added to those of the environment`(environment: [String: String], policy: ProxyPolicy) {
    #expect(ProxyPolicy { environment[$0] } == policy)
  }

  @Test func `a proxy of the environment stands before other hosts`() async {
    await #expect(processExitsWith: .success) {
      let proxy = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
      unsafe setenv("http_proxy", proxy.url, 1)
      unsafe setenv("no_proxy", "other.invalid", 1)
      let client = try CurlClient()
      let answer = try await client.execute(CurlRequest(method: "GET", url: "http://host.invalid/path"))
      try #require(answer.status == 200)
      try #require(proxy.record.requests.first?.lines.first == "GET http://host.invalid/path HTTP/1.1")
      let error = try await client.failure(of: CurlRequest(method: "GET", url: "http://other.invalid/"))
      try #require(error.code == .nameNotResolved)
      try #require(proxy.record.requests.count == 1)
    }
  }

  @Test func `no proxy stands before this machine or the metadata addresses`() async {
    await #expect(processExitsWith: .success) {
      let proxy = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
      let path = NSTemporaryDirectory() + "curl-\(UUID().uuidString).sock"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let socket = try ScriptedPeer(at: .unix(path: path)) { _ in [.answerAll(Answer.ok)] }
      let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
      for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { unsafe setenv(name, proxy.url, 1) }
      let client = try CurlClient()
      for host in ["127.0.0.1", "localhost", "LOCALHOST", "127.1", "127.200.3.4"] {
        _ = try? await client.execute(CurlRequest(method: "GET", url: "http://\(host):\(peer.port)/"))
      }
      try #require(peer.record.requests.count >= 4)
      for host in ["169.254.169.254", "169.254.170.2", "[::1]:\(peer.port)", "[fd00:ec2::254]", "[fd00:ec2::23]"] {
        _ = try? await client.execute(
          CurlRequest(
            method: "GET", url: "http://\(host)/", connectTimeout: .milliseconds(100), totalTimeout: .milliseconds(200))
        )
      }
      _ = try await client.execute(CurlRequest(method: "GET", url: "http://host.invalid/", unixSocketPath: path))
      try #require(socket.record.requests.count == 1)
      try #require(proxy.record.connectionCount == 0)
    }
  }
}
