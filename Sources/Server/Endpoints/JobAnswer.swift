import HTTPCore

/// The answers of the job endpoints: one line of JSON each.
enum JobAnswer {
  /// When to come again after a 503 for want of a place. Each attempt counts as a receive, and a message has few of
  /// them before it goes to the dead-letter queue, so this is longer than a short job takes.
  static let fullRetry = 30
  /// When to come again after a 503 of a server that is going away: another one takes over, or the next version.
  static let drainingRetry = 5
  /// Of a job's output, its end, in bytes.
  static let longestOutput = 64 << 10

  /// When to come again after a 503 for want of an application.
  static let unreachableRetry = 30

  /// 200 for a job that ended well, exactly 200 because aws-sqsd counts no other status as success; else 500, or 503 where
  /// there was nobody to do it.
  static func ended(_ end: JobEnd, _ rules: JobEndpoint.Rules, messageID: String?) -> HTTPResponse {
    var status = end.succeeded ? 200 : 500
    var retryAfter = end.retryAfter
    var json = JSONObject()
    if let messageID { json.add("msgid", messageID) }
    switch end.outcome {
    case .exited(let code): json.add("exit", code)
    case .signalled(let number): json.add("signal", signalName(number))
    case .notStarted(let error): json.add("error", error.message)
    case .answered(let status): json.add("status", status)
    case .broken(let reason): json.add("error", reason)
    case .unreachable(let reason):
      json.add("error", reason)
      status = 503
      retryAfter = "\(unreachableRetry)"
    case .noAnswer: json.add("error", noAnswer)
    }
    if let stop = end.stop { json.add("stopped", stop.rawValue) }
    json.add("duration", end.duration.secondsToMilliseconds)
    if let retryAfter {
      if let seconds = Int(retryAfter) { json.add("retryAfter", seconds) } else { json.add("retryAfter", retryAfter) }
    }
    if rules.answersWithOutput {
      json.add("output", String(decoding: end.tail, as: UTF8.self))
      json.add("outputBytes", end.outputBytes)
    }
    var response = HTTPResponse.json(status, json.line)
    if let retryAfter { response.headers.append(("Retry-After", retryAfter)) }
    return response
  }

  /// Closing the connection ends no script: PHP notices it when it writes.
  static let noAnswer = "the application did not answer in time; its script may run on"

  /// 200 without a job: the sender is to forget the message.
  static func skipped(_ reason: String, messageID: String?) -> HTTPResponse {
    var json = JSONObject()
    if let messageID { json.add("msgid", messageID) }
    json.add("skipped", reason)
    return .json(200, json.line)
  }

  static func refused(_ status: Int, _ reason: String, retryAfter: Int? = nil, paths: [String] = []) -> HTTPResponse {
    var json = JSONObject()
    json.add("error", reason)
    if !paths.isEmpty { json.add("paths", paths) }
    var response = HTTPResponse.json(status, json.line)
    if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
    return response
  }
}

extension Duration {
  /// Seconds with three decimals: what people compare, without digits that mean nothing.
  var secondsToMilliseconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds * 1000 + attoseconds / 1_000_000_000_000_000) / 1000
  }
}
