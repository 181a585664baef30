/// What Signature Version 4 signs of a request.
package struct SigV4Request: Sendable {
  package var method: String
  /// The path as it is sent, percent-encoded where it has to be; "/" if empty. Requests with a query are not signed
  /// here: none of the services that we call takes one.
  package var path: String
  /// With `Host`; without the headers that signing adds.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(method: String, path: String, headers: [(name: String, value: String)], body: [UInt8]) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
  }
}
