import HTTPCore
import Settings
import Testing

@testable import Server

struct CGIVariablesTests {
  private func variables(
    _ headers: [(name: String, value: String)] = [], target: String = "/worker/queue?a=b%20c&d", body: [UInt8] = [],
    script: String = "/app/public/index.php", from peer: String? = nil
  ) -> [String: String] {
    let request = HTTPRequest(method: "POST", target: target, headers: HTTPHeaderList(headers), body: body)
    let list = CGIVariables(script: script).list(for: request, from: peer)
    return Dictionary(list.map { ($0.name, $0.value) }) { first, _ in
      Issue.record("a variable is there twice")
      return first
    }
  }

  @Test func `a request has all that nginx would tell`() {
    let variables = variables(
      [("Host", "worker:8080"), ("Content-Type", "application/json"), ("Content-Length", "3")], body: [1, 2, 3],
      from: "10.1.2.3")
    let expected = [
      "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_SOFTWARE": "beanpole/\(Version.current)", "SERVER_PROTOCOL": "HTTP/1.1",
      "REQUEST_SCHEME": "http", "REDIRECT_STATUS": "200", "SCRIPT_FILENAME": "/app/public/index.php",
      "SCRIPT_NAME": "/index.php", "DOCUMENT_ROOT": "/app/public", "REQUEST_METHOD": "POST",
      "REQUEST_URI": "/worker/queue?a=b%20c&d", "QUERY_STRING": "a=b%20c&d", "CONTENT_TYPE": "application/json",
      "CONTENT_LENGTH": "3", "REMOTE_ADDR": "10.1.2.3", "SERVER_NAME": "worker", "SERVER_PORT": "8080",
      "HTTP_HOST": "worker:8080",
    ]
    #expect(variables == expected)
  }

  @Test(arguments: [
    ("localhost", "localhost", "80"), ("localhost:", "localhost", "80"), ("[::1]", "[::1]", "80"),
    ("[::1]:9", "[::1]", "9"), ("", "", "80"), ("a:b", "a:b", "80"),
  ]) func `the Host field is taken apart`(host: String, name: String, port: String) {
    let variables = variables([("Host", host)])
    #expect(variables["SERVER_NAME"] == name && variables["SERVER_PORT"] == port)
  }

  @Test func `a bare request has the variables that scripts rely on`() {
    let variables = variables(target: "http://x/worker/schedule", script: "/i.php")
    #expect(variables["REQUEST_URI"] == "/worker/schedule" && variables["QUERY_STRING"] == "")
    #expect(variables["CONTENT_TYPE"] == "" && variables["CONTENT_LENGTH"] == "0")
    #expect(variables["REMOTE_ADDR"] == "127.0.0.1" && variables["SERVER_NAME"] == "localhost")
    #expect(variables["DOCUMENT_ROOT"] == "/" && variables["SCRIPT_NAME"] == "/i.php")
  }

  @Test func `header fields become variables, repeated ones a list`() {
    let variables = variables([
      ("X-Aws-Sqsd-Msgid", "m"), ("x-aws-sqsd-attr-Vendor-Id", "a, b"), ("Accept", "a"), ("ACCEPT", "b"),
      ("Cookie", "a=1"), ("cookie", "b=2"), ("Authorization", "Bearer t"),
    ])
    #expect(variables["HTTP_X_AWS_SQSD_MSGID"] == "m" && variables["HTTP_X_AWS_SQSD_ATTR_VENDOR_ID"] == "a, b")
    #expect(variables["HTTP_ACCEPT"] == "a, b" && variables["HTTP_COOKIE"] == "a=1; b=2")
    #expect(variables["HTTP_AUTHORIZATION"] == "Bearer t")
  }

  @Test(arguments: ["Proxy", "PROXY", "Content-Length", "Content-Type", "Transfer-Encoding"])
  func `fields that must not become variables do not`(name: String) {
    #expect(variables([(name, "7")]).keys.filter { $0.hasPrefix("HTTP_") }.isEmpty)
  }

  @Test(arguments: ["X_Aws_Sqsd_Msgid", "X-Aws-Sqsd_Msgid", "X.Aws", "X!", "_"])
  func `a field cannot pose as another one`(name: String) {
    let variables = variables([("X-Aws-Sqsd-Msgid", "true"), (name, "false")])
    #expect(variables["HTTP_X_AWS_SQSD_MSGID"] == "true")
    #expect(variables.values.contains("false") == false)
  }
}
