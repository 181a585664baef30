/// The version of Beanpole, which all three programs have: in `--version`, in sqsd's User-Agent, in the first log lines.
package enum Version {
  package static let current = "0.1.0"
}
