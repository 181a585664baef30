/// Exact paths and methods to responders: 404 for an unknown path, 405 with `Allow` for an unknown method, HEAD from GET.
package struct HTTPRouter: Sendable {
  private var routes: [String: [String: HTTPResponder]] = [:]

  /// Answers a path that no route has.
  package var notFound: @Sendable (HTTPRequest) -> HTTPResponse = { request in
    .text(404, "Nothing is served at \(request.path).")
  }

  package init() {}

  /// Adds a route; a later one for the same method and path replaces the earlier.
  package mutating func on(_ method: String, _ path: String, respond: @escaping HTTPResponder) {
    routes[path, default: [:]][method] = respond
  }

  package func respond(to request: HTTPRequest, exchange: HTTPExchange) async -> HTTPResponse {
    guard let responder = responder(for: request) else { return refusal(of: request) ?? notFound(request) }
    return await responder(request, exchange)
  }

  /// The 404 or 405 that the request gets whatever its body is; nil if a route takes it. With this the server can answer
  /// a client that waits for 100 (Continue) before that client sends its body.
  package func refusal(of request: HTTPRequest) -> HTTPResponse? {
    guard let methods = routes[request.path] else { return notFound(request) }
    guard responder(for: request) == nil else { return nil }
    var allowed = Set(methods.keys)
    if allowed.contains("GET") { allowed.insert("HEAD") }
    let allow = allowed.sorted().joined(separator: ", ")
    var response = HTTPResponse.text(405, "\(request.path) takes \(allow), not \(request.method).")
    response.headers.append(("Allow", allow))
    return response
  }

  private func responder(for request: HTTPRequest) -> HTTPResponder? {
    guard let methods = routes[request.path] else { return nil }
    return methods[request.method] ?? (request.method == "HEAD" ? methods["GET"] : nil)
  }
}
