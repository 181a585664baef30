import Curl

/// Credentials of the task's role on ECS and Fargate, of the pod's on EKS (Pod Identity).
struct ContainerCredentials: CredentialSource {
  /// Where ECS's agent answers; a test has its own.
  static let taskHost = "http://169.254.170.2"
  static let timeout: Duration = .seconds(2)
  static let attempts = 3
  private static let tokenLimit = 64 << 10

  let environment: [String: String]
  let metadata: MetadataClient
  var taskHost = Self.taskHost

  func look() async throws -> SourceAnswer {
    guard let address = try ContainerAddress(environment: environment, taskHost: taskHost) else {
      return .absent("no container credentials (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)")
    }
    let source = "container credentials (\(address))"
    var headers = [(name: "Accept", value: "application/json")]
    if let token = try authorization(source) { headers.append((name: "Authorization", value: token.exposed)) }
    let answer: CurlResponse
    do {
      answer = try await metadata.answer(
        to: MetadataClient.request(address.url, headers: headers, timeout: Self.timeout), attempts: Self.attempts)
    } catch let error as CurlError {
      throw AWSError.credentials(
        source, "\(error)", advice: "Asked \(Self.attempts) times", isTemporary: error.isWorthRepeating)
    }
    guard answer.status == 200 else { throw refusal(answer, source) }
    // A 200 that is not JSON comes from an agent in trouble, not from a setting of ours.
    let document = try CredentialDocument(answer.body, source: source, isTemporary: true)
    let credentials = try document.credentials(source: source, token: Credentials.Part("Token", document.token))
    return .found(FoundCredentials(credentials, from: source))
  }

  /// Shortly after a task's start the agent has no credentials yet and answers 503, CredentialsUninitialized.
  private func refusal(_ answer: CurlResponse, _ source: String) -> AWSError {
    let said = CredentialDocument.refusal(in: answer.body).map { ", \($0)" } ?? ""
    let isTemporary = MetadataClient.isTemporary(answer.status)
    return .credentials(
      source, "answered HTTP \(answer.status)\(said)",
      advice: isTemporary ? nil : "Check the task's role, or the pod's association, and its authorization token",
      isTemporary: isTemporary)
  }

  /// Read anew each time, because Kubernetes replaces the token in the file.
  private func authorization(_ source: String) throws -> Secret? {
    let fileName = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    let place: String
    var token: Substring
    if let path = environment[fileName], !path.isEmpty {
      place = "the file \(path) of \(fileName)"
      do {
        token = Substring(decoding: try SmallFile.read(path, limit: Self.tokenLimit), as: UTF8.self)
      } catch {
        throw AWSError.credentials(source, "\(place) \(error)", isTemporary: true)
      }
    } else if let value = environment[name], !value.isEmpty {
      place = name
      token = Substring(value)
    } else {
      return nil
    }
    // A file usually ends in a line break; one inside would begin another header.
    if token.last?.isNewline == true { token.removeLast() }
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw AWSError.credentials(source, "\(place) is empty or has a line break or a control character inside")
    }
    return Secret(String(token))
  }
}

extension ContainerAddress: CustomStringConvertible {}
