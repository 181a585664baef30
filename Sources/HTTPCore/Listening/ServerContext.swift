import Logging

/// What every connection of a server shares.
struct ServerContext: Sendable {
  let limits: HTTPLimits
  let table: ConnectionTable
  let logger: Logger
  /// Who may connect over TCP; nil: everybody.
  let allowed: [AddressRange]?
  /// Whether it is worth a warning again that places, or room for bodies, are short.
  let placesShort = Seldom()
  let roomShort = Seldom()
  /// Asked with the head of a request that waits for 100 (Continue).
  let screen: @Sendable (HTTPRequest) -> HTTPResponse?
}
