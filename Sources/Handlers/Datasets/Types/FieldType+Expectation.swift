extension FieldType {
  /// How a field of this type has to look, for the reason of a reject and the fault of a bound.
  package var expectation: String {
    switch self {
    case .string(.any), .any: "text"
    case .string(.email): "an email address"
    case .string(.uri): "a URI with its scheme"
    case .uuid: "a UUID of 36 characters"
    case .binary: "base64 with its padding"
    case .integer(let form, _): "an integer" + form.expectation
    case .number(let form): "a decimal number" + form.expectation
    case .boolean(let words): (words.trueWords + words.falseWords).listed
    case .date(.standard): "a date as YYYY-MM-DD"
    case .date(.any): "a date that can be read in one way only, such as 2021-01-31 or 31 Jan 2021"
    case .date(.pattern(let pattern)): "a date as \(pattern.text)"
    case .time(.standard): "a time as hh:mm:ss, with an optional fraction"
    case .time(.any): "a time such as 15:04:05, 15:04 or 3:04 PM"
    case .time(.pattern(let pattern)): "a time as \(pattern.text)"
    case .datetime(.standard):
      "a time as YYYY-MM-DDThh:mm:ss, with an optional fraction and zone"
    case .datetime(.any):
      "a time that can be read in one way only, such as 2021-01-31T15:04:05Z or 31 Jan 2021 3:04 PM"
    case .datetime(.pattern(let pattern)): "a time as \(pattern.text)"
    case .year: "a year as YYYY"
    case .yearmonth: "a month as YYYY-MM"
    case .duration: "a duration as P1Y2M3DT4H5M6S"
    case .object: "a JSON object"
    case .array: "a JSON array"
    case .geopoint(.pair): "a longitude and a latitude as 90.5, 45.5"
    case .geopoint(.array): "a longitude and a latitude as [90.5, 45.5]"
    case .geopoint(.object): "a longitude and a latitude as {\"lon\": 90.5, \"lat\": 45.5}"
    }
  }
}

extension NumberForm {
  fileprivate var expectation: String {
    var text = ""
    if decimal != Self.plain.decimal { text += " with the decimal character \(quoted(decimal))" }
    if !group.isEmpty { text += " with or without groups of three by \(quoted(group))" }
    if !isBare { text += ", alone or with a unit such as % or EUR" }
    return text
  }

  private func quoted(_ character: [UInt8]) -> String {
    "\"\(String(decoding: character, as: UTF8.self))\""
  }
}

extension [String] {
  /// The texts as a choice: `a, b or c`.
  var listed: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or \(self[count - 1])"
  }
}
