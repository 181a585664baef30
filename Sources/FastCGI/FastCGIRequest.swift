/// A request in the terms of CGI (RFC 3875).
package struct FastCGIRequest: Sendable {
  /// Gets a piece of what the application writes to its standard error; lines may be torn apart.
  package typealias ErrorOutput = @Sendable (_ bytes: borrowing Span<UInt8>) -> Void

  /// The variables, such as REQUEST_METHOD. php-fpm runs what SCRIPT_FILENAME names, as it sees the file.
  package var parameters: [(name: String, value: String)]
  /// What the script reads as its input.
  package var body: [UInt8]
  /// How much of the answer's body is kept from its beginning, and how much from its end. The rest is only counted: an
  /// error page of Laravel in debug mode has 300 kB.
  package var keptBodyStart = 4096
  package var keptBodyEnd = 4096

  package init(parameters: [(name: String, value: String)], body: [UInt8] = []) {
    self.parameters = parameters
    self.body = body
  }
}
