import Foundation
import Testing

@testable import Daemon

struct CronSourceTests {
  private static let one = "version: 1\ncron:\n- {name: a, url: /a, schedule: 0 5 * * *}\n"
  private static let two = one + "- {name: b, url: /b, schedule: 0 5 * * *}\n"
  private static let half = one + "- {name: b, url: /b, schedule: x}\n"

  private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    try body(folder.path)
  }

  @Test func `a file that is named wins over the text, and the text over the file that is there`() throws {
    try withFolder(["cron.yaml": Self.one, "other.yaml": Self.two]) { folder in
      let named = CronSource.find(named: folder + "/other.yaml", text: Self.half, in: folder)
      #expect(named.sentence == "2 periodic tasks from \(folder)/other.yaml")
      #expect(named.cron.findings == [])
      let text = CronSource.find(named: nil, text: Self.half, in: folder)
      #expect(text.sentence == "1 periodic task from SQSD_CRON_YAML, which has errors")
      #expect(
        text.cron.findings.first?.message == "\(folder)/cron.yaml is there too, and is not read: SQSD_CRON_YAML wins")
      let standard = CronSource.find(named: nil, text: nil, in: folder)
      #expect(standard.sentence == "1 periodic task from \(folder)/cron.yaml")
      #expect([named, text, standard].allSatisfy { $0.fault == nil })
    }
  }

  @Test func `where there is none it says where it looked`() throws {
    try withFolder([:]) { folder in
      let source = CronSource.find(named: nil, text: nil, in: folder + "/")
      #expect(
        source.sentence
          == "no periodic tasks: there is no \(folder)/cron.yaml, and neither --cron-file nor SQSD_CRON_YAML is given")
      #expect(source.cron == CronFile())
      #expect(source.fault == nil)
    }
  }

  @Test(arguments: CronSource.misplaced)
  func `a file in the wrong place is an error, since nobody reads it`(name: String) throws {
    try withFolder([name: Self.one]) { folder in
      let source = CronSource.find(named: nil, text: nil, in: folder)
      #expect(source.cron.tasks.isEmpty)
      #expect(
        source.cron.findings.map(source.line(of:)) == [
          "error: \(folder)/\(name) is not read, here as on Beanstalk: it belongs to \(folder)/cron.yaml"
        ])
      #expect(source.sentence.contains("(\(folder)/\(name) is there, which is not read)"))
    }
  }

  @Test func `a file that is named and cannot be read is a fault, and /dev/null is none`() throws {
    let missing = CronSource.find(named: "/nowhere/cron.yaml", text: Self.one, in: "/")
    #expect(missing.fault == "--cron-file: /nowhere/cron.yaml cannot be read: No such file or directory")
    #expect(
      missing.cron.findings.map(missing.line(of:)) == [
        "error: /nowhere/cron.yaml: cannot be read: No such file or directory"
      ])
    #expect(
      CronSource.find(named: "/tmp", text: nil, in: "/").fault == "--cron-file: /tmp cannot be read: it is a directory")
    let none = CronSource.find(named: "/dev/null", text: Self.one, in: "/")
    #expect(none.sentence == "no periodic tasks: --cron-file is /dev/null")
    #expect(none.fault == nil && none.cron == CronFile())
    #expect(
      CronSource.find(named: "/dev/zero", text: nil, in: "/").fault?.hasSuffix("larger than 4194304 bytes") == true)
  }

  @Test func `a cron.yaml that is there and cannot be read is said, and stops nothing`() throws {
    try withFolder(["cron.yaml/x": ""]) { folder in
      let source = CronSource.find(named: nil, text: nil, in: folder)
      #expect(source.fault == nil)
      #expect(source.sentence == "no periodic tasks: \(folder)/cron.yaml cannot be read: it is a directory")
      #expect(source.cron.findings.map(\.severity) == [.error])
    }
  }

  @Test func `with errors in the file there are no tasks, and that is what is said`() {
    #expect(
      CronSource.find(named: nil, text: "version: 2\ncron: []", in: "/nowhere").sentence
        == "no periodic tasks: SQSD_CRON_YAML has errors")
    #expect(
      CronSource.find(named: nil, text: "version: 1\ncron: []", in: "/nowhere").sentence
        == "no periodic tasks: SQSD_CRON_YAML has none")
  }
}
