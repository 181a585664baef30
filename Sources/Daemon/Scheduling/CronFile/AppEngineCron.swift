import YAML

/// Google App Engine has a file of the same name, in which only `cron`, `url` and `schedule` are the same words.
enum AppEngineCron {
  static let fault =
    "that is a Google App Engine cron.yaml: Beanstalk's begins with version: 1, and its tasks have a name, a url and a "
    + "schedule of five fields, such as \"*/5 * * * *\""

  /// The first line that tells it.
  static func line(in cron: YAMLNode) -> Int? {
    for element in cron.elements ?? [] {
      for member in element.members ?? [] {
        if ["target", "timezone", "retry_parameters"].contains(member.key) { return member.place.line }
        if member.key == "schedule", let text = member.value.text, isSchedule(text) { return member.place.line }
      }
    }
    return nil
  }

  /// `every 5 minutes`, `every day 00:00`, `1st,third monday of month 04:00`.
  private static func isSchedule(_ text: String) -> Bool {
    let lowered = text.lowercased()
    return lowered.hasPrefix("every ") || lowered.contains(" of ")
  }
}
