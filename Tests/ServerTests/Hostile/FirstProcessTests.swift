import Glibc
import TestSupport
import Testing

@testable import Server

/// worker-server as process 1 of a container that has no init of its own.
@Suite(.timeLimit(.minutes(2)))
struct FirstProcessTests {
  /// The command line that makes what follows it process 1; nil where this user may not.
  static let wrapper: [String]? = [
    ["--pid", "--fork", "--mount-proc", "--kill-child"],
    ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"],
  ].map { ["/usr/bin/unshare"] + $0 }.first { succeeds($0 + ["/bin/true"]) }

  private static func succeeds(_ words: [String]) -> Bool {
    var child: pid_t = 0
    let error = unsafe CStringList(words).withPointers { arguments in
      unsafe posix_spawn(&child, words[0], nil, nil, arguments, nil)
    }
    var status: Int32 = 0
    guard error == 0 else { return false }
    return unsafe waitpid(child, &status, 0) == child && status == 0
  }

  /// Ends as its input says, and leaves a process behind whose parent is then process 1.
  static let command = """
    sh -c 'read end late; if [ "$late" ]; then (sleep 0.3 &); else (: &); fi; \
    case $end in exit*) exit ${end#exit};; *) kill -$end $$;; esac'
    """

  static let ends = [
    ("exit0", #""exit":0,"#), ("exit1", #""exit":1,"#), ("KILL", #""signal":"SIGKILL","#), ("exit7", #""exit":7,"#),
    ("TERM", #""signal":"SIGTERM","#), ("exit255", #""exit":255,"#), ("SEGV", #""signal":"SIGSEGV","#),
  ]

  @Test(.enabled(if: wrapper != nil, "no pid namespace can be made here (unshare --pid, --user)"))
  func `of a thousand jobs under process 1 none is misreported, and no zombie is left`() async throws {
    let worker = try await WorkerProgram(["--queue-command", Self.command], wrapper: Self.wrapper ?? [])
    defer { worker.program.stop() }
    let first = try #require(children(of: worker.program.processID).first)
    try await withThrowingTaskGroup { group in
      for client in 0..<10 {
        group.addTask {
          let connection = try worker.connect()
          for number in 0..<100 {
            let (end, expected) = Self.ends[(client + number) % Self.ends.count]
            let body = "\(end)\(number.isMultiple(of: 10) ? " late" : "")\n"
            try await connection.send(WorkerProgram.post(Array(body.utf8), messageID: "m\(client)-\(number)"))
            let answer = try await connection.receiveAnswer()
            #expect(answer.status == (end == "exit0" ? 200 : 500))
            #expect(answer.text.hasPrefix(#"{"msgid":"m\#(client)-\#(number)",\#(expected)"#), "\(answer.text)")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(await eventually { zombies(of: first).isEmpty })
    kill(first, SIGTERM)
    #expect(try await worker.program.end() == 0)
    #expect(worker.count("job succeeded") + worker.count("job failed") == 1000)
  }
}
