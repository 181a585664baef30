import NIOCore
import TestSupport
import Testing

@testable import FastCGI

/// Generated and broken answers.
@Suite(.timeLimit(.minutes(10))) struct FastCGIFuzzTests {
  @Test func `whatever comes, and in whatever pieces, is decoded the same way`() async throws {
    try await Fuzz.run(quick: 3_000) { random in
      let bytes = Int.random(in: 0..<4, using: &random) == 0 ? Self.noise(&random) : Self.mutated(&random)
      let whole = Decoded(bytes)
      let torn = Decoded(Self.torn(bytes, &random))
      guard torn == whole else { throw FuzzFinding("\(bytes) is \(whole), and torn \(torn)") }
      guard whole.output.count + whole.errorOutput.count <= bytes.count else {
        throw FuzzFinding("\(bytes) grew to \(whole)")
      }
    }
  }

  @Test func `whatever a script writes is an answer or an error`() async throws {
    try await Fuzz.run(quick: 2_000) { random in
      let head = Self.scramble(Array("Status: 404 Not Found\r\nX-A: b\nRetry-After: 30\r\n\r\nbody".utf8), &random)
      var assembly = AnswerAssembly(FastCGIRequest(parameters: []), headLimit: 60)
      do throws(BadAnswer) {
        for piece in Self.torn(head, &random) { try assembly.append(ByteBuffer(bytes: piece)) }
        let answer = try assembly.answer(EndRequest(0), connectionWasReused: false)
        guard (200...599).contains(answer.status), answer.bodyLength <= head.count else {
          throw BadAnswer("became \(answer)")
        }
      } catch {
        guard !error.reason.hasPrefix("became") else { throw FuzzFinding("\(head) \(error.reason)") }
      }
    }
  }

  @Test func `whatever an application sends ends the call once, and the next call is served`() async throws {
    let answer = TestSignal(Records.ok)
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(answer.current), .close] }
    let client = peer.client()
    try await Fuzz.run(quick: 150) { random in
      let bytes = Self.scramble(Records.errorOutput("oh\n", padding: 3) + Records.ok, &random)
      answer.update { $0 = bytes }
      do throws(FastCGIError) {
        _ = try await client.run(.scripted())
      } catch {
        guard [.badAnswer, .partialAnswer, .closedBeforeAnswer, .refused].contains(error.code) else {
          throw FuzzFinding("\(bytes) is \(error)")
        }
      }
      answer.update { $0 = Records.ok }
      let next = try await client.run(.scripted())
      guard next.status == 200 else { throw FuzzFinding("\(bytes) made the next call \(next)") }
    }
  }

  static func noise(_ random: inout SeededRandom) -> [UInt8] {
    (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    scramble(RecordDecoderTests.conversation, &random)
  }

  /// With some bytes changed, removed, repeated or put in.
  static func scramble(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      guard let place = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert([0x0D, 0x0A, 0x20, 0x3A, 0, 1, 6].randomElement(using: &random) ?? 0, at: place)
      case 3: bytes.insert(contentsOf: Array(bytes[place...].prefix(40)), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 8))
      }
    }
    return bytes
  }

  static func torn(_ bytes: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...24, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}
