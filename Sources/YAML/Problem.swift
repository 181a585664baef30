/// libyaml's errors, said to someone who edits a file and knows no grammar.
enum Problem {
  static func inOurWords(_ problem: String, context: String?, begun: YAMLPlace?) -> String {
    let inQuotes = context == "while scanning a quoted scalar"
    switch problem {
    case "found unexpected end of stream" where inQuotes, "found unexpected document indicator" where inQuotes:
      return "the quotation mark of line \(begun?.line ?? 1) is never closed"
    case "found character that cannot start any token":
      return "no value can begin like this: indent with blanks, not tabs, and quote a text that begins with @, ` or %"
    case "mapping values are not allowed in this context":
      return "a colon where no key can be: quote a text that holds \": \", or check the indentation of this line"
    case "could not find expected ':'":
      return "a line without key and value: is there a colon, and a blank after it?"
    case "did not find expected key", "did not find expected '-' indicator":
      return "this line fits neither the indentation nor the form of those above it"
    case "block sequence entries are not allowed in this context":
      return "a list cannot begin here: put its dash on a line of its own"
    case "mapping keys are not allowed in this context":
      return "a key cannot begin here: check the indentation"
    case "did not find expected ',' or ']'":
      return "the list in brackets of line \(begun?.line ?? 1) needs a comma or its ] here"
    case "did not find expected ',' or '}'":
      return "the mapping in braces of line \(begun?.line ?? 1) needs a comma or its } here"
    case "did not find expected <document start>":
      return "more text after the end of the document"
    case "did not find expected alphabetic or numeric character":
      return "a text that begins with * or & must be quoted, such as the schedule \"* * * * *\""
    case "did not find expected node content", "found unexpected ':'":
      return "a value is missing or not quoted"
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      return "no such escape: in double quotes a backslash is written \\\\, in single quotes it is just itself"
    case "found a tab character where an indentation space is expected",
      "found a tab character that violates indentation":
      return "a tab in the indentation: use blanks"
    case "found undefined tag handle", "did not find expected tag URI", "did not find expected '!'":
      return "a text that begins with ! must be quoted"
    case "found incompatible YAML document":
      return "a %YAML version other than 1.1 or 1.2"
    default:
      return "not YAML" + (context.map { ", \($0)" } ?? "") + ": \(problem)"
    }
  }
}
