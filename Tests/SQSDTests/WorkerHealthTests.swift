import TestSupport
import Testing

@testable import SQSD

struct WorkerHealthTests {
  private func parse(_ text: String) -> WorkerHealth? { WorkerHealth(parsing: Array(text.utf8)) }

  @Test func `what worker-server writes is what sqsd reads`() {
    let busy = WorkerHealth(isDraining: false, running: 3, waiting: 7, concurrency: 10, waitingLimit: 100)
    #expect(busy.json == #"{"status":"ok","running":3,"waiting":7,"concurrency":10,"waitingLimit":100}"#)
    #expect(busy.capacity == 110)
    let draining = WorkerHealth(isDraining: true, running: 0, waiting: 0, concurrency: 1000, waitingLimit: 0)
    for health in [busy, draining] { #expect(parse(health.json + "\n") == health) }
  }

  @Test func `order, blanks and members of later versions do not matter`() {
    let text =
      "{ \"waitingLimit\" : 5 ,\r\n\t\"new\":\"a,b:}\",\"x\":-1.5e3, \"y\":null,\"concurrency\":2,\"running\":1,"
      + "\"status\":\"ok\",\"waiting\":0 }"
    #expect(parse(text) == WorkerHealth(isDraining: false, running: 1, waiting: 0, concurrency: 2, waitingLimit: 5))
  }

  @Test(arguments: [
    "", "ok", "{}", "[]", "null", "<html></html>", #"{"status":"ok"}"#, #"{"status":"UP","concurrency":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4}"#,
    #"{"status":"up","running":0,"waiting":0,"concurrency":4,"waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":"4","waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":-4,"waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4.0,"waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4e9,"waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":99999999999999999999,"waitingLimit":1}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1,"concurrency":5}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1,}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1}}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1,"x":{}}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1,"x":"\u0000"}"#,
    #"{"status":"ok","running":0,"waiting":0,"concurrency":4,"waitingLimit":1,"x":""#
      + String(repeating: "x", count: 1024)
      + #""}"#,
  ])
  func `the health page of another application is nothing`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `no bytes end the program, and every cut is nothing`() {
    let whole = Array(
      WorkerHealth(isDraining: false, running: 1, waiting: 2, concurrency: 3, waitingLimit: 4).json.utf8)
    for end in 0..<whole.count { #expect(WorkerHealth(parsing: Array(whole[..<end])) == nil) }
    var random = SeededRandom(seed: 14)
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] =
          Bool.random(using: &random)
          ? Array("{}[]\":,\\ 0".utf8)[Int.random(in: 0..<10, using: &random)]
          : .random(in: 0...255, using: &random)
      }
      if let health = WorkerHealth(parsing: bytes) { #expect(health.concurrency >= 0 && health.waitingLimit >= 0) }
    }
  }
}
