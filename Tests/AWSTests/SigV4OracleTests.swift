import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct SigV4OracleTests {
  private struct Case: Encodable {
    var accessKeyID: String
    var secret: String
    var token: String?
    var region: String
    var service: String
    var timestamp: String
    var method: String
    var url: String
    var headers: [[String]]
    var body: Data
  }

  private struct Stages: Decodable {
    var canonicalRequest: String
    var stringToSign: String
    var authorization: String
  }

  @Test func `five hundred random requests are signed as botocore signs them`() async throws {
    var random = SeededRandom(seed: 20_260_102)
    let printable = (0x21...0x7E).map { Character(Unicode.Scalar(UInt8($0))) }
    func word(_ length: ClosedRange<Int>, of alphabet: [Character]? = nil) -> String {
      String((0..<Int.random(in: length, using: &random)).map { _ in random.pick(alphabet ?? printable) })
    }
    let cases = (0..<500).map { _ in
      let path =
        "/"
        + (0..<Int.random(in: 0...4, using: &random)).map { _ in
          random.pick([word(0...6, of: Array("aZ09-_.~%2F:@!$&'()*+,;=")), ".", "..", ""])
        }.joined(separator: "/")
      let origin = random.pick([
        "https://sqs.eu-west-1.amazonaws.com", "http://localhost:4566", "https://[::1]:8443", "http://127.0.0.1:80",
        "https://example.com:443", "http://[fd00:ec2::23]",
      ])
      var headers: [[String]] = []
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        let words = (0..<Int.random(in: 0...3, using: &random)).map { _ in word(1...9) }
        headers.append([
          "X-Amz-" + word(1...3, of: Array("abAB-1")),
          random.pick(["", " ", "   "]) + words.joined(separator: random.pick([" ", "  ", "    "]))
            + random.pick(["", " "]),
        ])
      }
      // botocore leaves these two unsigned as well.
      headers += random.pick([[], [["User-Agent", word(3...20)]], [["X-Amzn-Trace-Id", word(3...20)]]])
      if Bool.random(using: &random) { headers.append(["Content-Type", "application/x-amz-json-1.0"]) }
      let time = Date(timeIntervalSince1970: Double(Int.random(in: 0...4_102_444_799, using: &random)))
      return Case(
        accessKeyID: word(16...20, of: Array("ABCDEFGHIJ234567")), secret: word(40...40),
        token: Bool.random(using: &random) ? word(50...600) : nil,
        region: random.pick(["eu-west-1", "us-gov-west-1", "cn-north-1"]), service: random.pick(["sqs", "sts"]),
        timestamp: UTCTime(time).basicTimestamp, method: random.pick(["POST", "GET", "PUT"]), url: origin + path,
        headers: headers, body: Data(random.bytes(0...300)))
    }
    let expected = try await Botocore.run("sign.py", input: cases, as: [Stages].self)
    try #require(expected.count == cases.count)
    for (signed, oracle) in zip(cases, expected) {
      let url = try #require(HTTPURL(signed.url), "\(signed.url)")
      let headers = [(name: "Host", value: url.hostHeader)] + signed.headers.map { (name: $0[0], value: $0[1]) }
      let credentials = Credentials(
        accessKeyID: signed.accessKeyID, secretAccessKey: Secret(signed.secret),
        sessionToken: signed.token.map { Secret($0) })
      let date = try #require(SigV4OracleTests.date(signed.timestamp))
      let signer = SigV4Signer(region: signed.region, service: signed.service)
      let added = signer.headers(
        for: SigV4Request(method: signed.method, path: url.path, headers: headers, body: Array(signed.body)),
        credentials: credentials, date: date)
      let canonical = CanonicalRequest(
        method: signed.method, path: url.path, headers: headers + added.dropLast(), body: Array(signed.body))
      try #require(canonical.text == oracle.canonicalRequest)
      try #require(signer.stringToSign(canonical, time: UTCTime(date)) == oracle.stringToSign)
      try #require(added.last?.value == oracle.authorization)
    }
  }

  @Test func `times are taken apart as Foundation's calendar does`() throws {
    var random = SeededRandom(seed: 7)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    var samples = (0..<2_000).map { _ in Int64.random(in: 0...253_402_300_799, using: &random) }
    samples += [0, 86_399, 951_782_399, 951_782_400, 951_868_800, 4_107_542_400, 253_402_300_799, -1, -86_401]
    for seconds in samples {
      let date = Date(timeIntervalSince1970: Double(seconds))
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
      let (year, month, day) = try (#require(parts.year), #require(parts.month), #require(parts.day))
      let (hour, minute, second) = try (#require(parts.hour), #require(parts.minute), #require(parts.second))
      try #require(
        UTCTime(date).basicTimestamp
          == String(format: "%04d%02d%02dT%02d%02d%02dZ", year, month, day, hour, minute, second))
      let back = UTCTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
      try #require(back?.epochSeconds == seconds)
    }
  }

  @Test func `a clock beyond four digits of a year does not trap`() {
    for seconds in [Double.infinity, -.infinity, .nan, 1e300, -1e300] {
      #expect(UTCTime(Date(timeIntervalSince1970: seconds)).basicTimestamp.utf8.count == 16)
    }
  }

  private static func date(_ timestamp: String) -> Date? {
    let digits = timestamp.filter(\.isNumber).map { $0.wholeNumberValue ?? 0 }
    guard digits.count == 14 else { return nil }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    return UTCTime(
      year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10), minute: number(10..<12),
      second: number(12..<14)
    ).map { Date(timeIntervalSince1970: Double($0.epochSeconds)) }
  }
}
