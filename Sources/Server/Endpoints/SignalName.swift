import CProcess

/// `SIGKILL` for 9; `signal 64` for a number without a name.
func signalName(_ number: Int32) -> String {
  guard let name = unsafe cprocess_signal_name(number) else { return "signal \(number)" }
  return unsafe "SIG" + String(cString: name)
}
