import Foundation
import Glibc
import Testing

@testable import Settings

struct SecretFileTests {
  /// Runs a body with a file of that content.
  private func withFile<Value>(_ content: [UInt8], mode: mode_t = 0o600, _ body: (String) throws -> Value) throws
    -> Value
  {
    let path = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)").path
    try Data(content).write(to: URL(filePath: path))
    unsafe chmod(path, mode)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  private func fault(_ content: [UInt8]) throws -> String? {
    try withFile(content) { path in
      do throws(SettingFault) {
        _ = try SecretFile(at: path)
        return nil
      } catch {
        return error.reason
      }
    }
  }

  @Test func `the secret is the file's bytes without the line breaks at its end`() throws {
    let secret = Array("0123456789\n\r\u{0}abcdef ".utf8)
    for end in ["", "\n", "\r\n", "\n\n\r\n"] {
      let read = try withFile(secret + end.utf8) { try SecretFile(at: $0) }
      #expect(read.bytes == secret)
      #expect(read.note == nil)
    }
  }

  @Test func `from 16 bytes to a file of 4096 it is a secret, and nothing else is`() throws {
    #expect(try fault([UInt8](repeating: 97, count: 16)) == nil)
    #expect(try fault([UInt8](repeating: 97, count: 4096)) == nil)
    #expect(try fault([UInt8](repeating: 97, count: 15) + [0x0A])?.hasPrefix("holds 15 bytes") == true)
    #expect(try fault([])?.hasPrefix("holds 0 bytes") == true)
    #expect(try fault([UInt8](repeating: 97, count: 4097))?.contains("larger than 4096 bytes") == true)
  }

  @Test func `a file that is not there, or is none, says so`() {
    for (path, words) in [("/no/such/file", "No such file"), ("/tmp", "directory"), ("/dev/zero", "larger than 4096")] {
      do throws(SettingFault) {
        _ = try SecretFile(at: path)
        Issue.record("\(path) was read")
      } catch {
        #expect(error.reason.contains(words))
      }
    }
  }

  @Test func `who else can read it is noted`() throws {
    let secret = Array("sixteen bytes...".utf8)
    let open = try withFile(secret, mode: 0o644) { path in (path, try SecretFile(at: path).note) }
    #expect(open.1?.contains(open.0) == true)
    #expect(try withFile(secret, mode: 0o640) { try SecretFile(at: $0).note } == nil)
  }

  @Test func `no way to print it shows anything of it`() throws {
    let secret = try withFile(Array("sixteen bytes...".utf8)) { try SecretFile(at: $0) }
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
      #expect(!text.contains("sixteen") && !text.contains("115"), "\(text)")
    }
  }
}
