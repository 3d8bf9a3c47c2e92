/// The constraints of Table Schema on a field's values, beyond their type.
package struct FieldConstraints: Sendable, Equatable {
  package var isRequired = false
  /// Whether no two rows of the table may have the same value.
  package var isUnique = false
  package var minimum: Bound?
  package var maximum: Bound?
  /// Unicode scalars of a text, members of an object, elements of an array.
  package var lengths = 0...Int.max
  package var pattern: TextPattern?
  package var allowed: AllowedValues?
  /// The maximum bytes of a value in the column's binary form, for the sake of an index.
  package var maximumBytes = Int.max

  /// The least or greatest value in the column's binary form, with its text for messages.
  package struct Bound: Sendable, Equatable {
    package let text: String
    let encoded: [UInt8]
  }

  /// Whether no value needs to be validated: `required` and `unique` do not depend on it.
  var checksNoValue: Bool { minimum == nil && maximum == nil && checksBoundsAtMost }

  /// Whether at most bounds need to be validated.
  var checksBoundsAtMost: Bool {
    lengths == 0...Int.max && pattern == nil && allowed == nil && maximumBytes == Int.max
  }

  /// The bounds of an integer field.
  package var integerRange: ClosedRange<Int64> {
    let low = minimum.map { WholeNumber.decoded($0.encoded.span) } ?? .min
    let high = maximum.map { WholeNumber.decoded($0.encoded.span) } ?? .max
    return low <= high ? low...high : low...low
  }
}

/// The values that `enum` allows, in the binary form of the column.
package struct AllowedValues: Sendable, Equatable {
  /// In the order of ``order(_:_:)``.
  private let values: [[UInt8]]
  package let texts: [String]
  /// Whether two bytes of the form are a number's scale, which does not matter: 1.0 equals 1.
  private let isNumber: Bool

  init(_ values: [(text: String, encoded: [UInt8])], of type: FieldType) {
    let isNumber = type.traits.order == .numeric
    self.isNumber = isNumber
    texts = values.map(\.text)
    self.values = values.map(\.encoded).sorted { one, other in
      Self.order(one.span, other.span, isNumber) < 0
    }
  }

  /// The values as declared, as many as fit in a message.
  package var list: String {
    texts.count > 10 ? texts.prefix(10).joined(separator: ", ") + ", …" : texts.listed
  }

  /// Whether a value in the column's binary form is one of them.
  func contains(_ encoded: Span<UInt8>) -> Bool {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      let value = values[middle]
      let order = Self.order(value.span, encoded, isNumber)
      if order == 0 { return true }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return false
  }

  /// Any total order suffices for the search: by length, then by bytes.
  private static func order(_ one: Span<UInt8>, _ other: Span<UInt8>, _ isNumber: Bool) -> Int {
    guard one.count == other.count else { return one.count - other.count }
    for index in one.indices where one[index] != other[index] {
      if isNumber && (index == 6 || index == 7) { continue }
      return Int(one[index]) - Int(other[index])
    }
    return 0
  }
}

extension [String] {
  /// The texts as a choice: `a, b or c`.
  var listed: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or \(self[count - 1])"
  }
}
