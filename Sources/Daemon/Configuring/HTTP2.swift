import Curl
import Settings

/// What `--http2` needs.
enum HTTP2 {
  /// Nil when it is off, or can be on.
  static func fault(
    _ settings: ParsedSettings, support: HTTP2Support = CurlClient.http2PriorKnowledge
  ) -> String? {
    guard settings[SqsdSettings.http2] else { return nil }
    if settings[SqsdSettings.httpURL].origin.hasPrefix("https:") {
      return
        "--http2: it is for cleartext only, and --http-url begins with https://; use http:// or unix:, or leave it off"
    }
    guard case .missing(let reason) = support else { return nil }
    return "--http2: the libcurl of this system \(reason); leave it off (HTTP/1.1 is no slower here)"
  }
}
