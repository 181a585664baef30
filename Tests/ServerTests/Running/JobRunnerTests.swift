import Glibc
import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobRunnerTests {
  let probe: JobProbe

  init() throws {
    probe = try JobProbe()
  }

  // MARK: Ends

  @Test(arguments: [0, 1, 7, 126, 255])
  func `an exit code is reported as it is`(code: Int32) async {
    let result = await probe.sh("exit \(code)")
    #expect(result.end.outcome == .exited(code: code))
    #expect(result.end.succeeded == (code == 0))
    #expect(result.end.stop == nil)
    #expect(result.end.processID != nil)
  }

  @Test(arguments: [SIGSEGV, SIGKILL, SIGTERM, SIGPIPE])
  func `death by a signal is no exit code`(signal: Int32) async {
    let result = await probe.sh("kill -\(signal) $$")
    #expect(result.end.outcome == .signalled(number: signal))
    #expect(!result.end.succeeded)
  }

  @Test func `signals that this process ignores are at their default in the job`() async {
    signal(SIGPIPE, SIG_IGN)
    let result = await probe.sh("yes | head -n 1; kill -PIPE $$; echo survived")
    #expect(result.end.outcome == .signalled(number: SIGPIPE))
    #expect(result.text() == ["y"])
  }

  @Test func `the duration is the job's`() async {
    let result = await probe.sh("sleep 0.2")
    #expect(result.end.duration >= .milliseconds(200))
  }

  // MARK: Input

  @Test func `a job that does not read its megabyte of input succeeds`() async {
    let result = await probe.run(Job(Command(words: "/bin/true"), input: pattern(count: 1 << 20)))
    #expect(result.end.outcome == .exited(code: 0))
  }

  @Test func `a job that closes its input succeeds`() async {
    let result = await probe.sh("exec 0<&-; sleep 0.05; echo done", input: pattern(count: 1 << 20))
    #expect(result.text() == ["done"])
    #expect(result.end.succeeded)
  }

  @Test func `the input arrives byte for byte`() async {
    let bytes = pattern(count: 1 << 20)
    let path = "/tmp/beanpole-input-\(getpid())"
    defer { unsafe unlink(path) }
    guard let file = unsafe fopen(path, "w") else { return #expect(Bool(false), "no \(path)") }
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    #expect(written == bytes.count)
    let result = await probe.sh("cmp - \(path)", input: bytes)
    #expect(result.end.outcome == .exited(code: 0), "\(result.lines.map(\.text))")
  }

  @Test func `input that is read back comes out unchanged, NUL and all`() async {
    let bytes = pattern(count: 200_000)
    let result = await probe.sh("od -An -v -tx1 -w100", input: bytes)
    let read = result.text().flatMap { $0.split(separator: " ").compactMap { UInt8($0, radix: 16) } }
    #expect(read == bytes)
  }

  @Test func `empty input ends at once`() async {
    let result = await probe.sh("wc -c")
    #expect(result.text() == ["0"])
  }

  @Test func `the input can be read a second time, and not be changed`() async {
    let result = await probe.sh(
      "cat; cat /dev/stdin; (echo overwritten 1<>/dev/stdin) 2>/dev/null; cat /dev/stdin", input: Array("body\n".utf8))
    #expect(result.text() == ["body", "body", "body"])
  }

  // MARK: Output

  @Test func `both streams are read while the job runs`() async {
    let result = await probe.sh("seq 40000; seq 40000 >&2", limits: OutputLimits(totalLines: 100_000))
    #expect(result.text(.stdout) == (1...40000).map { "\($0)" })
    #expect(result.text(.stderr) == (1...40000).map { "\($0)" })
    #expect(result.end.succeeded)
  }

  @Test func `two streams written in turn neither block nor mix`() async {
    let result = await probe.sh("i=0; while [ $i -lt 3000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done")
    #expect(result.text(.stdout) == (0..<3000).map { "out\($0)" })
    #expect(result.text(.stderr) == (0..<3000).map { "err\($0)" })
  }

  @Test func `the last line needs no line break`() async {
    let result = await probe.sh("printf 'one\\ntwo'; printf 'oops' >&2")
    #expect(result.text() == ["one", "two"])
    #expect(result.text(.stderr) == ["oops"])
  }

  @Test func `a huge line is cut and its length told`() async throws {
    let result = await probe.sh("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after")
    try #require(result.lines.count == 2)
    #expect(result.lines[0].bytes == [UInt8](repeating: UInt8(ascii: "x"), count: 3_900))
    #expect(result.lines[0].length == 3_000_000)
    #expect(result.lines[0].isCut)
    #expect(result.text()[1] == "after")
    #expect(result.end.droppedBytes == 3_000_000 - 3_900)
  }

  @Test func `binary output is read as it is`() async throws {
    let result = await probe.sh("printf '\\000\\377\\200a\\nb'")
    #expect(result.lines.map(\.bytes) == [[0, 0xFF, 0x80, 0x61], [0x62]])
    #expect(result.text()[0] == "\0\u{FFFD}\u{FFFD}a")
  }

  @Test func `output beyond the limit is read, dropped and counted`() async {
    let result = await probe.sh("yes 0123456789012345678901234567890123456789 | head -c 30000000; echo THE END")
    #expect(result.wasLimited)
    #expect(result.lines.reduce(0) { $0 + $1.bytes.count } <= 1 << 20)
    #expect(result.lines.count == 20_000)
    #expect(result.end.droppedBytes > 28_000_000)
    #expect(String(decoding: result.end.tail, as: UTF8.self).hasSuffix("THE END\n"))
    #expect(result.end.tail.count == 3_900)
    #expect(result.end.succeeded)
  }

  // MARK: Children of the job

  @Test func `a background child that holds the pipes does not hold the job`() async throws {
    let result = await probe.sh("echo before; sleep 30 & echo $!")
    #expect(result.end.outcome == .exited(code: 0))
    #expect(result.end.duration < .seconds(20))
    #expect(result.text().first == "before")
    let child = try #require(processID(result.text().last))
    #expect(kill(child, 0) == 0, "the background child of a job that ended well lives on")
    kill(child, SIGKILL)
  }

  @Test func `a background child that writes for ever does not hold the job`() async throws {
    let result = await probe.sh("sh -c 'echo $$ >&2; exec yes' & sleep 0.2")
    #expect(result.end.outcome == .exited(code: 0))
    #expect(result.wasLimited)
    kill(try #require(processID(result.text(.stderr).first)), SIGKILL)
  }

  @Test func `a job leads a process group of its own and gets no other descriptor`() async {
    let result = await probe.sh(
      "cut -d' ' -f5 /proc/$$/stat; echo $$; "
        + "for i in $(seq 0 99); do [ -e /proc/$$/fd/$i ] && printf \"$i \"; done")
    let lines = result.text()
    #expect(lines.count == 3)
    #expect(lines.first == lines.dropFirst().first)
    #expect(lines.last == "0 1 2 ")
  }
}
