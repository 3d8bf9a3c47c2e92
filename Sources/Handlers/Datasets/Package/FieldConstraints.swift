/// What a field's values have to keep to beyond their type, as Table Schema's `constraints` say.
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
  /// The bytes that a value may have in the column's binary form, because an index has to hold it.
  package var maximumBytes = Int.max

  /// The least or greatest value in the column's binary form, with its text for messages.
  package struct Bound: Sendable, Equatable {
    package let text: String
    let encoded: [UInt8]
  }

  /// Whether only `required` and `unique` are left to ask for, which no value is judged by.
  var judgesNoValue: Bool { minimum == nil && maximum == nil && judgesBoundsAtMost }

  /// Whether a value is judged by nothing, or only by its bounds.
  var judgesBoundsAtMost: Bool {
    lengths == 0...Int.max && pattern == nil && allowed == nil && maximumBytes == Int.max
  }

  /// The bounds of an integer field.
  package var integerRange: ClosedRange<Int64> {
    let low = minimum.map { WholeNumber.decoded($0.encoded.span) } ?? .min
    let high = maximum.map { WholeNumber.decoded($0.encoded.span) } ?? .max
    return low <= high ? low...high : low...low
  }
}
