import AWS
import Settings

/// A queue, and where its messages go.
struct QueueAddress: Sendable, Equatable {
  /// As given: it goes into every call, and is never dialled.
  let url: String
  /// The last part of the URL.
  let name: String
  /// Its messages come in order within their groups.
  let isFIFO: Bool
  /// Instead of `--http-path`.
  let path: RequestPath?

  /// Reads `URL` or `URL=/path`.
  init(parsing text: String) throws(SettingFault) {
    // A queue's URL has no query, so the first = ends it.
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard !text.contains("@") else { throw SettingFault("has an @, which no queue URL has") }
    let queue: QueueURL
    do {
      queue = try QueueURL(String(parts[0]))
    } catch let error as AWSError {
      throw SettingFault("is refused: \(error.message)")
    } catch {
      throw SettingFault("is refused: \(error)")
    }
    url = queue.text
    name = queue.name
    isFIFO = queue.isFIFO
    if parts.count == 2 {
      guard let path = RequestPath(String(parts[1])) else {
        throw SettingFault("does not end in a path: URL=/path")
      }
      self.path = path
    } else {
      path = nil
    }
  }
}
