import Foundation
import Settings
import Testing

@testable import Daemon
@testable import LocalSQS
@testable import Server

/// The README's tables are the ones that the declarations make.
struct ReadmeTests {
  private static let tables = [SqsdSettings.table, WorkerSettings.table, LocalSQSSettings.table]

  @Test(arguments: tables.map(\.program))
  func `each program's settings are in the README as they are declared`(program: String) throws {
    let table = try #require(Self.tables.first { $0.program == program })
    let readme = try String(contentsOf: repositoryFile("README.md"), encoding: .utf8)
    let isThere = readme.contains(table.markdown)
    #expect(isThere, "put this into the README:\n\(table.markdown)\n(end)")
  }
}
