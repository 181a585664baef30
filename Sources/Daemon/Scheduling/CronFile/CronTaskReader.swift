import Settings
import YAML

/// Reads one task. Everything that is wrong with it is found, and then it is none.
struct CronTaskReader {
  /// For the findings and for its uniqueness, even if it cannot be used.
  private(set) var name: String?
  private(set) var findings: [CronFinding] = []
  private var keys: MemberTable
  private let line: Int
  private let unquoted: [Int: UnquotedValue]

  init(_ members: [YAMLMember], line: Int, unquoted: [Int: UnquotedValue]) {
    keys = MemberTable(members)
    self.line = line
    self.unquoted = unquoted
    // Known first, because every finding names it.
    name = members.last { $0.key == "name" && !$0.value.isNull }?.value.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  mutating func refuse(line: Int, _ message: String) { find(.error, line: line, message) }

  private mutating func find(_ severity: CronFinding.Severity, line: Int, _ message: String) {
    findings.append(CronFinding(severity, line: line, task: name, message))
  }

  mutating func task() -> CronTask? {
    for (line, message) in keys.repeated { find(.warning, line: line, message) }
    let taken = ["name", "url", "schedule", "body", "attributes"].map { keys.take($0) }
    let name = required(taken[0], "name").flatMap { checkName($0.text, line: $0.line) }
    let url = required(taken[1], "url").flatMap { checkURL($0.text, line: $0.line) }
    let schedule = required(taken[2], "schedule")
    let expression = schedule.flatMap { checkSchedule($0.text, line: $0.line) }
    let body = taken[3].flatMap { checkBody($0) }
    let attributes = taken[4].map { checkAttributes($0) } ?? []
    for member in keys.rest {
      find(
        .note, line: member.place.line,
        MemberTable.unknown(member, known: ["name", "url", "schedule", "body", "attributes"]))
    }
    guard !findings.hasErrors, let name, let url, let schedule, let expression else { return nil }
    let task = CronTask(
      name: name, url: url, expression: expression, scheduleText: schedule.text, body: body, attributes: attributes,
      line: line, scheduleLine: schedule.line)
    guard let fault = TickMessage.sizeFault(task) else { return task }
    refuse(line: line, fault)
    return nil
  }

  /// A text that must be there.
  private mutating func required(_ member: YAMLMember?, _ key: String) -> (text: String, line: Int)? {
    guard let member else {
      refuse(line: line, "it has no \(key)\(keys.meant(key))")
      return nil
    }
    if let value = unquoted[member.place.line], value.key == key {
      refuse(line: member.place.line, value.fault)
      return nil
    }
    guard !member.value.isNull, member.value.text != "" else {
      refuse(line: member.place.line, "\(key) has no value")
      return nil
    }
    guard let text = member.value.text else {
      refuse(line: member.place.line, "\(key): a list or mapping where one value belongs")
      return nil
    }
    return (text, member.place.line)
  }

  private mutating func checkName(_ text: String, line: Int) -> String? {
    if let fault = TickMessage.nameFault(text) {
      refuse(line: line, "name: \(fault)")
      return nil
    }
    return text
  }

  private mutating func checkURL(_ text: String, line: Int) -> RequestPath? {
    do throws(CronURL.Fault) {
      let url = try CronURL(text)
      if url.lacksSlash {
        find(.note, line: line, "url: without a slash in front it is taken for \(url.path), as on Beanstalk")
      }
      return url.path
    } catch {
      refuse(line: line, "url: \(error.reason)")
      return nil
    }
  }

  private mutating func checkSchedule(_ text: String, line: Int) -> CronExpression? {
    do throws(CronExpressionError) {
      let expression = try CronExpression(parsing: text)
      for warning in expression.warnings { find(.warning, line: line, "schedule: \(warning)") }
      return expression
    } catch {
      refuse(line: line, "schedule: \(error.reason)")
      return nil
    }
  }
}

extension CronTaskReader {
  private mutating func checkBody(_ member: YAMLMember) -> String? {
    if member.value.isNull { return nil }
    guard let text = member.value.text else {
      refuse(line: member.place.line, "body: a list or mapping where a text belongs: quote it, or write it under |")
      return nil
    }
    if let fault = TickMessage.textFault(text) { refuse(line: member.place.line, "body: \(fault)") }
    return text
  }

  private mutating func checkAttributes(_ member: YAMLMember) -> [CronTask.Attribute] {
    if member.value.isNull { return [] }
    guard let members = member.value.members else {
      refuse(
        line: member.place.line, "attributes: no mapping: write a name and its value on each line, as in tenant: \"7\"")
      return []
    }
    var attributes: [CronTask.Attribute] = []
    guard members.count <= TickMessage.mostAttributes else {
      refuse(
        line: member.place.line,
        "attributes: \(members.count) of them; a message has at most 10, of which three are the tick's own")
      return []
    }
    for (repeated, first) in members.repeated {
      refuse(
        line: repeated.place.line,
        "attributes: \(Shown.word(repeated.key, longest: 60)) is there a second time (first on line \(first.line))")
    }
    for attribute in members {
      let shown = Shown.word(attribute.key, longest: 60)
      guard let value = attribute.value.text, !attribute.value.isNull else {
        refuse(line: attribute.place.line, "attributes: \(shown) has no text as its value")
        continue
      }
      // The value is not told: it may be a secret.
      for fault in [TickMessage.attributeNameFault(attribute.key), TickMessage.textFault(value, inHeader: true)] {
        if let fault { refuse(line: attribute.place.line, "attributes: \(shown): \(fault)") }
      }
      attributes.append(CronTask.Attribute(name: attribute.key, value: value))
    }
    return attributes
  }
}
