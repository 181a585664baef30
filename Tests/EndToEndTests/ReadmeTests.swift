import Foundation
import Settings
import TestSupport
import Testing

@testable import Daemon
@testable import LocalSQS
@testable import Server

/// What the README, `--help` and `sqsd config` say of settings is what is declared, and so the same.
@Suite(.timeLimit(.minutes(2)))
struct ReadmeTests {
  private static let tables = [SqsdSettings.table, WorkerSettings.table, LocalSQSSettings.table]

  /// One setting as a text tells it.
  private struct Told: Hashable {
    let name: String
    let standard: String
    let range: String
  }

  private func readme() throws -> String { try String(contentsOf: repositoryFile("README.md"), encoding: .utf8) }

  private func output(of program: String, _ arguments: [String]) async throws -> [String] {
    let program = try RunningProgram(program, arguments)
    #expect(try await program.end() == 0)
    return program.events.current.lines
  }

  /// The range is the part before the colon where the meaning begins with numbers.
  private func range(of meaning: String) -> String {
    let range = meaning.replacing("Not available yet. ", with: "").prefixMatch(of: #/(\d+–\d+(?: (?:s|min|each))?): /#)
    return range.map { String($0.output.1) } ?? ""
  }

  private func readmeSettings(of program: String) throws -> Set<Told> {
    let section = try #require(readme().components(separatedBy: "\n### \(program)\n").last)
    let rows = section.components(separatedBy: "\n### ")[0].split(separator: "\n").filter { $0.hasPrefix("| `--") }
    return Set(
      try rows.map { row in
        let cells = row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        let name = try #require(cells[0].firstMatch(of: /`--([a-z0-9-]+)`/)).output.1
        return Told(
          name: String(name), standard: cells[cells.count - 2].replacing("`", with: ""),
          range: range(of: cells[cells.count - 1]))
      })
  }

  private func helpSettings(of program: String) async throws -> Set<Told> {
    var told: [Told] = []
    var name: String?
    var text: [Substring] = []
    func finish() {
      guard let name else { return }
      var description = text.joined(separator: " ")
      if let end = description.range(of: " On Beanstalk: ") { description.removeSubrange(end.lowerBound...) }
      if let end = description.range(of: " May be given several times") {
        description.removeSubrange(end.lowerBound...)
      }
      let standard = description.range(of: " Default: ").map { description[$0.upperBound...].dropLast() } ?? "required"
      told.append(Told(name: name, standard: String(standard), range: range(of: description)))
    }
    for line in try await output(of: program, ["--help"]) {
      if let match = line.firstMatch(of: /^  --([a-z0-9-]+).*\[[A-Z0-9_]+\]$/) {
        finish()
        (name, text) = (String(match.output.1), [])
      } else if line.hasPrefix("      "), name != nil {
        text.append(line.drop { $0 == " " })
      } else {
        finish()
        name = nil
      }
    }
    return Set(told)
  }

  @Test(arguments: tables.map(\.program))
  func `each program's settings are in the README as they are declared`(program: String) throws {
    let table = try #require(Self.tables.first { $0.program == program })
    let isThere = try readme().contains(table.markdown)
    #expect(isThere, "put this into the README:\n\(table.markdown)\n(end)")
  }

  @Test(arguments: tables.map(\.program))
  func `help and the README tell the same names, defaults and ranges`(program: String) async throws {
    let told = try readmeSettings(of: program)
    #expect(told.count == Self.tables.first { $0.program == program }?.declarations.count)
    #expect(told.contains { !$0.range.isEmpty })
    #expect(try await helpSettings(of: program) == told)
  }

  @Test func `sqsd config tells the same names, defaults and ranges as the README`() async throws {
    struct Row: Decodable {
      let name: String
      let `default`: String
      let range: String?
    }
    let arguments = ["config", "--config=/dev/null", "--queue-url=https://sqs.eu-west-1.amazonaws.com/1/jobs"]
    let json = try await output(of: "sqsd", arguments + ["--json"]).joined()
    let rows = try JSONDecoder().decode([Row].self, from: Data(json.utf8))
    let told = rows.map { row in
      // What is required has no default to tell.
      Told(name: row.name, standard: row.name == "queue-url" ? "required" : row.default, range: row.range ?? "")
    }
    let readme = try readmeSettings(of: "sqsd")
    #expect(Set(told) == readme)
    // What is for people says the same: the name first, and the default of what nobody set.
    let lines = try await output(of: "sqsd", arguments)
    #expect(lines.map { String($0.prefix { $0 != " " }) } == rows.map(\.name))
    for (line, row) in zip(lines, rows) where line.hasSuffix("  default") {
      #expect(
        line.dropFirst(row.name.count).dropLast("default".count).trimmingCharacters(in: .whitespaces) == row.default)
    }
  }
}
