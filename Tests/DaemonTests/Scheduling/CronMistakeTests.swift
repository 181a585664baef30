import Testing

@testable import Daemon

/// Mistakes, most of them found in public cron.yaml files, and what is said of each: line, task, cause and fix.
struct CronMistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let findings: [String]
    /// Those that run all the same.
    let tasks: [String]

    init(_ name: String, _ text: String, _ findings: [String], runs tasks: [String] = []) {
      self.init(name, Array(text.utf8), findings, runs: tasks)
    }

    init(_ name: String, _ bytes: [UInt8], _ findings: [String], runs tasks: [String] = []) {
      self.name = name
      self.bytes = bytes
      self.findings = findings
      self.tasks = tasks
    }

    var testDescription: String { name }
  }

  private static let crontab =
    "a line of a crontab: sqsd runs no commands; a task has name, url and schedule on lines of their own, such as "
    + "- name: report, url: /report, schedule: \"*/5 * * * *\""
  private static let appEngine =
    "that is a Google App Engine cron.yaml: Beanstalk's begins with version: 1, and its tasks have a name, a url and a "
    + "schedule of five fields, such as \"*/5 * * * *\""
  private static let quartz =
    "? is a sign of Quartz and EventBridge: write *, and no field of seconds in front or of years at the end"

  private static func task(_ name: String, _ lines: String...) -> String {
    " - name: \(name)\n" + lines.map { "   \($0)\n" }.joined()
  }

  private static let good = task("good", "url: /good", "schedule: 0 5 * * *")

  /// Those of the text itself.
  static let ofText: [Mistake] = [
    Mistake(
      "an em dash before the first task", "version: 1\ncron:\n — name: a\n   url: /a\n   schedule: \"* * * * *\"\n",
      ["error 3 a: an em dash (—, U+2014) where a hyphen should be: write -"]),
    Mistake(
      "an em dash that leaves the text YAML",
      "version: 1\ncron:\n  — name: a\n  url: /a\n  schedule: \"* * * * *\"\n",
      ["error 3 a: an em dash (—, U+2014) where a hyphen should be: write -"]),
    Mistake(
      "an en dash before a later task",
      "version: 1\ncron:\n\(good) – name: b\n   url: /b\n   schedule: 0 5 * * *\n",
      ["error 6 b: an en dash (–, U+2013) where a hyphen should be: write -"]),
    Mistake(
      "an em dash and curly quotation marks as Windows-1252",
      Array("version: 1\ncron:\n ".utf8) + [0x97] + Array(" name: ".utf8) + [0x93] + Array("a".utf8) + [0x94, 0x0A]
        + Array("   url: ".utf8) + [0x93] + Array("/a".utf8) + [0x94, 0x0A],
      [
        "error 3 a: the byte 0x97 is an em dash (—, U+2014) in Windows-1252, where a hyphen should be: write -, and save "
          + "the file as UTF-8",
        "error 4 a: the byte 0x93 is a curly quotation mark (“, U+201C) in Windows-1252, where a straight one should be: "
          + "write \", and save the file as UTF-8",
      ]),
    Mistake(
      "Latin-1", Array("version: 1\n# caf".utf8) + [0xE9, 0x0A],
      ["error 2 -: the byte 0xE9 is not UTF-8: save the file as UTF-8"]),
    Mistake(
      "UTF-16", [0xFF, 0xFE, 0x76, 0x00, 0x65, 0x00],
      ["error 1 -: not readable as YAML, from column 1: UTF-16: save the file as UTF-8"]),
    Mistake(
      "curly quotation marks",
      "version: 1\ncron:\n\(task("“a”", "url: “/a”", "schedule: “*/5 * * * *”"))\(good)",
      ["name", "url", "schedule"].enumerated().map {
        "error \($0 + 3) “a”: \($1): a curly quotation mark (“, U+201C) belongs to the text itself, in YAML: write a "
          + "straight \" instead"
      }, runs: ["good"]),
    Mistake(
      "schedules without quotation marks",
      "version: 1\ncron:\n\(task("a", "url: /a", "schedule: */5 * * * * # often"))\(good)"
        + task("b", "url: /b", "schedule : @hourly"),
      [
        "error 5 a: schedule: */5 * * * * must be quoted in YAML, where a * begins an alias: write schedule: "
          + "\"*/5 * * * *\"",
        "error 11 b: schedule: @hourly must be quoted in YAML, where no value begins with @: write schedule: \"@hourly\"",
      ], runs: ["good"]),
    Mistake(
      "a schedule without quotation marks, and more",
      "version: 1\ncron:\n\(task("a", "url: /a", "schedule: * * * * *"))   body: \"never closed\n",
      [
        "error 5 a: schedule: * * * * * must be quoted in YAML, where a * begins an alias: write schedule: \"* * * * *\"",
        "error 7 a: not readable as YAML, from column 1: the quotation mark of line 6 is never closed",
      ]),
    Mistake(
      "tabs", "version: 1\ncron:\n\t- name: a\n\t  url: /a\n",
      ["error 3 a: a tab in the indentation: YAML wants blanks"]),
    Mistake(
      "lines of a crontab", "version: 1\ncron:\n  */5 * * * * curl http://localhost/a\n  0 5 * * mon php artisan x\n",
      ["error 3 -: \(crontab)", "error 4 -: \(crontab)"]),
    Mistake("nothing but a crontab", "# m h\n0 5 * * * curl http://localhost/a\n", ["error 2 -: \(crontab)"]),
    Mistake("a crontab with a name", "version: 1\ncron:\n  @daily php artisan x\n", ["error 3 -: \(crontab)"]),
    Mistake(
      "a line of a crontab as a task", "version: 1\ncron:\n - \"*/5 * * * * curl x\"\n\(good)",
      ["error 3 -: \(crontab)"], runs: ["good"]),
    Mistake(
      "Google App Engine",
      "cron:\n- description: daily\n  url: /tasks/summary\n  schedule: every 24 hours\n  target: beta\n",
      ["error 4 -: \(appEngine)"]),
    Mistake(
      "Google App Engine with a date", "cron:\n- url: /x\n  schedule: 1st,third monday of month 04:00\n",
      ["error 3 -: \(appEngine)"]),
    Mistake(
      "an alias bomb",
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
      [
        "error 5 -: not readable as YAML, from column 11: more than 20000 keys and values, aliases counted as what they "
          + "stand for"
      ]),
  ]

  /// Those of the grammar.
  static let ofGrammar: [Mistake] = [
    Mistake(
      "an empty file", "# nothing\n",
      ["error 1 -: it is empty: it begins with version: 1, and under cron: each task has name, url and schedule"]),
    Mistake(
      "a counter as version", "version: 170212\ncron:\n\(good)",
      [
        "error 1 -: version 170212 is unknown: it is the form of the file, not a counter of yours; write version: 1"
      ]),
    Mistake(
      "a quoted version", "version: \"1\"\ncron:\n\(good)",
      ["error 1 -: version is a text in quotation marks: write version: 1"]),
    Mistake("a list as version", "version: [1]\ncron:\n\(good)", ["error 1 -: version is no number: write version: 1"]),
    Mistake(
      "no version", "cron:\n\(good)", ["error 1 -: there is no version: write version: 1 as the first line"]),
    Mistake(
      "no cron", "version: 1\nCron:\n\(good)",
      [
        "error 1 -: there is no key cron, a list of tasks (Cron on line 2 is not it)",
        "note 2 -: Cron means nothing here and is ignored, did you mean cron?",
      ]),
    Mistake(
      "all tasks as comments", "version: 1\ncron:\n# - name: a\n",
      ["error 2 -: cron has no tasks; Beanstalk's daemon does not start with that: write cron: [] for none"]),
    Mistake(
      "a task without its hyphen", "version: 1\ncron:\n  name: a\n  url: /a\n  schedule: 0 5 * * *\n",
      ["error 2 -: cron is no list: begin each task with a hyphen and a blank, as in - name: report"]),
    Mistake("a list alone", good, ["error 1 -: a list without version: 1 and cron: above it"]),
    Mistake(
      "words", "version 1\n",
      [
        "error 1 -: no cron.yaml: it begins with version: 1, and under cron: each task has name, url and schedule"
      ]),
    Mistake(
      "missing and misspelt keys",
      "version: 1\ncron:\n - url: /a\n   schedule: 0 5 * * *\n\(task("b", "shedule: 0 5 * * *", "url:"))\(good)",
      [
        "error 3 -: it has no name", "error 5 b: it has no schedule (shedule on line 6 is not it)",
        "note 6 b: shedule means nothing here and is ignored, did you mean schedule?", "error 7 b: url has no value",
      ], runs: ["good"]),
    Mistake(
      "a list as a value", "version: 1\ncron:\n\(task("a", "url: [/a]", "schedule: 0 5 * * *"))",
      ["error 4 a: url: a list or mapping where one value belongs"]),
    Mistake(
      "a name twice", "version: 1\ncron:\n\(good)\(good)",
      ["error 6 good: name: the same as that of the task on line 3, which runs"], runs: ["good"]),
    Mistake(
      "keys twice", "version: 1\nversion: 1\ncron:\n\(good)   schedule: 0 6 * * *\n",
      [
        "warning 2 -: version is there a second time (first on line 1): the last one counts",
        "warning 7 good: schedule is there a second time (first on line 6): the last one counts",
      ], runs: ["good"]),
    Mistake(
      "keys that mean nothing",
      "version: 1\nowner: me\ncron:\n\(good)   description: daily\n   http_method: POST\n",
      [
        "note 2 -: owner means nothing here and is ignored",
        "note 7 good: description means nothing here and is ignored",
        "note 8 good: http_method means nothing here and is ignored",
      ], runs: ["good"]),
  ]

  /// Those of values.
  static let ofValues: [Mistake] = [
    Mistake(
      "schedules of other programs",
      "version: 1\ncron:\n\(task("a", "url: /a", "schedule: \"/5 * * * *\""))"
        + task("b", "url: /a", "schedule: \"0/5 * * * *\"") + task("c", "url: /a", "schedule: \"*/2 * ? * * *\"")
        + task("d", "url: /a", "schedule: \"0/30 0/1 * 1/1 * ? *\"") + task("e", "url: /a", "schedule: every 5 minutes")
        + good,
      [
        "error 5 a: schedule: the minute /5 has a step of nothing: write */5",
        "error 8 b: schedule: the minute 0/5 has a step after a single number, as in Quartz: write */5",
        "error 11 c: schedule: \(quartz)", "error 14 d: schedule: \(quartz)",
        "error 17 e: schedule: that is Google App Engine's form: write five fields, such as */5 * * * *",
      ], runs: ["good"]),
    Mistake(
      "urls",
      "version: 1\ncron:\n\(task("a", "url: http://evil/x?y", "schedule: 0 5 * * *"))"
        + task("b", "url: //evil", "schedule: 0 5 * * *") + task("c", "url: http:evil", "schedule: 0 5 * * *")
        + task("d", "url: \"/a\\r\\nHost: evil\"", "schedule: 0 5 * * *")
        + task("e", "url: /café", "schedule: 0 5 * * *") + task("f", "url: schedule", "schedule: 0 5 * * *"),
      [
        "error 4 a: url: \"http://evil/x?y\" is an address: a task is POSTed to a path of the application, and --http-url "
          + "says where that is; write /x?y",
        "error 7 b: url: \"//evil\" is an address: a task is POSTed to a path of the application, and --http-url says "
          + "where that is; write /",
        "error 10 c: url: \"http:evil\" is an address: a task is POSTed to a path of the application, and --http-url says "
          + "where that is; write /",
        "error 13 d: url: \"/a\\r\\nHost: evil\" is no path: it has no blanks, quotes, brackets, backslashes or #; "
          + "write them as %XX",
        "error 16 e: url: é is not ASCII: write its bytes as %XX",
        "note 19 f: url: without a slash in front it is taken for /schedule, as on Beanstalk",
      ], runs: ["f"]),
    Mistake(
      "names",
      "version: 1\ncron:\n\(task("café", "url: /a", "schedule: 0 5 * * *"))"
        + task("\"a\\r\\nb\"", "url: /a", "schedule: 0 5 * * *") + task("\" a\"", "url: /a", "schedule: 0 5 * * *")
        + task(String(repeating: "n", count: 257), "url: /a", "schedule: 0 5 * * *"),
      [
        "error 3 café: name: é (U+00E9): it travels in a header, which takes visible ASCII and blanks",
        "error 6 a\r\nb: name: a control character (U+000D): it travels in a header, which takes visible ASCII and blanks",
        "error 9  a: name: a blank at its beginning or end, which no header keeps",
        "error 12 \(String(repeating: "n", count: 257)): name: longer than 256 bytes",
      ]),
    Mistake(
      "what a message cannot carry",
      "version: 1\ncron:\n"
        + task(
          "a", "url: /a", "schedule: 0 5 * * *", "body: [x]", "attributes:", "  AWS.x: a", "  beanstalk.sqsd.path: /x",
          "  empty: \"\"", "  list: [1]", "  lines: \"a\\nb\"", "  \"a b\": c")
        + task("b", "url: /b", "schedule: 0 5 * * *", "body: \"\\x01\"", "attributes: x")
        + task("c", "url: /c", "schedule: 0 5 * * *", "attributes: {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8}"),
      [
        "error 6 a: body: a list or mapping where a text belongs: quote it, or write it under |",
        "error 8 a: attributes: AWS.x: no name for SQS: 1 to 256 letters, digits, -, _ and single dots inside; not "
          + "beginning with AWS. or Amazon.",
        "error 9 a: attributes: beanstalk.sqsd.path: names with beanstalk.sqsd. in front are the daemon's own",
        "error 10 a: attributes: empty: empty, which SQS does not take: leave it out",
        "error 11 a: attributes: list has no text as its value",
        "error 12 a: attributes: lines: a control character (U+000A), which its header cannot carry",
        "error 13 a: attributes: a b: no name for SQS: 1 to 256 letters, digits, -, _ and single dots inside; not "
          + "beginning with AWS. or Amazon.",
        "error 17 b: body: a character (U+0001) that SQS does not take",
        "error 18 b: attributes: no mapping: write a name and its value on each line, as in tenant: \"7\"",
        "error 22 c: attributes: 8 of them; a message has at most 10, of which three are the tick's own",
      ]),
    Mistake(
      "a message too large",
      "version: 1\ncron:\n"
        + task("a", "url: /a", "schedule: 0 5 * * *", "body: \(String(repeating: "x", count: 1_048_500))"),
      [
        "error 3 a: its message would have 1048616 bytes with body and attributes; SQS takes 1048576"
      ]),
  ]

  @Test(arguments: ofText + ofGrammar + ofValues)
  func `a mistake is told with line, task, cause and fix, and takes only its own task away`(mistake: Mistake) {
    let file = CronFile(parsing: mistake.bytes)
    let findings = file.findings.map {
      "\($0.severity) \($0.line.map { "\($0)" } ?? "-") \($0.task ?? "-"): \($0.message)"
    }
    #expect(findings == mistake.findings)
    #expect(file.tasks.map(\.name) == mistake.tasks)
  }
}
