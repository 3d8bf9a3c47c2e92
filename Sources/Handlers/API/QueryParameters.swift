internal import LambdaEvents

extension APIRequest {
  /// Refuses query parameters that the route does not know: a misspelt one must not be ignored.
  func refuseParameters(except known: [String]) throws {
    for item in try query where !known.contains(item.name) {
      throw Problem(
        .badRequest,
        "The query parameter \"\(item.name)\" is not known here; expected "
          + (known.isEmpty ? "none." : known.joined(separator: ", ") + "."))
    }
  }

  /// The one value of a query parameter, or nil when it is absent.
  func parameter(_ name: String) throws -> String? {
    let values = try query.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else {
      throw Problem(.badRequest, "The query parameter \"\(name)\" stands more than once.")
    }
    return values.first
  }

  /// A query parameter as an integer within bounds.
  func integer(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int
  ) throws -> Int {
    guard let text = try parameter(name) else { return fallback }
    guard let value = Int(text), range.contains(value) else {
      throw Problem(
        .badRequest,
        "The query parameter \"\(name)\" must be an integer from \(range.lowerBound) to "
          + "\(range.upperBound).")
    }
    return value
  }
}
