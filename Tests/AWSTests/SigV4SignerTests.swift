import Crypto
import FoundationEssentials
import Testing

@testable import AWS

/// The worked examples: each stage against values computed with botocore and, independently, by hand.
@Suite struct SigV4SignerTests {
  static let secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  static let token = Secret("AQoDYXdzEPT//////////wEXAMPLETOKEN+/==")
  /// 2026-01-02T03:04:05Z
  static let date = Date(timeIntervalSince1970: 1_767_323_045)
  static let temporary = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret, sessionToken: token)
  static let lasting = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret)

  static func request(
    host: String, target: String?, contentType: String = "application/x-amz-json-1.0", body: String
  ) -> SigV4Request {
    var headers = [(name: "Host", value: host), (name: "Content-Type", value: contentType)]
    if let target { headers.append((name: "X-Amz-Target", value: target)) }
    return SigV4Request(method: "POST", path: "/", headers: headers, body: Array(body.utf8))
  }

  static let receive = request(
    host: "sqs.eu-west-1.amazonaws.com", target: "AmazonSQS.ReceiveMessage",
    body: #"{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs","MaxNumberOfMessages":10,"#
      + #""WaitTimeSeconds":20,"MessageSystemAttributeNames":["All"],"MessageAttributeNames":["All"]}"#)

  static func signature(_ headers: [(name: String, value: String)]) -> Substring? {
    headers.last { $0.name == "Authorization" }?.value.split(separator: "Signature=").last
  }

  static func hexadecimal(_ key: SymmetricKey) -> String {
    unsafe key.withUnsafeBytes { unsafe Hexadecimal.text(Array($0)) }
  }

  @Test func `ReceiveMessage with a session token, stage by stage`() throws {
    let signer = SigV4Signer(region: "eu-west-1", service: "sqs")
    let canonical = CanonicalRequest(
      method: "POST", path: "/",
      headers: Self.receive.headers + [
        (name: "X-Amz-Date", value: "20260102T030405Z"), (name: "X-Amz-Security-Token", value: Self.token.exposed),
      ], body: Self.receive.body)
    #expect(
      canonical.text == """
        POST
        /

        content-type:application/x-amz-json-1.0
        host:sqs.eu-west-1.amazonaws.com
        x-amz-date:20260102T030405Z
        x-amz-security-token:AQoDYXdzEPT//////////wEXAMPLETOKEN+/==
        x-amz-target:AmazonSQS.ReceiveMessage

        content-type;host;x-amz-date;x-amz-security-token;x-amz-target
        3f65b41ac9676461a65ae4983ce3ea23ad202c91fdd210c90f3e49a05c6c6b2e
        """)
    let toSign = signer.stringToSign(canonical, time: UTCTime(Self.date))
    #expect(
      toSign == """
        AWS4-HMAC-SHA256
        20260102T030405Z
        20260102/eu-west-1/sqs/aws4_request
        9b2d0ba29c0e6ec61072b95d1068a44b48d28913761244fd72ca6130acd19c53
        """)
    let key = signer.signingKey(secret: Self.secret, day: "20260102")
    #expect(
      Self.hexadecimal(key)
        == "f4e19b283d296db3883d4eb960ec5bc367e156edb5817de9ee95de1a750654f4")
    let headers = signer.headers(for: Self.receive, credentials: Self.temporary, date: Self.date)
    #expect(headers.map(\.name) == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"])
    #expect(
      headers.last?.value
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/sqs/aws4_request, "
        + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
        + "Signature=baccd85b95e9794d10b4f988418eda2e6b029275b88ce0687af00b88611026fb")
  }

  @Test func `each step of the signing key`() {
    var key = SymmetricKey(data: Array("AWS4\(Self.secret.exposed)".utf8))
    let expected = [
      ("20260102", "4a94b7301bf76bc4db30e0c4fffd8434ec90b24fbe8ece2d7b3edb20adc3beb1"),
      ("eu-west-1", "21b5572e36594e4d3367ed6b36060237a487c297939e1e2296361302f60d8cb9"),
      ("sqs", "135d1f653bdc21be0d944e6198e6349f6771e6ac8f04fa0b5f13cd7fc9a73ba7"),
      ("aws4_request", "f4e19b283d296db3883d4eb960ec5bc367e156edb5817de9ee95de1a750654f4"),
    ]
    for (part, hexadecimal) in expected {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
      #expect(Self.hexadecimal(key) == hexadecimal)
    }
  }

  @Test func `DeleteMessage without a session token`() {
    let request = Self.request(
      host: "sqs.eu-west-1.amazonaws.com", target: "AmazonSQS.DeleteMessage",
      body: #"{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs","#
        + #""ReceiptHandle":"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a"}"#)
    let signer = SigV4Signer(region: "eu-west-1", service: "sqs")
    let canonical = CanonicalRequest(
      method: "POST", path: "/", headers: request.headers + [(name: "X-Amz-Date", value: "20260102T030405Z")],
      body: request.body)
    #expect(
      Hexadecimal.text(SHA256.hash(data: Array(canonical.text.utf8)))
        == "0ce523a985793ad63e6ffadd66f840cc3c4f2066062300327d4d7a95b554845a")
    let headers = signer.headers(for: request, credentials: Self.lasting, date: Self.date)
    #expect(headers.map(\.name) == ["X-Amz-Date", "Authorization"])
    #expect(Self.signature(headers) == "100205f4f495f98981bc5f740866fe3e25ee71dfe3ecbac500602375cd783030")
  }

  @Test func `another JSON service`() {
    let request = Self.request(
      host: "dynamodb.eu-west-1.amazonaws.com", target: "DynamoDB_20120810.UpdateItem",
      body: #"{"TableName":"cron-lease","Key":{"pk":{"S":"leader"}}}"#)
    let headers = SigV4Signer(region: "eu-west-1", service: "dynamodb")
      .headers(for: request, credentials: Self.temporary, date: Self.date)
    #expect(Self.signature(headers) == "cb52fb96b04b657a97a28e89960243904c58ef7f3dd8291422e8394f8e90e9a9")
  }

  @Test func `a form instead of JSON`() {
    let request = Self.request(
      host: "sts.eu-west-1.amazonaws.com", target: nil,
      contentType: "application/x-www-form-urlencoded; charset=utf-8",
      body: "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker"
        + "&RoleSessionName=sqsd&DurationSeconds=3600")
    let headers = SigV4Signer(region: "eu-west-1", service: "sts")
      .headers(for: request, credentials: Self.temporary, date: Self.date)
    #expect(Self.signature(headers) == "cc884408b6d9426c8528f2ae53088895726422cb0357678014206aabe66b07e2")
  }

  /// Results of AWS's own test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4), as far as its requests
  /// resemble ours: get-vanilla-with-session-token, post-vanilla, post-sts-header-before.
  @Test(
    arguments: [
      (
        "GET", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"
      ),
      ("POST", nil, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
      (
        "POST",
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUu"
          + "wthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQ"
          + "cHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR"
          + "/oLxBA==", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
      ),
    ] as [(String, String?, String)])
  func `a case of AWS's test suite`(method: String, token: String?, signature: String) {
    let headers = SigV4Signer(region: "us-east-1", service: "service").headers(
      for: SigV4Request(
        method: method, path: "/", headers: [(name: "Host", value: "example.amazonaws.com")], body: []),
      credentials: Credentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: token.map { Secret($0) }),
      date: Date(timeIntervalSince1970: 1_440_938_160))
    #expect(Self.signature(headers).map { String($0) } == signature)
  }

  @Test func `white space in a header's value is trimmed and collapsed, two headers of a name become one`() {
    let headers = CanonicalRequest.canonicalHeaders([
      (name: "X-Amz-Two", value: "  a   b  "), (name: "Host", value: "h"), (name: "x-amz-two", value: "\tc\t"),
      (name: "X-Amz-Empty", value: ""), (name: "User-Agent", value: "changed on the way"),
      (name: "X-Amzn-Trace-Id", value: "changed too"),
    ])
    #expect(headers.map(\.name) == ["host", "x-amz-empty", "x-amz-two"])
    #expect(headers.map(\.value) == ["h", "", "a b,c"])
  }

  @Test(arguments: [
    ("", "/"), ("/", "/"), ("//", "/"), ("/.", "/"), ("/..", "/"), ("/a/../b", "/b"), ("/a/./b/", "/a/b/"),
    ("/a//b", "/a/b"), ("/a b%20c", "/a%20b%2520c"), ("/é", "/%C3%A9"), ("/-_.~", "/-_.~"),
  ])
  func `the path is normalised and encoded once more`(path: String, canonical: String) {
    #expect(CanonicalRequest.canonicalPath(path) == canonical)
  }

  @Test func `a new secret, day or signer does not get an old signing key`() {
    let signer = SigV4Signer(region: "eu-west-1", service: "sqs")
    let nextDay = Self.date.addingTimeInterval(86_400)
    let other = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("other"))
    for _ in 0..<2 {
      for (credentials, date) in [(Self.lasting, Self.date), (Self.lasting, nextDay), (other, Self.date)] {
        let fresh = SigV4Signer(region: "eu-west-1", service: "sqs")
        #expect(
          Self.signature(signer.headers(for: Self.receive, credentials: credentials, date: date))
            == Self.signature(fresh.headers(for: Self.receive, credentials: credentials, date: date)))
      }
    }
    #expect(
      Self.signature(signer.headers(for: Self.receive, credentials: Self.lasting, date: Self.date))
        != Self.signature(signer.headers(for: Self.receive, credentials: other, date: Self.date)))
  }
}
