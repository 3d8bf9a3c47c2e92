internal import System

/// Holds the header fields of a message in their order, repeated ones included.
public struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// Names one field and its value.
  public struct Field: Sendable, Equatable {
    /// The name as it was spelled.
    public let name: String
    /// The value without surrounding white space.
    public let value: String
  }

  /// The fields in the order they came in.
  public private(set) var fields: [Field] = []

  /// Makes a list of no fields.
  public init() {}

  /// Makes a list from names and values.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }

  /// Makes a list from names and values.
  public init(_ fields: [(String, String)]) {
    self.fields = fields.map { Field(name: $0.0, value: $0.1) }
  }

  /// Returns the first value of a name, whatever its case.
  public subscript(name: String) -> String? {
    fields.first { equalIgnoringCase($0.name, name) }?.value
  }

  /// Returns every value of a name, whatever its case.
  public func all(_ name: String) -> [String] {
    fields.filter { equalIgnoringCase($0.name, name) }.map(\.value)
  }

  /// Adds a field after the others.
  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Puts a value in the place of all values of a name.
  public mutating func replace(_ name: String, _ value: String) {
    fields.removeAll { equalIgnoringCase($0.name, name) }
    append(name, value)
  }
}

/// Says whether two names differ at most in the case of ASCII letters.
func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
  guard left.utf8.count == right.utf8.count else { return false }
  return zip(left.utf8, right.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
}
