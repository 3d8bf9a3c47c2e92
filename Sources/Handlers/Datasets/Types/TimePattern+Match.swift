extension TimePattern {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// Reads a whole text.
  func parts(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> TimeParts? {
    var parts = TimeParts()
    return unsafe match(bytes, count, into: &parts) == count ? parts : nil
  }

  /// Reads a text from an offset on.
  ///
  /// - Returns: The offset behind what was read, or nil when the text is not of this format.
  func match(
    _ bytes: UnsafePointer<UInt8>, from start: Int = 0, _ count: Int, into parts: inout TimeParts
  ) -> Int? {
    var index = start
    for step in steps {
      switch step {
      case .literal(let byte):
        guard index < count, unsafe bytes[index] == byte else { return nil }
        index += 1
      case .space:
        let first = index
        while index < count, unsafe bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard index > first else { return nil }
      case .number(let part, let width, let isExact):
        guard let value = unsafe Self.number(bytes, &index, count, width, isExact) else {
          return nil
        }
        parts.set(part, value)
      case .fraction(let isExact):
        let first = index
        guard let value = unsafe Self.number(bytes, &index, count, 6, isExact) else { return nil }
        parts.microsecond = (index..<first + 6).reduce(value) { sum, _ in sum * 10 }
      case .monthName:
        guard let month = unsafe Self.name(bytes, &index, count, Self.months) else { return nil }
        parts.month = month + 1
      case .dayName:
        // The date says which day of the week it is; the name is only passed, as strptime does.
        guard unsafe Self.name(bytes, &index, count, Self.weekdays) != nil else { return nil }
      case .afternoon:
        guard let half = unsafe Self.name(bytes, &index, count, ["am", "pm"]) else { return nil }
        parts.isAfternoon = half == 1
      case .offset:
        guard let offset = unsafe Self.offset(bytes, &index, count) else { return nil }
        parts.offsetSeconds = offset
      case .zoneName:
        guard unsafe Self.isUTC(bytes, &index, count) else { return nil }
      case .epoch:
        let first = index
        if index < count, unsafe bytes[index] == 0x2d { index += 1 }
        while index < count, unsafe bytes[index] &- 0x30 <= 9 { index += 1 }
        guard
          let epoch = unsafe IntegerText.parse(
            bytes + first, index - first, -100_000_000_000, 300_000_000_000)
        else { return nil }
        parts.epoch = epoch
      }
    }
    return index
  }

  /// `Z`, `±hh`, `±hhmm` or `±hh:mm`, as seconds east of Greenwich.
  static func offset(_ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int) -> Int? {
    guard index < count else { return nil }
    let sign = unsafe bytes[index]
    index += 1
    if sign == 0x5a { return 0 }
    guard sign == 0x2b || sign == 0x2d, let hours = unsafe number(bytes, &index, count, 2, true)
    else { return nil }
    var minutes = 0
    if index < count, unsafe bytes[index] == 0x3a || bytes[index] &- 0x30 <= 9 {
      if unsafe bytes[index] == 0x3a { index += 1 }
      guard let value = unsafe number(bytes, &index, count, 2, true) else { return nil }
      minutes = value
    }
    guard hours < 16, minutes < 60 else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == 0x2d ? -1 : 1)
  }

  /// An offset, or one of the two names that are the same everywhere, as seconds east of Greenwich.
  static func zone(_ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int) -> Int? {
    unsafe isUTC(bytes, &index, count) ? 0 : offset(bytes, &index, count)
  }

  private static func isUTC(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int
  ) -> Bool {
    unsafe name(bytes, &index, count, ["utc", "gmt"]) != nil
  }

  private static func number(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int, _ width: Int, _ isExact: Bool
  ) -> Int? {
    let start = index
    var value = 0
    while index < count, index < start + width, case let digit = unsafe bytes[index] &- 0x30,
      digit <= 9
    {
      value = value * 10 + Int(digit)
      index += 1
    }
    return index > start && (!isExact || index == start + width) ? value : nil
  }

  /// Passes a name, whole or by its first three letters, and says which of the list it is.
  private static func name(
    _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int, _ names: [String]
  ) -> Int? {
    var end = index
    while end < count, unsafe (bytes[end] | 0x20) &- 0x61 < 26 { end += 1 }
    let found = names.firstIndex { name in
      let length = end - index
      guard length == 3 && name.utf8.count > 3 || length == name.utf8.count else { return false }
      return zip(name.utf8, index..<end).allSatisfy { letter, position in
        unsafe bytes[position] | 0x20 == letter
      }
    }
    if found != nil { index = end }
    return found
  }
}

extension TimeParts {
  fileprivate mutating func set(_ part: TimePattern.Part, _ value: Int) {
    switch part {
    case .year: year = value
    // As POSIX has it: 69 to 99 are of the last century.
    case .yearOfCentury: year = value + (value < 69 ? 2000 : 1900)
    case .month: month = value
    case .day: day = value
    case .dayOfYear: dayOfYear = value
    case .hour, .hourOfHalf: hour = value
    case .minute: minute = value
    case .second: second = value
    }
  }
}
