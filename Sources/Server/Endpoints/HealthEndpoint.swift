import HTTPCore

/// GET /health: 200 while jobs are taken, 503 once the server drains, so that nothing new is sent here.
struct HealthEndpoint: Sendable {
  let slots: JobSlots

  func respond() -> HTTPResponse {
    let counts = slots.counts
    var json = JSONObject()
    json.add("status", counts.isDraining ? "draining" : "ok")
    json.add("running", counts.running)
    json.add("waiting", counts.waiting)
    json.add("concurrency", counts.concurrency)
    return .json(counts.isDraining ? 503 : 200, json.line)
  }
}
