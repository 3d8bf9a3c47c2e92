internal import LambdaEvents

/// The values of a call's parameters, each checked against what its route declares.
struct Arguments: Sendable {
  private var values: [String: String]
  /// The query's items whose names are columns of the table, of a route that filters by columns.
  private(set) var columnItems: [QueryItem] = []

  /// Takes the values; names that the route does not know are refused, not ignored.
  init(_ request: APIRequest, _ route: Route, path: [String: String]) throws {
    values = path
    for parameter in route.parameters where parameter.place == .path {
      if let value = path[parameter.name] { try parameter.check(value) }
    }
    let known = route.parameters.filter { $0.place == .query }
    for item in try request.query {
      guard let parameter = known.first(where: { $0.name == item.name }) else {
        guard route.takesColumns else { throw Self.unknown(item.name, known) }
        columnItems.append(item)
        continue
      }
      guard values[item.name] == nil else {
        throw Problem(
          .badRequest, "The query parameter \"\(item.name)\" stands more than once.")
      }
      try parameter.check(item.value)
      values[item.name] = item.value
    }
    for parameter in known where values[parameter.name] == nil {
      values[parameter.name] = parameter.fallback
    }
  }

  private static func unknown(_ name: String, _ known: [Parameter]) -> Problem {
    Problem(
      .badRequest, "The query parameter \"\(name)\" is not known here.",
      hint: known.isEmpty
        ? "This route takes none."
        : "This route takes \(known.map(\.name).joined(separator: ", ")).")
  }

  /// The value of a parameter, its default, or nil when it has neither.
  subscript(name: String) -> String? { values[name] }

  /// The value of an integer parameter; the bounds were checked.
  func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

  /// The value of a parameter that is always there: in the path, or with a default.
  func required(_ name: String) throws(Problem) -> String {
    guard let value = values[name] else {
      throw Problem(.badRequest, "The query parameter \"\(name)\" is missing.")
    }
    return value
  }
}

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
