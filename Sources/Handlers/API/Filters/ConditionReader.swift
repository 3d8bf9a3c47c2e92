/// Reads filters: `COLUMN=gte.30` in the query, and groups as `or=(age.lt.18,and(age.gt.65,id.eq.1))`.
///
/// A group holds conditions and, one level down, groups of the other kind, which can express every
/// formula.
struct ConditionReader {
  // Not characters, because a combining mark would hide a comma or a dot.
  private typealias Text = Substring.UnicodeScalarView

  let table: TableShape
  /// The maximum number of conditions in a call.
  private static let mostConditions = 1000
  private static let mostValues = 1000
  private var count = 0

  init(_ table: TableShape) {
    self.table = table
  }

  /// Reads the value of a query item that names a column.
  mutating func condition(column name: String, _ text: String) throws(Problem) -> Condition {
    guard let column = table.column(name) else {
      throw Problem(
        .badRequest, "The query parameter \"\(name)\" is neither known nor a column.",
        hint: "The columns are \(table.columnList).")
    }
    return try condition(column, text[...].unicodeScalars)
  }

  /// Reads a group: the value of `and` or `or`.
  mutating func group(_ name: String, _ text: String) throws(Problem) -> Condition {
    let text = text[...].unicodeScalars
    guard text.first == "(", text.last == ")", text.count > 1 else {
      throw refusal("\(name) must be conditions in parentheses, as (age.gt.65,id.eq.1).")
    }
    return try group(name, text.dropFirst().dropLast(), isInner: false)
  }

  private mutating func group(
    _ name: String, _ text: Text, isInner: Bool
  ) throws(Problem) -> Condition {
    var conditions: [Condition] = []
    for part in try parts(of: text) {
      if let inner = ["and", "or"].first(where: { part.starts(with: "\($0)(".unicodeScalars) }),
        part.last == ")"
      {
        guard !isInner, inner != name else {
          throw refusal("a group may hold groups of the other kind, one level down.")
        }
        let content = part.dropFirst(inner.unicodeScalars.count + 1).dropLast()
        conditions.append(try group(inner, content, isInner: true))
        continue
      }
      guard let dot = part.firstIndex(of: ".") else {
        throw refusal("\"\(String(part))\" is no condition; expected COLUMN.OPERATOR.VALUE.")
      }
      let name = Self.unquoted(part[..<dot])
      guard let column = table.column(name) else {
        throw refusal("there is no column \"\(name)\"; the columns are \(table.columnList).")
      }
      conditions.append(try condition(column, part[part.index(after: dot)...]))
    }
    return name == "or" ? .any(conditions) : .all(conditions)
  }

  /// Splits at commas outside parentheses and quotes.
  private func parts(of text: Text) throws(Problem) -> [Text] {
    var parts: [Text] = []
    var start = text.startIndex
    var depth = 0
    var isQuoted = false
    var index = text.startIndex
    while index < text.endIndex {
      switch text[index] {
      case "\\" where isQuoted:
        index = text.index(after: index)
        if index == text.endIndex { throw refusal("a quoted value does not end.") }
      case "\"": isQuoted.toggle()
      case "(" where !isQuoted: depth += 1
      case ")" where !isQuoted: depth -= 1
      case "," where !isQuoted && depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
      guard depth >= 0 else { throw refusal("a parenthesis closes that none has opened.") }
      index = text.index(after: index)
    }
    guard depth == 0, !isQuoted else {
      throw refusal("a parenthesis or a quoted value does not end.")
    }
    parts.append(text[start...])
    return parts
  }

  private mutating func condition(
    _ column: TableShape.Column, _ text: Text
  ) throws(Problem) -> Condition {
    count += 1
    guard count <= Self.mostConditions else {
      throw refusal("there are more than \(Self.mostConditions) conditions.")
    }
    var text = text
    let isNegated = text.starts(with: "not.".unicodeScalars)
    if isNegated { text = text.dropFirst(4) }
    guard let dot = text.firstIndex(of: ".") else { throw unknownOperator(column) }
    let word = String(text[..<dot])
    let value = text[text.index(after: dot)...]
    return .compare(column, try comparison(column, word, value), isNegated: isNegated)
  }

  private func comparison(
    _ column: TableShape.Column, _ word: String, _ value: Text
  ) throws(Problem) -> Condition.Comparison {
    switch word {
    case "is":
      switch String(value) {
      case "null": return .null
      case "true" where column.type == .boolean: return .truth(true)
      case "false" where column.type == .boolean: return .truth(false)
      default: throw refusal("\(column.name): is takes null, and true or false of booleans.")
      }
    case "in":
      guard value.first == "(", value.last == ")", value.count > 1 else {
        throw refusal("\(column.name): in takes values in parentheses, as (1,2,3).")
      }
      let values = try parts(of: value.dropFirst().dropLast()).map(Self.unquoted)
      guard values.count <= Self.mostValues else {
        throw refusal("\(column.name): in takes at most \(Self.mostValues) values.")
      }
      for value in values { try check(value, column) }
      return .among(values)
    case "like", "ilike":
      guard column.type == .text else {
        throw refusal("\(column.name): \(word) is for text.")
      }
      let pattern = Self.unquoted(value)
      try check(pattern, column)
      return .like(pattern, ignoresCase: word == "ilike")
    default:
      guard let sign = Condition.Operator(rawValue: word) else { throw unknownOperator(column) }
      let operand = Self.unquoted(value)
      try check(operand, column)
      return .order(sign, operand)
    }
  }

  private func check(_ value: String, _ column: TableShape.Column) throws(Problem) {
    guard column.type.isOrdered else {
      throw refusal("\(column.name) can only be compared with is.null.")
    }
    guard FilterValue.isValid(value, column.type) else {
      throw refusal("\(column.name): expected \(column.type.expectation).")
    }
  }

  /// A value without its quotes, in which a backslash escapes the next character.
  private static func unquoted(_ text: Text) -> String {
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
    var value = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.dropFirst().dropLast() {
      if scalar == "\\", !isEscaped {
        isEscaped = true
      } else {
        value.append(scalar)
        isEscaped = false
      }
    }
    return String(value)
  }

  private func unknownOperator(_ column: TableShape.Column) -> Problem {
    refusal(
      "\(column.name): expected OPERATOR.VALUE, where the operator is one of eq, neq, lt, lte, gt, "
        + "gte, in, is, like, ilike, with not. in front where wanted.")
  }

  private func refusal(_ reason: String) -> Problem {
    Problem(.badRequest, "A filter is not understood: \(reason)")
  }
}
