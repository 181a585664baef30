internal import CCurl
internal import Glibc

/// The C side of a transfer. libcurl calls these from `curl_multi_perform` only, which is on the loop's thread; the
/// transfer is kept alive meanwhile by the table of running ones.
extension Transfer {
  func setCallbacks() throws(CurlError) {
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    let options = [
      CURLOPT_PRIVATE, CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA,
      CURLOPT_OPENSOCKETDATA,
    ]
    for option in options { try unsafe handle.set(option, toPointer: this) }
    try unsafe handle.set(CURLOPT_ERRORBUFFER, toPointer: errorText)

    // There is no seek callback: libcurl then cannot rewind, and gives up with CURLE_SEND_FAIL_REWIND where it would
    // otherwise write a POST again. That covers large bodies only; the gates in Transfer cover all.
    try unsafe handle.set(CURLOPT_READFUNCTION) { bytes, size, count, this in
      unsafe Transfer.at(this).readBody(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    // Returning less than was given ends the transfer with CURLE_WRITE_ERROR.
    try unsafe handle.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
      let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      return unsafe Transfer.at(this).takeBody(piece) || piece.isEmpty ? piece.count : 0
    }
    try unsafe handle.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
      let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      return unsafe Transfer.at(this).takeHeaderLine(line) ? line.count : 0
    }
    try unsafe handle.setOpenSocket { this, _, address in
      unsafe Transfer.at(this).mayConnect ? Transfer.socket(for: address.pointee) : CURL_SOCKET_BAD
    }
    try unsafe handle.setPrerequest { this, _, _, _, _ in
      unsafe Transfer.at(this).mayWrite() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
  }

  /// As libcurl would make it, and not inherited by child processes.
  private static func socket(for address: curl_sockaddr) -> curl_socket_t {
    Glibc.socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
  }

  private static func at(_ pointer: UnsafeMutableRawPointer) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
  }
}
