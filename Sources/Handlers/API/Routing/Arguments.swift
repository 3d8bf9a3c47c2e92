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
