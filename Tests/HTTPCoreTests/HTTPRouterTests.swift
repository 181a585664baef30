import HTTPCore
import Testing

@Suite struct HTTPRouterTests {
  static let router: HTTPRouter = {
    var router = HTTPRouter()
    for (method, path) in [("GET", "/a"), ("POST", "/a"), ("PUT", "/b")] {
      router.on(method, path) { request, _ in .text(200, "\(method) \(path)") }
    }
    return router
  }()

  static func answer(_ method: String, _ target: String) async -> HTTPResponse {
    await router.respond(to: HTTPRequest(method: method, target: target), exchange: .unconnected())
  }

  @Test(arguments: [
    ("GET", "/a", "GET /a\n"), ("POST", "/a", "POST /a\n"), ("HEAD", "/a", "GET /a\n"), ("PUT", "/b?x=/a", "PUT /b\n"),
    ("GET", "http://host/a?b", "GET /a\n"),
  ])
  func `method and path choose the responder`(method: String, target: String, body: String) async {
    let answer = await Self.answer(method, target)
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self) == body)
    #expect(Self.router.refusal(of: HTTPRequest(method: method, target: target)) == nil)
  }

  @Test(arguments: ["/", "/A", "/a/", "//a", "/a%20", "*", "http://a"])
  func `an unknown path is 404`(target: String) async {
    #expect(await Self.answer("GET", target).status == 404)
    #expect(Self.router.refusal(of: HTTPRequest(method: "GET", target: target))?.status == 404)
  }

  @Test(arguments: [
    ("DELETE", "/a", "GET, HEAD, POST"), ("get", "/a", "GET, HEAD, POST"), ("HEAD", "/b", "PUT"), ("GET", "/b", "PUT"),
  ])
  func `an unknown method is 405 and says what is allowed`(method: String, target: String, allow: String) async {
    let answer = await Self.answer(method, target)
    #expect(answer.status == 405)
    #expect(answer.headers.first { $0.name == "Allow" }?.value == allow)
  }

  @Test func `the answer to an unknown path can be replaced`() async {
    var router = Self.router
    router.notFound = { .text(404, "not \($0.path)") }
    let answer = await router.respond(to: HTTPRequest(method: "GET", target: "/x"), exchange: .unconnected())
    #expect(String(decoding: answer.body, as: UTF8.self) == "not /x\n")
  }
}
