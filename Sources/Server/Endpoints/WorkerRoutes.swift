import HTTPCore

/// Which endpoint answers which path.
struct WorkerRoutes: Sendable {
  static let healthPath = "/health"

  let queuePath: String
  let schedulePath: String
  /// nil: nothing is configured for it.
  let queue: JobEndpoint?
  let schedule: JobEndpoint?
  let health: HealthEndpoint

  var router: HTTPRouter {
    var router = HTTPRouter()
    if let queue { router.on("POST", queuePath) { await queue.respond(to: $0, exchange: $1) } }
    if let schedule { router.on("POST", schedulePath) { await schedule.respond(to: $0, exchange: $1) } }
    let health = health
    router.on("GET", Self.healthPath) { _, _ in health.respond() }
    let routes = self
    router.notFound = { routes.notFound($0) }
    return router
  }

  /// Names the right paths: a wrong one is the usual first mistake, and the sender's log shows this body.
  private func notFound(_ request: HTTPRequest) -> HTTPResponse {
    var reason = "nothing is served at \(request.path)"
    if request.path == queuePath {
      reason = "no job is configured for \(queuePath) (--queue-command or --queue-fastcgi)"
    }
    if request.path == schedulePath {
      reason = "no job is configured for \(schedulePath) (--schedule-command or --schedule-fastcgi)"
    }
    var paths: [String] = []
    if queue != nil { paths.append("POST \(queuePath)") }
    if schedule != nil { paths.append("POST \(schedulePath)") }
    return JobAnswer.refused(404, reason, paths: paths + ["GET \(Self.healthPath)"])
  }
}
