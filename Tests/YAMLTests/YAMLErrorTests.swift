import Testing

@testable import YAML

struct YAMLErrorTests {
  private func failure(_ bytes: [UInt8], _ limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    do {
      _ = try YAMLNode(parsing: bytes, limits: limits)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    ("a: b: c\n", 1, 5, "a colon where no key can be"),
    ("a: 1\n\tb: 2\n", 2, 1, "a tab in the indentation"),
    ("a: @x\n", 1, 4, "no value can begin like this"),
    ("a: 1\nb\nc: 2\n", 3, 1, "a line without key and value"),
    ("a:\n  - 1\n  b: 2\n", 3, 3, "fits neither the indentation"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "fits neither the indentation"),
    ("a: \"open\nb: 2\n", 3, 1, "the quotation mark of line 1 is never closed"),
    ("x: 1\na: 'open\n---\n", 3, 1, "the quotation mark of line 2 is never closed"),
    ("a: [1, 2\nb: 3\n", 2, 2, "the list in brackets of line 1"),
    ("a: {x: 1\n", 2, 1, "the mapping in braces of line 1"),
    ("a: - 1\n", 1, 4, "a list cannot begin here"),
    ("schedule: * * * * *\n", 1, 12, "must be quoted, such as the schedule"),
    ("schedule: */5 * * * *\n", 1, 12, "must be quoted, such as the schedule"),
    ("a: *nobody\n", 1, 4, "an alias of nothing"),
    ("a: &x [1, *x]\n", 1, 11, "an alias inside of what it stands for"),
    ("a: \"\\q\"\n", 1, 5, "no such escape"),
    ("a: \"\\ud800\"\n", 1, 7, "no such escape"),
    ("a: !ruby/object:Gem {}\n", 1, 4, "a tag that means nothing here"),
    ("a: !x!y 1\n", 1, 4, "must be quoted"),
    ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here"),
    ("a: 1\n...\nb: 2\n", 3, 1, "more text after the end"),
    ("? [a, b]\n: 1\n", 1, 3, "a key that is no text"),
    ("a: {{{x}}: 1}\n", 1, 6, "a key that is no text"),
    ("url: {{ site }}\n", 1, 7, "a key that is no text"),
    ("%YAML 2.0\n---\na: 1\n", 1, 1, "a %YAML version"),
    ("a: 1\nb: \u{7}\n", 2, 4, "a control character"),
    ("a: \u{0}\n", 1, 4, "a control character"),
    ("é\u{FEFF}: 1\n", 1, 2, "a control character"),
    ("a: 1\r\nb: 2\r\nc: \u{9F}\r\n", 3, 4, "a control character"),
    ("a: \u{FFFF}\n", 1, 4, "a control character"),
  ])
  func `what is wrong is said with line and column, in words for who wrote it`(
    text: String, line: Int, column: Int, words: String
  ) throws {
    let error = try #require(failure(Array(text.utf8)))
    #expect(error.place == YAMLPlace(line: line, column: column), "\(error)")
    #expect(error.reason.contains(words), "\(error)")
  }

  @Test(arguments: [
    ([0xFF, 0xFE, 0x61, 0x00] as [UInt8], 1, 1, "UTF-16"), ([0xFE, 0xFF, 0x00, 0x61], 1, 1, "UTF-16"),
    ([0x61, 0x0A, 0x62, 0xC3], 2, 2, "not UTF-8"), ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], 1, 4, "not UTF-8"),
    ([0xC0, 0x80], 1, 1, "not UTF-8"), ([0xF5, 0x80, 0x80, 0x80], 1, 1, "not UTF-8"),
  ])
  func `bytes that are no UTF-8 are refused at their place`(bytes: [UInt8], line: Int, column: Int, words: String)
    throws
  {
    let error = try #require(failure(bytes))
    #expect(error.place == YAMLPlace(line: line, column: column))
    #expect(error.reason.contains(words))
  }

  @Test func `no error repeats the text`() {
    for text in ["a: *hunter2\n", "a: !hunter2 x\n", "hunter2: x: y\n", "a: \"hunter2\n", "a: hunter2\u{7}\n"] {
      #expect(failure(Array(text.utf8))?.description.contains("hunter2") == false, "\(text)")
    }
  }

  @Test func `a description names the place first`() {
    #expect(failure(Array("a: @\n".utf8))?.description.hasPrefix("line 1, column 4: no value") == true)
  }
}
