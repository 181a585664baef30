import Glibc
import SQSD
import Settings

/// Signs each POST (docs/signature.md), so that the application can tell sqsd from whoever else can reach it.
struct RequestSigner: Sendable {
  let key: SigningKey
  /// Sentences worth a warning at the start.
  var notes: [String] = []
  /// Seconds since 1970.
  var now: @Sendable () -> Int64 = { Int64(time(nil)) }

  init(key: SigningKey) {
    self.key = key
  }

  /// Reads the secret once: a changed file counts from the next start on.
  init(at path: String) throws(SettingsError) {
    do {
      let secret = try SecretFile(at: path)
      key = SigningKey(secret.bytes)
      notes = secret.note.map { ["--signing-secret-file: \($0)"] } ?? []
    } catch {
      throw SettingsError(["--signing-secret-file: \"\(path)\" \(error.reason)"])
    }
  }

  /// The header to add. It holds for five minutes, which is longer than a message waits for an application that is down.
  func fields(
    path: String, headers: [(name: String, value: String)], body: [UInt8]
  ) -> [(name: String, value: String)] {
    guard
      let signature = RequestSignature(
        method: "POST", target: path, headers: headers, body: body, key: key, time: now())
    else { return [] }
    return [(RequestSignature.header, signature.text)]
  }
}
