import System

/// One option of a command.
package struct OptionSpec: Sendable {
  /// With its dashes.
  var name: String
  /// What stands for the value in the help; nil for a switch.
  var value: String?
  var help: String
  /// Everything after it is the user's command line, not ours.
  var takesRest: Bool

  init(_ name: String, _ value: String?, _ help: String, takesRest: Bool = false) {
    (self.name, self.value, self.help, self.takesRest) = (name, value, help, takesRest)
  }

  static let directory = OptionSpec(
    "--directory", "PATH", "the stack's directory (default .sluice)")
  static let bootstrap = OptionSpec(
    "--bootstrap", "PATH", "the handlers' program (default: next to sluice)")
  static let database = OptionSpec("--database", "URL", "use instead of DATABASE_URL")
  static let package = OptionSpec(
    "--package", "PATH",
    "the Data Package (default: datapackage.json here, then SLUICE_DATAPACKAGE)")
  static let dataset = OptionSpec(
    "--dataset", "NAME", "use instead of the dataset that the file's name selects")
}

/// How a command is written and what its help says.
package struct CommandSpec: Sendable {
  var name: String
  /// What stands after the options, and how many of them there can be.
  var operands = ""
  var operandCount = 0...0
  /// Whether a command line of the user's own can follow, after `--` or an option.
  var allowsRest = false
  var summary: String
  var options: [OptionSpec] = []
  var details: String

  var help: String {
    let written = options.map { "\($0.name)\($0.value.map { " \($0)" } ?? "")" }
    var text = "usage: sluice \(name)" + written.map { " [\($0)]" }.joined()
    if !operands.isEmpty { text += " \(operands)" }
    text += "\n\n\(summary)\n\n\(details)"
    if !options.isEmpty { text += "\n\noptions:" }
    for (option, left) in zip(options, written) {
      text += "\n  \(left.padded(to: 20)) \(option.help)"
    }
    return text
  }
}

/// A command line taken apart by a command's specification.
package struct CommandLineReader {
  let spec: CommandSpec
  private(set) var operands: [String] = []
  /// What follows `--` or an option that takes the rest.
  private(set) var rest: [String]?
  private(set) var asksForHelp = false
  private var values: [String: String] = [:]
  private var switches: Set<String> = []

  init(_ arguments: [String], _ spec: CommandSpec) throws(CommandError) {
    self.spec = spec
    var index = 0
    while index < arguments.count, rest == nil {
      let argument = arguments[index]
      index += 1
      if argument == "--" {
        rest = Array(arguments[index...])
        continue
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      if argument == "--help" || argument == "-h" {
        asksForHelp = true
        return
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = try option(named: String(parts[0]))
      if option.takesRest {
        rest = Array(arguments[index...])
        continue
      }
      if option.value == nil {
        guard parts.count == 1 else { throw misuse("\(option.name) takes no value") }
        switches.insert(option.name)
      } else if parts.count > 1 {
        values[option.name] = String(parts[1])
      } else {
        guard index < arguments.count else {
          throw misuse("\(option.name) needs a value: \(option.name) \(option.value ?? "")")
        }
        values[option.name] = arguments[index]
        index += 1
      }
    }
    try expectOperands(spec.operandCount)
    if !spec.allowsRest, let rest {
      throw misuse("sluice \(spec.name) does not take -- \(rest.first ?? "")")
    }
  }

  private func option(named name: String) throws(CommandError) -> OptionSpec {
    if let option = spec.options.first(where: { $0.name == name }) { return option }
    let names = spec.options.map(\.name) + ["--help"]
    let nearest = Suggestion.nearest(to: name, among: names)
    throw misuse(
      "sluice \(spec.name) has no option \(name)", nearest.map { "Did you mean \($0)?" })
  }

  func misuse(_ message: String, _ advice: String? = nil) -> CommandError {
    CommandError(message, advice: advice ?? "See sluice \(spec.name) --help.", status: 2)
  }

  func has(_ option: String) -> Bool { switches.contains(option) }

  func text(_ option: String) -> String? { values[option] }

  func number(
    _ option: String, default value: Int, in range: ClosedRange<Int>
  ) throws(CommandError) -> Int {
    guard let text = values[option] else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw misuse(
        "\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return number
  }

  /// A time such as `15m`, from a second to a month.
  func duration(_ option: String) throws(CommandError) -> Duration? {
    guard let text = values[option] else { return nil }
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
      (1...(31 * 86_400 / unit)).contains(number)
    else {
      throw misuse("\(option) takes a time such as 30s, 15m, 6h or 1d, not \(text)")
    }
    return .seconds(number * unit)
  }

  /// Checks how many operands there are.
  func expectOperands(_ range: ClosedRange<Int>) throws(CommandError) {
    if operands.count < range.lowerBound {
      throw misuse("sluice \(spec.name) needs \(spec.operands)")
    }
    if operands.count > range.upperBound {
      throw misuse("sluice \(spec.name) does not take \(operands[range.upperBound])")
    }
  }

  var directory: String { text("--directory") ?? StackOptions.defaultDirectory }

  func port(default port: UInt16) throws(CommandError) -> UInt16 {
    UInt16(clamping: try number("--port", default: Int(port), in: 0...65_535))
  }

  func seed(default seed: UInt64) throws(CommandError) -> UInt64 {
    UInt64(clamping: try number("--seed", default: Int(seed), in: 0...Int.max))
  }

  /// The value of `--format`, which is one of some.
  func format(among formats: [String]) throws(CommandError) -> String? {
    guard let format = text("--format") else { return nil }
    guard formats.contains(format) else {
      throw misuse("--format takes \(formats.joined(separator: " or ")), not \(format)")
    }
    return format
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
