internal import TextSearch

/// A command line taken apart by a command's specification.
struct CommandLineReader {
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
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument == "--" {
        rest = Array(arguments[index...])
        return
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
        return
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
  }

  private func option(named name: String) throws(CommandError) -> OptionSpec {
    if let option = spec.options.first(where: { $0.name == name }) { return option }
    let names = spec.options.map(\.name) + ["--help"]
    let nearest = Suggestion.nearest(to: name, among: names)
    throw misuse(
      "sluice \(spec.name) has no option \(name)", nearest.map { "Did you mean \($0)?" })
  }

  func misuse(_ message: String, _ advice: String? = nil) -> CommandError {
    CommandError(
      message, advice: advice ?? "See sluice \(spec.name) --help.", status: 2)
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

  func expectNoRest() throws(CommandError) {
    if let rest { throw misuse("sluice \(spec.name) does not take -- \(rest.first ?? "")") }
  }
}
