import FoundationEssentials

/// The program that a profile's `credential_process` names, and the JSON that it writes (AWS SDKs and Tools Reference Guide,
/// "Process credential provider").
struct CredentialProcess {
  let command: String
  let environment: [String: String]
  /// The profile, for sentences.
  let place: String
  var limits = ProgramRun.Limits()

  func run() async throws -> Credentials {
    let source = "\(place): its credential_process"
    let words: [String]
    do {
      words = try ShellWords.split(command)
    } catch {
      throw AWSError.credentials(source, error.description)
    }
    let output: ProgramRun.Output
    do throws(ProgramRun.RunError) {
      output = try await ProgramRun.run(words, environment: environment, limits: limits)
    } catch {
      throw Self.failure(error, source)
    }
    guard output.status == 0 else {
      let end = output.status > 0 ? "ended with status \(output.status)" : "was ended by signal \(-output.status)"
      let said = AWSError.shortened(String(decoding: output.standardError, as: UTF8.self))
      throw AWSError.credentials(source, said.isEmpty ? end : "\(end): \(said)", isTemporary: true)
    }
    let document = try CredentialDocument(output.standardOutput, source: source, isTemporary: false)
    guard document.version == 1 else {
      throw AWSError.credentials(source, "writes no document of Version 1, the only one there is")
    }
    return try document.credentials(
      source: source, token: Credentials.Part("SessionToken", document.sessionToken))
  }

  private static func failure(_ error: ProgramRun.RunError, _ source: String) -> any Error {
    switch error {
    case .cancelled: CancellationError()
    case .notStarted(let reason): AWSError.credentials(source, reason)
    case .tookTooLong(let time):
      AWSError.credentials(
        source, "had not ended after \(time.components.seconds) s and was killed", isTemporary: true)
    case .saidTooMuch(let limit): AWSError.credentials(source, "wrote more than \(limit) bytes and was killed")
    }
  }
}
