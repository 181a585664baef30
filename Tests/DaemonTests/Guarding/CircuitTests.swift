import TestSupport
import Testing

@testable import Daemon

struct CircuitTests {
  /// One that has found its application.
  private var closed: Circuit {
    var circuit = Circuit()
    circuit.probed(isThere: true)
    return circuit
  }

  private var unreachable: Circuit {
    var circuit = closed
    circuit.posted("m", .unreachable)
    return circuit
  }

  private func refusing(_ circuit: Circuit) -> Circuit {
    var circuit = circuit
    for id in 0..<5 { circuit.posted("\(id)", .refusing) }
    return circuit
  }

  private var trial: Circuit {
    var circuit = refusing(closed)
    circuit.probed(isThere: true)
    return circuit
  }

  @Test func `it starts open and looks at once, then in growing pauses until the application is there`() {
    var circuit = Circuit()
    #expect(circuit.state == .open(.starting))
    var pauses = [circuit.pause(jitter: 0)]
    for _ in 0..<7 {
      circuit.probed(isThere: false)
      #expect(circuit.state == .open(.starting))
      pauses.append(circuit.pause(jitter: 0))
    }
    #expect(pauses == [0, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
    circuit.probed(isThere: true)
    #expect(circuit.state == .closed)
  }

  @Test func `what happens in each state leads to the state that it should`() {
    typealias State = Circuit.State
    let states: [Circuit] = [Circuit(), closed, unreachable, refusing(closed), trial]
    let names: [State] = [.open(.starting), .closed, .open(.unreachable), .open(.refusing), .trial]
    #expect(states.map(\.state) == names)
    func after(_ event: (inout Circuit) -> Void) -> [State] {
      states.map { circuit in
        var circuit = circuit
        event(&circuit)
        return circuit.state
      }
    }
    #expect(
      after { $0.posted("n", .well) } == [.open(.starting), .closed, .open(.unreachable), .closed, .closed])
    #expect(
      after { $0.posted("n", .unreachable) } == [
        .open(.starting), .open(.unreachable), .open(.unreachable), .open(.unreachable), .open(.unreachable),
      ])
    #expect(
      after { $0.posted("n", .refusing) } == [
        .open(.starting), .closed, .open(.unreachable), .open(.refusing), .open(.refusing),
      ])
    #expect(after { $0.probed(isThere: true) } == [.closed, .closed, .closed, .trial, .trial])
    #expect(after { $0.probed(isThere: false) } == names)
  }

  @Test func `five different messages refused in a row open it, and not four`() {
    var circuit = closed
    for id in 0..<4 { circuit.posted("\(id)", .refusing) }
    #expect(circuit.state == .closed)
    circuit.posted("4", .refusing)
    #expect(circuit.state == .open(.refusing))
  }

  @Test func `the same message refused again and again is that message's trouble`() {
    var circuit = closed
    for _ in 0..<100 {
      for id in 0..<4 { circuit.posted("\(id)", .refusing) }
    }
    #expect(circuit.state == .closed)
  }

  @Test func `any other answer in between begins the row anew`() {
    var circuit = closed
    for round in 0..<10 {
      for id in 0..<4 { circuit.posted("\(round) \(id)", .refusing) }
      circuit.posted("well", .well)
    }
    #expect(circuit.state == .closed)
    #expect(circuit.attempts == 0)
  }

  @Test func `an opening begins the row anew too`() {
    var circuit = closed
    for id in 0..<4 { circuit.posted("\(id)", .refusing) }
    circuit.posted("x", .unreachable)
    circuit.probed(isThere: true)
    for id in 4..<8 { circuit.posted("\(id)", .refusing) }
    #expect(circuit.state == .closed)
    circuit.posted("8", .refusing)
    #expect(circuit.state == .open(.refusing))
  }

  @Test func `one refusal is enough in a trial, and each trial in vain makes the pause longer, up to a minute`() {
    var circuit = refusing(closed)
    var pauses = [circuit.pause(jitter: 0)]
    for id in 0..<8 {
      circuit.probed(isThere: true)
      #expect(circuit.state == .trial)
      circuit.posted("\(id)", .refusing)
      #expect(circuit.state == .open(.refusing))
      pauses.append(circuit.pause(jitter: 0))
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
  }

  @Test func `a trial that succeeds closes it, and the next pause is a short one again`() {
    var circuit = trial
    circuit.posted("t", .well)
    #expect(circuit.state == .closed)
    #expect(refusing(circuit).pause(jitter: 0) == .seconds(1))
  }

  @Test func `an application that can be connected to and not posted to is probed less and less often`() {
    var circuit = closed
    var pauses: [Duration] = []
    for _ in 0..<7 {
      circuit.posted("m", .unreachable)
      pauses.append(circuit.pause(jitter: 0))
      circuit.probed(isThere: true)
      #expect(circuit.state == .closed)
    }
    #expect(pauses == [200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
    circuit.posted("n", .well)
    circuit.posted("m", .unreachable)
    #expect(circuit.pause(jitter: 0) == .milliseconds(200))
  }

  @Test func `many that fail together are one opening`() {
    var circuit = closed
    for id in 0..<50 { circuit.posted("\(id)", .unreachable) }
    #expect(circuit.attempts == 1)
    #expect(circuit.pause(jitter: 0) == .milliseconds(200))
  }

  @Test func `a late answer closes it after refusals, but an application out of reach has to be found`() {
    var circuit = refusing(closed)
    circuit.posted("late", .well)
    #expect(circuit.state == .closed)
    circuit = unreachable
    circuit.posted("late", .well)
    #expect(circuit.state == .open(.unreachable))
    circuit.probed(isThere: true)
    #expect(circuit.state == .closed)
  }

  @Test func `refusals while it is open do not count for the time after`() {
    var circuit = unreachable
    for id in 0..<50 { circuit.posted("\(id)", .refusing) }
    circuit.probed(isThere: true)
    circuit.posted("x", .refusing)
    #expect(circuit.state == .closed)
  }

  @Test func `out of reach is worse than refusing`() {
    var circuit = refusing(closed)
    circuit.posted("m", .unreachable)
    #expect(circuit.state == .open(.unreachable))
    circuit.probed(isThere: true)
    #expect(circuit.state == .closed)
  }

  @Test func `jitter takes up to half of a pause away`() {
    #expect(unreachable.pause(jitter: 1) == .milliseconds(100))
    #expect(unreachable.pause(jitter: 0.5) == .milliseconds(150))
    #expect(closed.pause(jitter: 0) == .zero)
  }

  @Test func `whatever happens, pauses stay within their limits and only what is open has one`() {
    var random = SeededRandom(seed: 5)
    for _ in 0..<100 {
      var circuit = Circuit()
      for _ in 0..<300 {
        let before = circuit
        switch Int.random(in: 0..<5, using: &random) {
        case 0: circuit.posted("\(Int.random(in: 0..<20, using: &random))", .well)
        case 1: circuit.posted("\(Int.random(in: 0..<20, using: &random))", .unreachable)
        case 2: circuit.probed(isThere: Bool.random(using: &random))
        default: circuit.posted("\(Int.random(in: 0..<20, using: &random))", .refusing)
        }
        let pause = circuit.pause(jitter: .random(in: 0...1, using: &random))
        switch circuit.state {
        case .closed, .trial: #expect(pause == .zero)
        case .open(.refusing): #expect(pause <= .seconds(60) && (circuit.attempts == 0 || pause >= .milliseconds(500)))
        case .open: #expect(pause <= .seconds(5) && (circuit.attempts == 0 || pause >= .milliseconds(100)))
        }
        // A trial is only ever reached by a probe after refusals.
        if circuit.state == .trial { #expect(before.state == .trial || before.state == .open(.refusing)) }
      }
    }
  }
}
