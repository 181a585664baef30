/// Everything that the application can make large, many or slow, with the bound that is put on it.
package struct FastCGILimits: Sendable {
  /// Bytes of the header of an answer.
  package var headBytes = 65_536
  /// How long the application may take to accept a connection, so far as the system knows: it takes as many as the
  /// backlog holds by itself.
  package var connectTime = Duration.seconds(5)
  /// How long a kept connection may wait for its next request. Short, because it holds a child of php-fpm all the time,
  /// which others that use the same php-fpm may wait for and request_terminate_timeout may even kill; and because a new
  /// connection costs less than 0.1 ms.
  package var idleTime = Duration.milliseconds(500)
  /// How long a new connection may show no sign of life before kept ones give way to it. php-fpm serves a connection at
  /// a time in each child: with all children on kept connections, a new one would wait for ever.
  package var acceptTime = Duration.milliseconds(100)
  /// An application that closed a kept connection just as we wrote shows it at once. One that closes it later has most
  /// likely read the request and broken down over it.
  package var staleConnectionShowsWithin = Duration.seconds(1)

  package init() {}
}
