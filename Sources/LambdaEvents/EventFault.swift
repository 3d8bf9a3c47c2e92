internal import JSON

/// A part of an event that could not be used, with its place and what was expected there.
///
/// It never contains a value of the event, so it can be logged and shown.
public struct EventFault: Error, Equatable, Sendable {
  /// The kinds of fault that a caller can tell apart.
  public enum Code: Equatable, Sendable {
    /// The text is not JSON.
    case malformedJSON
    /// The JSON has none of the known shapes.
    case unknownShape
    /// The shape is known, but a required value is missing or of the wrong kind.
    case unexpectedValue
  }

  /// The kind of fault.
  public let code: Code
  /// The place, such as `body.Records[0].s3.object.key`.
  public let path: String
  /// What should have stood there, as a noun phrase.
  public let expected: String
}

extension EventFault: CustomStringConvertible {
  /// The place and what was expected there, as one sentence without a full stop.
  public var description: String {
    switch code {
    case .malformedJSON: "\(path) is not valid JSON: it should be \(expected)"
    case .unknownShape, .unexpectedValue: "\(path) should be \(expected)"
    }
  }
}

extension EventFault {
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
