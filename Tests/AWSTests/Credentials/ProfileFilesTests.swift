import Testing

@testable import AWS

@Suite struct ProfileFilesTests {
  private func failure(_ folder: TemporaryFolder, _ name: String = "default") -> AWSError? {
    do {
      _ = try ProfileFiles(environment: folder.environment).profile(name)
      return nil
    } catch {
      return error as? AWSError
    }
  }

  @Test func `the credentials file goes before the config file, key by key`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "config", "[default]\nregion = a\naws_access_key_id = K\n[profile x]\nregion = c\n[y]\nregion = d\n")
    try folder.write("credentials", "[default]\nregion = b\n[profile x]\nregion = e\n[y]\nregion = f\n")
    let files = try ProfileFiles(environment: folder.environment)
    let standard = try #require(try files.profile("default"))
    #expect(standard["region"] == "b" && standard["aws_access_key_id"] == "K")
    #expect(try files.profile("x")?["region"] == "c")
    #expect(try files.profile("y")?["region"] == "f")
    #expect(try files.profile("z") == nil)
  }

  @Test func `files are looked for in the home directory, and ~ stands for it`() throws {
    let folder = try TemporaryFolder()
    try folder.write("my-config", "[default]\nregion = a\n")
    let files = try ProfileFiles(environment: ["HOME": folder.path, "AWS_CONFIG_FILE": "~/my-config"])
    #expect(try files.profile("default")?["region"] == "a")
    #expect(files.places == "\(folder.path)/my-config or \(folder.path)/.aws/credentials")
    #expect(try ProfileFiles(environment: [:]).profile("default") == nil)
    #expect(try ProfileFiles(environment: ["AWS_CONFIG_FILE": "/dev/null"]).profile("default") == nil)
  }

  @Test func `a home that may not be looked into has no files, but a file that was named must be readable`() throws {
    // Root may read everything, but nobody can open a name that is too long.
    let home = "/" + String(repeating: "x", count: 300)
    let files = try ProfileFiles(environment: ["HOME": home])
    #expect(try files.profile("default") == nil && files.places.contains("\(home)/.aws/config"))
    #expect(throws: AWSError.self) { try ProfileFiles(environment: ["HOME": home, "AWS_CONFIG_FILE": "~/config"]) }
  }

  @Test func `what cannot be read is an error that names the file`() throws {
    let folder = try TemporaryFolder()
    #expect(failure(folder) == nil)
    try folder.write("config", "[default]\nregion")
    #expect(
      failure(folder)?.message
        == "the file \(folder.path)/config: line 2 has no = after a key, in the section [default]")
    #expect(failure(folder, "other") == nil)
    try folder.write("config", "region = a")
    #expect(failure(folder)?.message == "the file \(folder.path)/config: line 1 stands before the first section")
    try folder.write("config", bytes: [0x5B, 0xFF])
    #expect(failure(folder)?.message == "the file \(folder.path)/config: is not UTF-8")
    try folder.write("config", String(repeating: "\n", count: ProfileFiles.sizeLimit + 1))
    #expect(failure(folder)?.message == "the file \(folder.path)/config: is larger than 1048576 bytes")
    let unusable = ["AWS_CONFIG_FILE": folder.path]
    #expect(throws: AWSError.self) { try ProfileFiles(environment: unusable) }
  }
}
