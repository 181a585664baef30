import Foundation
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct CredentialProcessTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ script: String, limits: ProgramRun.Limits = .init()) async throws -> Credentials {
    let file = try folder.write("tool", "#!/bin/sh\n\(script)\n", executable: true)
    return try await CredentialProcess(
      // By the shell: a file that was just written may still be open in a child of another test, between its fork and its
      // exec, and such a file cannot be executed (ETXTBSY).
      command: "/bin/sh '\(file)' --role \"a b\"", environment: ["PATH": "/usr/bin:/bin"], place: "the profile \"p\"",
      limits: limits
    ).run()
  }

  private func failure(_ script: String, limits: ProgramRun.Limits = .init()) async -> AWSError? {
    await AWSError.thrown { _ = try await run(script, limits: limits) }
  }

  private func document(_ members: String) -> String { "echo '{\(members)}'" }

  private static let keys = #""AccessKeyId":"AKID","SecretAccessKey":"\#(Marked.secret)""#

  @Test func `its JSON makes a set, with an end or without one`() async throws {
    let temporary = try await run(
      document(
        #""Version":1,\#(Self.keys),"SessionToken":"\#(Marked.token)","Expiration":"2026-01-02T03:04:05+00:00","AccountId":"1""#
      ))
    #expect(temporary.accessKeyID == "AKID" && temporary.sessionToken == Secret(Marked.token))
    #expect(temporary.expiration == Date(timeIntervalSince1970: 1_767_323_045))
    let lasting = try await run("test \"$1 $2\" = '--role a b' && " + document(#""Version":1,\#(Self.keys)"#))
    #expect(lasting == Credentials(accessKeyID: "AKID", secretAccessKey: Secret(Marked.secret)))
  }

  @Test func `what is wrong with its answer is said without the answer`() async throws {
    let scripts: [(String, String)] = [
      (document(#""Version":2,\#(Self.keys)"#), "Version 1"), (document(Self.keys), "Version 1"),
      (document(#""Version":1,"AccessKeyId":"AKID""#), "SecretAccessKey is not"),
      (document(#""Version":1,"SecretAccessKey":"\#(Marked.secret)""#), "AccessKeyId is not"),
      (document(#""Version":1,\#(Self.keys),"Expiration":"soon MARKED""#), "Expiration"),
      (document(#""Version":1,\#(Self.keys),"SessionToken":"\#(Marked.token) ""#), "SessionToken contains a space"),
      (document(#""Version":1,"AccessKeyId":["MARKED"]"#), "AccessKeyId has the wrong type"),
      ("echo \(Marked.secret)", "not valid JSON"), ("true", "not valid JSON"),
    ]
    for (script, reason) in scripts {
      let error = await failure(script)
      #expect(error?.code == .credentials && error?.message.contains(reason) == true, "\(String(describing: error))")
      #expect(error?.message.hasPrefix("the profile \"p\": its credential_process") == true)
      #expect(!Marked.isIn("\(String(describing: error))"))
    }
  }

  @Test func `a bad end is told with its status and its words, and may be better next time`() async throws {
    let error = await failure("echo 'sign in\nfirst' >&2; exit 3")
    #expect(error?.code == .credentialsUnavailable)
    #expect(error?.message == "the profile \"p\": its credential_process: ended with status 3: sign in first ")
    let killed = await failure("kill -9 $$")
    #expect(killed?.message.hasSuffix("was ended by signal 9") == true)
    let slow = await failure("sleep 600", limits: .init(time: .milliseconds(200)))
    #expect(slow?.code == .credentialsUnavailable && slow?.message.contains("was killed") == true)
    let loud = await failure("yes \(Marked.secret)", limits: .init(output: 100))
    #expect(loud?.code == .credentials && loud?.message.contains("more than 100 bytes") == true)
    let missing = await AWSError.thrown {
      _ = try await CredentialProcess(command: "nobody-has-this", environment: [:], place: "p").run()
    }
    #expect(missing?.code == .credentials && missing?.message.contains("no program in PATH") == true)
    let unclosed = await AWSError.thrown {
      _ = try await CredentialProcess(command: "tool 'x", environment: [:], place: "p").run()
    }
    #expect(unclosed?.message == "p: its credential_process: opens a quote (') and never closes it")
  }
}
