internal import JSON

/// Says what in an event could not be used, where, and what was expected there.
///
/// It never holds a value of the event, so it may be logged and shown.
public struct EventError: Error, Equatable, Sendable {
  /// The kinds of fault that a caller may want to tell apart.
  public enum Code: Equatable, Sendable {
    /// The text is no JSON.
    case malformedJSON
    /// The JSON is of none of the shapes that are known.
    case unknownShape
    /// The shape is known, but a value that is needed is missing or of another kind.
    case unexpectedValue
  }

  /// The kind of fault.
  public let code: Code
  /// The place, such as `body.Records[0].s3.object.key`.
  public let path: String
  /// What should have stood there, as a noun phrase.
  public let expected: String
}

extension EventError: CustomStringConvertible {
  /// The place and what was expected there, as one sentence without a full stop.
  public var description: String {
    switch code {
    case .malformedJSON: "\(path) is not valid JSON: it should be \(expected)"
    case .unknownShape, .unexpectedValue: "\(path) should be \(expected)"
    }
  }
}

extension EventError {
  /// Takes over the error of a JSON text that stands inside another one, at the place given.
  init(_ error: JSONError, inside place: String) {
    guard error.code != .malformed else {
      self.init(code: .malformedJSON, path: place, expected: ObjectSource.shapes)
      return
    }
    self.init(
      code: error.expected == ObjectSource.shapes ? .unknownShape : .unexpectedValue,
      path: Self.join(place, error.path), expected: error.expected)
  }

  static func join(_ outer: String, _ inner: String) -> String {
    if inner.isEmpty { return outer }
    return inner.hasPrefix("[") ? outer + inner : "\(outer).\(inner)"
  }
}
