/// An error that says where JSON text is not what was expected, and what was.
///
/// It never holds values of the text: an event may carry personal data, an error is logged.
public struct JSONError: Error, Sendable, Equatable {
  /// The kinds of trouble JSON text can have.
  public enum Code: Sendable, Equatable {
    /// The bytes are no JSON text at all.
    case malformed
    /// A key that is needed is not there.
    case missing
    /// A value is of another JSON type.
    case mismatch
    /// A value is null where null has no meaning.
    case null
    /// A value has the right type but no meaning to the one who reads it.
    case rejected
    /// A Swift value has no JSON form.
    case unencodable
  }

  /// The kind of trouble.
  public let code: Code
  /// The place, written as `Records[0].s3.object.key`; empty for the whole text.
  public let path: String
  /// What belongs there, as a noun phrase: `a string`.
  public let expected: String

  /// Creates an error at a path written out by the caller.
  public init(code: Code, path: String, expected: String) {
    self.code = code
    self.path = path
    self.expected = expected
  }

  /// Creates an error at the path a decoder or encoder has reached.
  public init(code: Code, path: [any CodingKey], expected: String) {
    self.init(code: code, path: Self.text(of: path), expected: expected)
  }

  /// Creates an error at a byte of a text that is no JSON.
  init(malformedAt position: Int, expected: String) {
    self.init(code: .malformed, path: "", expected: "\(expected) at byte \(position)")
  }

  private static func text(of path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
    return text
  }
}

extension JSONError: CustomStringConvertible {
  /// The place and what was expected there, as one sentence without a full stop.
  public var description: String {
    let place = path.isEmpty ? "the JSON text" : "\"\(path)\""
    return switch code {
    case .malformed: "the text is not valid JSON: there should be \(expected)"
    case .missing: "\(place) is missing: it should be \(expected)"
    case .null: "\(place) is null: it should be \(expected)"
    case .mismatch, .rejected: "\(place) should be \(expected)"
    case .unencodable: "\(place) has no JSON form: it should be \(expected)"
    }
  }
}

extension JSONError {
  // Descriptions that types give by themselves may quote the text, so they are not used.
  init(_ error: DecodingError) {
    switch error {
    case .typeMismatch(let type, let context):
      self.init(code: .mismatch, path: context.codingPath, expected: Self.noun(for: type))
    case .valueNotFound(let type, let context):
      self.init(code: .null, path: context.codingPath, expected: Self.noun(for: type))
    case .keyNotFound(let key, let context):
      self.init(code: .missing, path: context.codingPath + [key], expected: "a value")
    case .dataCorrupted(let context):
      self.init(code: .rejected, path: context.codingPath, expected: "a value in range")
    @unknown default:
      self.init(code: .rejected, path: "", expected: "another value")
    }
  }

  init(_ error: EncodingError) {
    switch error {
    case .invalidValue(_, let context):
      self.init(code: .unencodable, path: context.codingPath, expected: "a value JSON can hold")
    @unknown default:
      self.init(code: .unencodable, path: "", expected: "a value JSON can hold")
    }
  }

  private static func noun(for type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "an integer"
    case is any BinaryFloatingPoint.Type: "a number"
    case is [Any].Type: "an array"
    case is [String: Any].Type: "an object"
    default: "another value"
    }
  }
}
