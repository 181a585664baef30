import Glibc

/// Never 0 or less: kill(2) takes those for groups, this test's own among them.
func processID(_ line: String?) -> pid_t? {
  line.flatMap { pid_t($0) }.flatMap { $0 > 1 ? $0 : nil }
}

/// Polls, because nothing tells when a process that is not a child has ended.
func isGone(_ processID: pid_t) async -> Bool {
  for _ in 0..<500 {
    guard let state = processState(processID), state != "Z" else { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}

/// The zombies among a process's children.
func zombies(of parent: pid_t) -> [pid_t] { children(of: parent).filter { processState($0) == "Z" } }

func children(of parent: pid_t) -> [pid_t] {
  guard let open = unsafe opendir("/proc") else { return [] }
  defer { unsafe closedir(open) }
  var children: [pid_t] = []
  while let entry = unsafe readdir(open) {
    let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let number = pid_t(name), let fields = processFields(number), fields.count > 1 else { continue }
    if pid_t(fields[1]) == parent { children.append(number) }
  }
  return children
}

/// The letter after the name in /proc/PID/stat; nil when there is no such process.
private func processState(_ processID: pid_t) -> Character? { processFields(processID)?.first?.first }

/// What stands behind the name in /proc/PID/stat: state, parent and so on (proc(5)).
private func processFields(_ processID: pid_t) -> [Substring]? {
  guard let file = unsafe fopen("/proc/\(processID)/stat", "r") else { return nil }
  defer { unsafe fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard unsafe fgets(&line, 512, file) != nil else { return nil }
  let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.split(separator: ")").last?.split(separator: " ")
}
