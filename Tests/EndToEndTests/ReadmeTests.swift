import Foundation
import Settings
import Testing

@testable import Daemon
@testable import LocalSQS
@testable import Server

/// The README's tables are the ones that the declarations make.
struct ReadmeTests {
  @Test(arguments: [SqsdSettings.table, WorkerSettings.table, LocalSQSSettings.table])
  func `each program's settings are in the README as they are declared`(table: SettingTable) throws {
    let readme = try String(contentsOf: repositoryFile("README.md"), encoding: .utf8)
    #expect(readme.contains(table.markdown), "the table of \(table.program) should be:\n\(table.markdown)")
  }
}
