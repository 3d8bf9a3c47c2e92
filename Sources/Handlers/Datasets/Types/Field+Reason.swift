extension Dataset.Field {
  /// Why a value of the field is refused: says what was expected, and never holds the value.
  package func reason(_ code: RejectCode) -> String {
    switch code {
    case .missing: "\(name) is missing; expected \(expectation)"
    case .type: "\(name) is not \(expectation)"
    case .minimum: "\(name) is below its minimum, \(constraints.minimum?.text ?? "")"
    case .maximum: "\(name) is above its maximum, \(constraints.maximum?.text ?? "")"
    case .minLength: "\(name) is shorter than \(constraints.lengths.lowerBound) \(lengthUnit)"
    case .maxLength: "\(name) is longer than \(constraints.lengths.upperBound) \(lengthUnit)"
    case .pattern: "\(name) does not match the pattern \(constraints.pattern?.text ?? "")"
    case .notAllowed: "\(name) is none of \(constraints.allowed?.list ?? "")"
    case .tooLongForKey:
      "\(name) is longer than the \(constraints.maximumBytes) bytes that its index can hold"
    case .notUnique: "\(name) is that of an earlier record or of another row, and has to be unique"
    case .nulByte: "\(name) holds a NUL byte, which text cannot"
    case .duplicateKey, .tooFewFields, .tooManyFields, .invalidUTF8, .quoting, .recordTooLong:
      "\(name) cannot be read"
    }
  }

  /// What the field has to look like, with the bounds of an integer.
  private var expectation: String {
    guard case .integer = type else { return type.expectation }
    let range = constraints.integerRange
    return "\(type.expectation) from \(range.lowerBound) to \(range.upperBound)"
  }

  private var lengthUnit: String {
    switch type {
    case .object: "members"
    case .array: "elements"
    default: "characters"
    }
  }
}
