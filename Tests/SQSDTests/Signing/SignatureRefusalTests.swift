import TestSupport
import Testing

@testable import SQSD

struct SignatureRefusalTests {
  private let request = Signable(
    target: "/queue?a=b",
    headers: [
      ("X-Aws-Sqsd-Msgid", "m-1"), ("X-Aws-Sqsd-Taskname", "nightly"),
      ("X-Aws-Sqsd-Scheduled-At", "2026-01-02T03:00:00Z"), ("X-Aws-Sqsd-Queue", "jobs"),
    ])

  @Test func `what was signed with the secret passes, blanks around values or not`() throws {
    let signature = try request.signed()
    #expect(request.refusal(signature) == nil)
    var padded = request
    padded.headers = request.headers.map { ($0.name.uppercased(), " \($0.value)\t") }
    #expect(padded.refusal(" \(signature) ") == nil)
  }

  @Test(arguments: 0..<9)
  func `whatever of it is changed, it is refused as wrong`(part: Int) throws {
    let signature = try request.signed()
    var changed = request
    switch part {
    case 0: changed.method = "PUT"
    case 1: changed.target = "/queue"
    case 2: changed.target = "/queue?a=c"
    case 3: changed.headers[0].value = "m-2"
    case 4: changed.headers[1].value = ""
    case 5: changed.headers.remove(at: 2)
    case 6: changed.body.append(0)
    case 7: changed.secret.append(0x0A)
    default: (changed.headers[1].value, changed.headers[2].value) = (request.headers[2].value, request.headers[1].value)
    }
    #expect(changed.refusal(signature)?.kind == .wrong)
  }

  @Test func `another time in the header is another signature`() throws {
    let later = try request.signed().replacing("t=1767323045", with: "t=1767323046")
    #expect(request.refusal(later)?.kind == .wrong)
  }

  @Test(
    arguments: [
      (0, nil), (300, nil), (301, .late), (100_000, .late), (-300, nil), (-301, .early), (-100_000, .early),
    ] as [(Int64, SignatureRefusal.Kind?)])
  func `five minutes are allowed either way`(age: Int64, kind: SignatureRefusal.Kind?) throws {
    let refusal = request.refusal(try request.signed(), now: request.time + age)
    #expect(refusal?.kind == kind)
    if let refusal { #expect(refusal.reason.contains("\(age.magnitude) s")) }
  }

  @Test func `of a forgery nothing is said about clocks`() {
    let forged = "t=1,v1=" + String(repeating: "0", count: 64)
    #expect(request.refusal(forged)?.kind == .wrong)
    #expect(request.refusal("t=999999999999,v1=" + String(repeating: "0", count: 64), now: .min)?.kind == .wrong)
  }

  @Test func `of several codes one must be right, wherever it stands`() throws {
    let right = try request.signed()
    let wrong = "v1=" + String(repeating: "ab", count: 32)
    #expect(request.refusal(right + "," + wrong) == nil)
    #expect(request.refusal(right.replacing(",", with: ",\(wrong),")) == nil)
    #expect(request.refusal("t=\(request.time),\(wrong),\(wrong)")?.kind == .wrong)
  }

  @Test func `none, two, or one that is none is refused`() throws {
    let signature = try request.signed()
    #expect(request.refusal(nil)?.kind == .missing)
    #expect(request.refusal("")?.kind == .malformed)
    #expect(request.refusal(signature, signature)?.kind == .malformed)
    #expect(request.refusal("Bearer token")?.kind == .malformed)
  }

  @Test func `a signed header that comes twice is refused, whichever of the two was signed`() throws {
    let signature = try request.signed()
    for value in ["m-1", "m-2"] {
      for index in [0, request.headers.count] {
        var doubled = request
        doubled.headers.insert(("x-AWS-sqsd-msgid", value), at: index)
        #expect(doubled.refusal(signature)?.kind == .repeated)
      }
    }
  }

  @Test func `no reason holds a secret or a code`() throws {
    let signature = try request.signed()
    let refusals = [
      request.refusal(nil), request.refusal(signature + "x"), request.refusal(signature, now: 0),
      request.refusal("t=1," + signature.split(separator: ",")[1]),
    ]
    #expect(Set(refusals.map { $0?.kind }) == [.missing, .malformed, .early, .wrong])
    for refusal in refusals {
      let reason = try #require(refusal?.reason)
      #expect(!reason.contains("sixteen") && !reason.contains(signature.suffix(64)))
    }
  }

  @Test func `a code that differs in one bit is another one, whichever bit`() {
    let code = SHA256.hash([1])
    #expect(SignatureRefusal.areEqual(code, code))
    for bit in 0..<256 {
      var other = code
      other[bit / 8] ^= 1 << (bit % 8)
      #expect(!SignatureRefusal.areEqual(code, other))
    }
    #expect(!SignatureRefusal.areEqual(code, Array(code.dropLast())))
  }
}
