import Foundation
import Logging
import Testing

@testable import Logs

/// What a logger wrote, for one test.
private final class Written: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []
  func append(_ bytes: [UInt8]) { lock.withLock { lines.append(String(decoding: bytes, as: UTF8.self)) } }
  var all: [String] { lock.withLock { lines } }
}

struct LineLogTests {
  private func written(_ format: LogFormat, level: Logger.Level = .info, _ log: (Logger) -> Void) -> [String] {
    let written = Written()
    log(
      Logger(label: "t") { _ in
        LineLog(
          format: format, level: level, now: { LogTime(milliseconds: 1_692_107_873_007) }, write: written.append)
      })
    return written.all
  }

  private func object(_ line: String) throws -> [String: Any] {
    #expect(line.hasSuffix("}\n"))
    #expect(line.dropLast().allSatisfy { $0 != "\n" })
    return try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func `a JSON line has time, level, message and the metadata under their names, numbers as numbers`() throws {
    let lines = written(.json) {
      $0.warning(
        "message failed",
        metadata: ["message.id": "m-1", "receive.count": .stringConvertible(3), "s": .stringConvertible(0.25)])
    }
    #expect(
      lines == [
        #"{"time":"2023-08-15T13:57:53.007Z","level":"warning","msg":"message failed","message.id":"m-1","receive.count":3,"s":0.25}"#
          + "\n"
      ])
  }

  @Test func `metadata of the logger itself is in every line, that of the record wins`() {
    let lines = written(.json) { logger in
      var logger = logger
      logger[metadataKey: "a"] = "logger"
      logger[metadataKey: "b"] = "logger"
      logger.info("m", metadata: ["b": "record"])
      logger.info("n")
    }
    #expect(lines.first?.contains(#""a":"logger","b":"record"}"#) == true)
    #expect(lines.last?.contains(#""a":"logger","b":"logger"}"#) == true)
  }

  @Test func `numbers and flags of all types stay what they are`() throws {
    let line = try #require(
      written(.json) {
        $0.info(
          "m",
          metadata: [
            "int": .stringConvertible(Int.min), "byte": .stringConvertible(UInt8(7)), "flag": .stringConvertible(true),
            "real": .stringConvertible(-0.5), "large": .stringConvertible(UInt64.max),
            "nan": .stringConvertible(Double.nan), "list": ["x"],
          ])
      }.first)
    #expect(
      line.hasSuffix(
        #""byte":7,"flag":true,"int":-9223372036854775808,"large":18446744073709551615,"list":"[\"x\"]","#
          + #""nan":"nan","real":-0.5}"# + "\n"))
  }

  @Test func `text is for people: values with blanks or quotes are quoted`() {
    let lines = written(.text) { $0.info("job ended", metadata: ["exit": "1", "tail": "no \"such\"\nfile", "e": ""]) }
    #expect(
      lines == [
        "2023-08-15T13:57:53.007Z info     job ended e=\"\" exit=1 tail=\"no \\\"such\\\"\\nfile\"\n"
      ])
  }

  @Test func `nothing a message or value says can start a second line or an escape sequence`() throws {
    for format in LogFormat.allCases {
      let lines = written(format) { $0.error("a\nb\u{1B}[31m", metadata: ["k\n": "v\r\n\u{0}\u{7F}", "l": ["x\n"]]) }
      #expect(lines.count == 1)
      let line = try #require(lines.first).utf8.dropLast()
      #expect(!line.contains { $0 < 0x20 || $0 == 0x7F })
    }
  }

  @Test func `any bytes make a JSON line that a parser reads back`() throws {
    var seed: UInt64 = 1
    for _ in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<20 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: seed >> 33))
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let line = try #require(written(.json) { $0.info("m", metadata: ["t": .string(text)]) }.first)
      #expect(try object(line)["t"] as? String == text)
    }
  }

  @Test(arguments: ["é", "\u{1}", "\"", "x", "👨‍👩‍👧‍👦\n"])
  func `a line stays below 16 KiB whatever is logged`(letter: String) throws {
    let long = String(repeating: letter, count: 100_000)
    var metadata: Logger.Metadata = [:]
    for index in 0..<200 { metadata["key\(index)"] = .string(long) }
    for format in LogFormat.allCases {
      let line = try #require(written(format) { $0.info(.init(stringLiteral: long), metadata: metadata) }.first)
      #expect(line.utf8.count <= LineLog.longestLine)
      if format == .json { #expect(try object(line)["cut"] != nil) }
    }
  }

  @Test func `records below the level are not written`() {
    #expect(written(.json, level: .warning) { $0.info("quiet") }.isEmpty)
  }

  @Test func `the time is RFC 3339 in UTC with milliseconds`() {
    #expect(LogTime(milliseconds: 951_782_400_050).description == "2000-02-29T00:00:00.050Z")
    #expect(LogTime(milliseconds: 951_782_399_999).description == "2000-02-28T23:59:59.999Z")
    #expect(LogTime(milliseconds: 0).description == "1970-01-01T00:00:00.000Z")
    #expect(LogTime(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
    #expect(LogTime.now.milliseconds > 1_700_000_000_000)
  }
}
