/// How long each thing about a tick takes.
struct TickTimes: Sendable {
  /// From the beginning of a claim until its message must have been sent: after that it is not sent under this claim.
  var sending: Duration = .seconds(5)
  /// Another's claim that was seen unchanged for so long is taken over: its sender's time has been over for a while, so
  /// it has died, or cannot reach the table.
  var takeover: Duration = .seconds(20)
  /// After so long another's claim is looked at for the first time: by then it is sent or given back, if all is well.
  var look: Duration = .seconds(6)
  /// How old a tick may be when it is claimed: `--cron-catch-up`.
  var catchUp: Duration = .seconds(300)
  /// A tick that came due while the daemon ran may be as old as this in any case: a takeover takes its time, and a busy
  /// machine too.
  var shortestCatchUp: Duration = .seconds(60)
  /// The pause after the first failed call, doubled by each further one.
  var firstPause: Duration = .seconds(1)
  var longestPause: Duration = .seconds(15)
  /// The same for marking a tick as sent: as long as it is not, others believe that its sender has died.
  var firstMarkPause: Duration = .milliseconds(250)
  var longestMarkPause: Duration = .seconds(2)
  /// The same for trying a table that fails.
  var firstCheckPause: Duration = .seconds(5)
  var longestCheckPause: Duration = .seconds(60)

  /// How old a tick may be that came due while the daemon ran.
  var oldest: Duration { max(catchUp, shortestCatchUp) }

  /// At least half: daemons that failed together must not come back together.
  static func pause(_ failures: Int, from first: Duration, upTo longest: Duration, jitter: Double) -> Duration {
    min(longest, first * (1 << min(max(failures - 1, 0), 10))) * (0.5 + jitter / 2)
  }
}
