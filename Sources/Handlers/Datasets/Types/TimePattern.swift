/// A format of dates and times as `strptime` of C and Python reads it.
///
/// The directives are those of <https://docs.python.org/3/library/datetime.html#format-codes> and
/// C's compounds; names are English. A directive reads no more digits than it may have, and exactly
/// so many beside other digits, so that a text can be read in one way only.
package struct TimePattern: Sendable, Equatable {
  /// One thing the text has to hold.
  enum Step: Sendable, Equatable {
    case literal(UInt8)
    case space
    /// A number of one digit up to a width; of exactly that width beside other digits.
    case number(Part, width: Int, isExact: Bool)
    case fraction(isExact: Bool)
    case monthName, dayName, afternoon, offset, zoneName, epoch

    fileprivate var isDigits: Bool {
      switch self {
      case .number, .fraction, .epoch: true
      case .literal(let byte): (0x30...0x39).contains(byte)
      default: false
      }
    }
  }

  /// What a number says.
  enum Part: Sendable, Equatable {
    case year, yearOfCentury, month, day, dayOfYear, hour, hourOfHalf, minute, second
  }

  /// What a pattern can be declared for.
  package enum Purpose { case date, time, datetime }

  /// The pattern as it was declared.
  package let text: String
  private(set) var steps: [Step] = []

  /// Reads a pattern.
  ///
  /// - Throws: Which directive is not known, comes twice, or is missing for the purpose.
  package init(_ text: String, for purpose: Purpose) throws(PatternFault) {
    self.text = text
    try parse(text)
    try refuseRepetition()
    for index in steps.indices where steps[index].isDigits {
      let isFollowed = index + 1 < steps.count && steps[index + 1].isDigits
      switch steps[index] {
      case .number(let part, let width, _)
      where isFollowed || index > 0 && steps[index - 1].isDigits:
        steps[index] = .number(part, width: width, isExact: true)
      case .fraction where isFollowed: steps[index] = .fraction(isExact: true)
      case .epoch where isFollowed:
        throw PatternFault("%s is followed by digits, which it would take for its own")
      default: break
      }
    }
    try check(purpose)
  }

  private mutating func parse(_ text: String) throws(PatternFault) {
    var isDirective = false
    for byte in text.utf8 {
      if isDirective {
        isDirective = false
        try append(directive: Unicode.Scalar(byte))
      } else if byte == UInt8(ascii: "%") {
        isDirective = true
      } else if byte == 0x20 || byte == 0x09 {
        if steps.last != .space { steps.append(.space) }
      } else {
        steps.append(.literal(byte))
      }
    }
    guard !isDirective else { throw PatternFault("a % at the end; the character itself is %%") }
    guard !steps.isEmpty else { throw PatternFault("it is empty") }
  }

  private mutating func append(directive: Unicode.Scalar) throws(PatternFault) {
    switch directive {
    case "Y": append(.year, 4)
    case "y": append(.yearOfCentury, 2)
    case "m": append(.month, 2)
    case "d", "e": append(.day, 2)
    case "j": append(.dayOfYear, 3)
    case "H": append(.hour, 2)
    case "I": append(.hourOfHalf, 2)
    case "M": append(.minute, 2)
    case "S": append(.second, 2)
    case "f": steps.append(.fraction(isExact: false))
    case "b", "B", "h": steps.append(.monthName)
    case "a", "A": steps.append(.dayName)
    case "p": steps.append(.afternoon)
    case "z": steps.append(.offset)
    case "Z": steps.append(.zoneName)
    case "s": steps.append(.epoch)
    case "%": steps.append(.literal(UInt8(ascii: "%")))
    case "F": try parse("%Y-%m-%d")
    case "D": try parse("%m/%d/%y")
    case "T": try parse("%H:%M:%S")
    case "R": try parse("%H:%M")
    default:
      throw PatternFault(
        "the directive %\(directive) is not supported; expected %Y %y %m %b %B %d %j %a %A %H %I %p "
          + "%M %S %f %z %Z %s %F %D %T %R or %%")
    }
  }

  private mutating func append(_ part: Part, _ width: Int) {
    let isExact = part == .year || part == .yearOfCentury
    steps.append(.number(part, width: width, isExact: isExact))
  }

  private func has(_ parts: Part...) -> Bool {
    steps.contains { step in
      if case .number(let part, _, _) = step { parts.contains(part) } else { false }
    }
  }

  private func refuseRepetition() throws(PatternFault) {
    for (index, step) in steps.enumerated() {
      let isRepeated = steps[..<index].contains { earlier in
        switch (earlier, step) {
        case (.number(let one, _, _), .number(let other, _, _)): one == other
        case (.literal, _), (.space, _): false
        case (.fraction, .fraction): true
        default: earlier == step
        }
      }
      guard !isRepeated else { throw PatternFault("one of its directives comes twice") }
    }
  }

  /// Refuses a pattern that leaves something open, or says it in two ways.
  private func check(_ purpose: Purpose) throws(PatternFault) {
    let isDate =
      has(.year) != has(.yearOfCentury)
      && (has(.dayOfYear)
        ? !has(.month, .day) && !steps.contains(.monthName)
        : has(.month) != steps.contains(.monthName) && has(.day))
    let isAnyDate =
      has(.year, .yearOfCentury, .month, .day, .dayOfYear)
      || steps.contains { $0 == .monthName || $0 == .dayName }
    let hasFraction =
      steps.contains(.fraction(isExact: true)) || steps.contains(.fraction(isExact: false))
    let isHour = has(.hour) ? !has(.hourOfHalf) && !steps.contains(.afternoon) : has(.hourOfHalf)
    let isAnyTime =
      has(.hour, .hourOfHalf, .minute, .second)
      || hasFraction || steps.contains(.afternoon)
    let isTime =
      isHour && has(.hourOfHalf) == steps.contains(.afternoon) && (!has(.second) || has(.minute))
      && (!hasFraction || has(.second))
    let isZoned = steps.contains { $0 == .offset || $0 == .zoneName }
    let isEpoch = steps.contains(.epoch)
    switch purpose {
    case .date:
      guard isDate, !isAnyTime, !isZoned, !isEpoch else {
        throw PatternFault("expected one of each for a date: year, month and day, and no time")
      }
    case .time:
      guard isTime, !isAnyDate, !isZoned, !isEpoch else {
        throw PatternFault(
          "expected a time: %H, or %I with %p, then %M, %S and %f as wanted, and no date or zone")
      }
    case .datetime:
      let isWhole =
        isEpoch ? !isAnyDate && !isAnyTime && !isZoned : isDate && (isTime || !isAnyTime)
      guard isWhole, !(steps.contains(.offset) && steps.contains(.zoneName)) else {
        throw PatternFault(
          "expected one of each for a moment: year, month and day, then a time if there is one "
            + "(%H, or %I with %p, then %M, %S and %f), and at most one of %z and %Z; or %s alone")
      }
    }
  }
}
