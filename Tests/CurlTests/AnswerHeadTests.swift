import Testing

@testable import Curl

@Suite struct AnswerHeadTests {
  private func head(_ lines: [String]) -> (head: AnswerHead, isAccepted: Bool) {
    var head = AnswerHead()
    var status = 0
    var isAccepted = true
    for line in lines {
      if line.hasPrefix("HTTP/") { status = Int(line.split(separator: " ")[1]) ?? 0 }
      isAccepted = isAccepted && head.take(Array((line + "\r\n").utf8)) { status }
    }
    return (head, isAccepted)
  }

  @Test func `nothing has come`() {
    let head = AnswerHead()
    #expect(!head.hasBegun && !head.isComplete && !head.isCutOff)
  }

  @Test func `interim answers are passed over`() {
    let (head, _) = head(["HTTP/1.1 102 Processing", "A: 1", "", "HTTP/1.1 200 OK", "B: 2", "", "Trailer: 3"])
    #expect(head.isComplete)
    #expect(head.block.fields.map(\.name) == ["B"])
  }

  @Test func `an interim answer alone is complete for nobody`() {
    let (head, _) = head(["HTTP/1.1 102 Processing", ""])
    #expect(head.hasBegun && !head.isComplete && !head.isCutOff)
  }

  @Test func `a header without its end is cut off`() {
    #expect(head(["HTTP/1.1 200 OK"]).head.isCutOff)
    #expect(head(["HTTP/1.1 200 OK", "A: 1"]).head.isCutOff)
    #expect(head(["HTTP/1.1 102 Processing", "", "HTTP/1.1 200 OK"]).head.isCutOff)
  }

  @Test func `each answer has the whole limit, trailers included`() {
    let line = "A: " + String(repeating: "x", count: AnswerHead.byteLimit / 2)
    #expect(head(["HTTP/1.1 102 P", line, "", "HTTP/1.1 102 P", line, "", "HTTP/1.1 200 OK", line, ""]).isAccepted)
    #expect(!head(["HTTP/1.1 200 OK", line, line]).isAccepted)
    #expect(!head(["HTTP/1.1 200 OK", line, "", line]).isAccepted)
  }
}
