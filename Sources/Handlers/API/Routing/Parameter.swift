/// A parameter that a route takes in its path or its query.
struct Parameter: Sendable {
  enum Place: String, Sendable { case path, query }

  /// What its values may be.
  enum Kind: Sendable {
    case integer(ClosedRange<Int>)
    /// Text of at most so many Unicode scalars, as JSON Schema counts them.
    case text(longest: Int)
    case choice([String])
    /// A date as 2026-01-31.
    case day
  }

  let name: String
  let place: Place
  let kind: Kind
  /// The value that counts when there is none.
  let fallback: String?
  let about: String
  /// Whether the OpenAPI document tells of it; what only the API can make up is not told of.
  var isDocumented = true

  static func query(
    _ name: String, _ kind: Kind, default fallback: String? = nil, _ about: String,
    isDocumented: Bool = true
  ) -> Parameter {
    Parameter(
      name: name, place: .query, kind: kind, fallback: fallback, about: about,
      isDocumented: isDocumented)
  }

  static func path(_ name: String, _ kind: Kind, _ about: String) -> Parameter {
    Parameter(name: name, place: .path, kind: kind, fallback: nil, about: about)
  }

  /// Refuses a value that is none of the parameter's.
  func check(_ value: String) throws(Problem) {
    switch kind {
    case .integer(let range):
      guard let number = Int(value), range.contains(number) else {
        throw refusal("must be an integer from \(range.lowerBound) to \(range.upperBound).")
      }
    case .text(let longest):
      guard value.unicodeScalars.count <= longest else {
        throw refusal("must have at most \(longest) characters.")
      }
      guard !value.utf8.contains(0) else { throw refusal("must not hold a NUL character.") }
    case .choice(let values):
      guard values.contains(value) else {
        throw refusal("must be one of \(values.joined(separator: ", ")).")
      }
    case .day:
      guard FilterValue.isValid(value, .date) else {
        throw refusal("must be \(ColumnType.date.expectation).")
      }
    }
  }

  /// The characters that a cursor has at most.
  static let longestCursor = 8192

  /// Where the page before ended; only the API can make one up.
  static let cursor = Parameter.query(
    "cursor", .text(longest: longestCursor), "Where the page before ended.", isDocumented: false)

  private func refusal(_ rule: String) -> Problem {
    // A path that cannot be is the path of nothing.
    Problem(
      place == .path ? .unknownRoute : .badRequest, "The \(place) parameter \"\(name)\" \(rule)")
  }
}
