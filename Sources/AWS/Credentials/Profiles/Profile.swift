/// One profile: what the config file and the credentials file say under one name.
struct Profile: Equatable {
  let name: String
  var config: INIFile.Section?
  var credentials: INIFile.Section?

  /// The value of a key; the credentials file goes before the config file. An empty one counts as none.
  subscript(_ key: String) -> String? {
    for section in [credentials, config] {
      if let value = section?.values[key], !value.isEmpty { return value }
    }
    return nil
  }

  /// It says where credentials are to be had.
  var namesCredentials: Bool {
    [
      "role_arn", "web_identity_token_file", "aws_access_key_id", "aws_secret_access_key", "credential_process",
      "sso_session", "sso_start_url", "sso_account_id", "login_session",
    ].contains { self[$0] != nil }
  }

  /// Keys that stand in one file; those of two are never mixed. The credentials file goes first.
  var staticKeys: INIFile.Section? {
    [credentials, config].compactMap { $0 }.first { section in
      ["aws_access_key_id", "aws_secret_access_key"].contains { section.values[$0]?.isEmpty == false }
    }
  }
}
