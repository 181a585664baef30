/// The options of a kept handle that change from request to request, as they stand. Setting an option costs, and
/// setting the same URL again would make libcurl copy and parse it again.
struct AppliedOptions {
  /// How libcurl is told the method. Each kind sets the state of the ones before it back.
  enum Kind {
    case get
    case head
    /// A body, perhaps empty, and a Content-Length: POST, or any other method by CURLOPT_CUSTOMREQUEST.
    case withBody
  }

  var url = ""
  var unixSocketPath: String?
  var kind: Kind?
  var customMethod: String?
  var bodySize = -1
  /// libcurl holds a copy of a body.
  var hasCopiedBody = false
  var connectTimeout = -1
  var freshConnection = false
  var connectOnly = false
  var version: CurlRequest.Version?
}
