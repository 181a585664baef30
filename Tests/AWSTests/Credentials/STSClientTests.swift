import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct STSClientTests {
  static let base = Credentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    sessionToken: Secret("AQoDYXdzEPT//////////wEXAMPLETOKEN+/=="))

  /// An answer in the service's own form.
  static func answer(_ operation: String, expiration: String = "2026-01-02T04:04:05Z", keyID: String = "ASIAROLE")
    -> String
  {
    httpAnswer(
      200,
      """
      <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <\(operation)Result>
          <AssumedRoleUser><AssumedRoleId>ARO:me</AssumedRoleId><Arn>arn</Arn></AssumedRoleUser>
          <Credentials>
            <AccessKeyId>\(keyID)</AccessKeyId><SecretAccessKey>\(Marked.secret)</SecretAccessKey>
            <SessionToken>\(Marked.token)</SessionToken><Expiration>\(expiration)</Expiration>
          </Credentials>
        </\(operation)Result>
        <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
      </\(operation)Response>
      """)
  }

  static func refusal(_ status: Int, _ code: String, _ message: String = "no") -> String {
    httpAnswer(
      status,
      """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>\(code)</Code>\
      <Message>\(message)</Message></Error><RequestId>r-2</RequestId></ErrorResponse>
      """)
  }

  private func with(
    _ answers: [String], _ body: (STSClient, ScriptedPeer) async throws -> Void
  ) async throws {
    let peer = try ScriptedPeer.answering(answers)
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let endpoint = try Endpoint.resolve(
      .sts, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL_STS": peer.url]
    ).endpoint
    let date = ManualDate()
    try await body(STSClient(client: curl, endpoint: endpoint, now: { date.now }), peer)
  }

  @Test func `AssumeRole is a signed form`() async throws {
    try await with([Self.answer("AssumeRole")]) { sts, peer in
      let set = try await sts.assumeRole(
        "arn:aws:iam::123456789012:role/worker", sessionName: "sqsd", externalID: "a b&c=é", duration: 3600,
        with: Self.base)
      #expect(set.accessKeyID == "ASIAROLE" && set.sessionToken == Secret(Marked.token))
      #expect(set.secretAccessKey == Secret(Marked.secret))
      #expect(set.expiration == Date(timeIntervalSince1970: 1_767_326_645))
      let request = peer.record.requests[0]
      #expect(
        String(decoding: request.body, as: UTF8.self)
          == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker"
          + "&RoleSessionName=sqsd&DurationSeconds=3600&ExternalId=a%20b%26c%3D%C3%A9")
      #expect(request.lines.contains("Content-Type: application/x-www-form-urlencoded; charset=utf-8"))
      #expect(
        request.lines.contains {
          $0.hasPrefix("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/sts/aws4_request, ")
        })
    }
  }

  @Test func `the signature of the form is botocore's`() {
    // Vector made with botocore: host sts.eu-west-1.amazonaws.com, 2026-01-02T03:04:05Z.
    let body =
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fworker"
      + "&RoleSessionName=sqsd&DurationSeconds=3600"
    let headers = SigV4Signer(region: "eu-west-1", service: "sts").headers(
      for: SigV4Request(
        method: "POST", path: "/",
        headers: [("Host", "sts.eu-west-1.amazonaws.com"), ("Content-Type", FormBody.contentType)],
        body: Array(body.utf8)), credentials: Self.base, date: ManualDate().now)
    #expect(
      headers.last?.value.hasSuffix("cc884408b6d9426c8528f2ae53088895726422cb0357678014206aabe66b07e2") == true)
  }

  @Test func `AssumeRoleWithWebIdentity is not signed`() async throws {
    try await with([Self.answer("AssumeRoleWithWebIdentity", expiration: "2026-01-02T04:04:05.123Z")]) { sts, peer in
      let set = try await sts.assumeRole("R", sessionName: "me", webIdentityToken: Secret("a.b-c"), duration: nil)
      #expect(set.expiration == Date(timeIntervalSince1970: 1_767_326_645))
      let request = peer.record.requests[0]
      #expect(
        String(decoding: request.body, as: UTF8.self)
          == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=R&RoleSessionName=me&WebIdentityToken=a.b-c")
      #expect(
        !request.lines.contains { $0.lowercased().hasPrefix("authorization") || $0.lowercased().hasPrefix("x-amz") })
    }
  }

  @Test func `errors are told by their codes`() async throws {
    let cases: [(String, AWSError.Code, String)] = [
      (Self.refusal(403, "AccessDenied", "User: x is not authorized"), .accessDenied, "AccessDenied: User: x is not"),
      (Self.refusal(400, "IDPCommunicationError"), .transient, "IDPCommunicationError"),
      (Self.refusal(400, "ExpiredTokenException"), .expiredCredentials, "ExpiredTokenException"),
      (Self.refusal(400, "Throttling"), .throttling, "Throttling"),
      (Self.refusal(403, "SignatureDoesNotMatch", "no match\ntoken \(Marked.token)"), .signatureRefused, "no match"),
      (Self.refusal(400, "InvalidIdentityToken"), .invalidRequest, "InvalidIdentityToken"),
      (httpAnswer(503, "<html>"), .transient, "not an error of AWS's"), (httpAnswer(500, ""), .transient, "no reason"),
    ]
    for (answer, code, words) in cases {
      try await with([answer]) { sts, _ in
        let error = await AWSError.thrown {
          _ = try await sts.assumeRole("R", sessionName: "me", externalID: nil, duration: nil, with: Self.base)
        }
        #expect(error?.code == code && error?.operation == "AssumeRole", "\(answer)")
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(!Marked.isIn("\(String(describing: error))"))
      }
    }
  }

  @Test(arguments: ["", "<a/>", "{}", "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"])
  func `a success without credentials is a bad answer`(body: String) async throws {
    try await with([httpAnswer(200, body)]) { sts, _ in
      let error = await AWSError.thrown {
        _ = try await sts.assumeRole("R", sessionName: "me", externalID: nil, duration: nil, with: Self.base)
      }
      #expect(error?.code == .badAnswer)
    }
  }

  @Test func `moto's STS gives both kinds`() async throws {
    let peer = try await PythonPeer.moto.value
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let endpoint = try Endpoint.resolve(
      .sts, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:\(peer.port)"]
    ).endpoint
    let sts = STSClient(client: curl, endpoint: endpoint, now: { Date() })
    let arn = "arn:aws:iam::123456789012:role/worker"
    let assumed = try await sts.assumeRole(arn, sessionName: "me", externalID: "x", duration: 900, with: Self.base)
    let identified = try await sts.assumeRole(arn, sessionName: "me", webIdentityToken: Secret("a.b.c"), duration: nil)
    for (set, seconds) in [(assumed, 900.0), (identified, 3_600)] {
      #expect(set.accessKeyID.hasPrefix("ASIA") && set.sessionToken != nil)
      let left = try #require(set.expiration).timeIntervalSinceNow
      #expect((seconds - 60...seconds + 60).contains(left), "\(left)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func `every region has the STS host that botocore gives it`() async throws {
    let regions = [
      "us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1", "xx-a-1",
    ]
    let answers = try await BotocoreCredentials.ask(.init(regions: regions)).regions
    #expect(answers.count == 4 * regions.count)
    for answer in answers {
      let host = Endpoint.standardHost(
        .sts, region: answer.region, useFIPS: answer.fips, useDualStack: answer.dualStack)
      #expect("https://\(host)" == answer.url, "\(answer)")
    }
  }
}
