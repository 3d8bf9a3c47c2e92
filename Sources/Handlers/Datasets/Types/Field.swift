internal import JSON

extension Dataset {
  /// A field of the file, in the schema's order.
  package struct Field: Sendable {
    package let name: String
    package let type: FieldType
    package let traits: TypeTraits
    package internal(set) var constraints: FieldConstraints
    /// The texts that stand for no value.
    package let missingValues: [[UInt8]]

    package var isRequired: Bool { constraints.isRequired }

    init(
      name: String, type: FieldType, constraints: FieldConstraints, missingValues: [[UInt8]]
    ) {
      (self.name, self.type, traits) = (name, type, type.traits)
      (self.constraints, self.missingValues) = (constraints, missingValues)
    }
  }
}

extension Dataset.Field {
  /// Appends a value with its length, by the field's type and constraints.
  ///
  /// - Returns: Why it is refused, with anything appended; nil when it is not.
  package func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, isClean: Bool, to rows: inout RowBuffer
  ) -> RejectCode? {
    if !isClean, type.isString, unsafe Bytes.hasNUL(bytes, count) { return .nulByte }
    let lengthAt = rows.count
    rows.append(Int32(0))
    guard unsafe type.append(bytes, count, to: &rows) else { return unsafe refusal(bytes, count) }
    rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
    if constraints.checksNoValue { return nil }
    return rows.withBytes { written in
      unsafe broken(bytes, count, encoded: written.extracting((lengthAt + 4)...))
    }
  }

  /// Why the type took no value: an integer beyond its column is one beyond its bounds, too.
  private func refusal(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> RejectCode {
    guard case .integer(let form, .four) = type, let value = unsafe form.integer(bytes, count)
    else { return .type }
    return value < constraints.integerRange.lowerBound ? .minimum : .maximum
  }

  /// Whether one text alone would pass as a value of the field's type.
  package func converts(_ text: [UInt8]) -> Bool { type.encoded(text) != nil }

  /// Judges a value that its type took by the field's constraints.
  ///
  /// - Parameters:
  ///   - bytes: The field's text without escapes.
  ///   - count: The text's length.
  ///   - encoded: The value in the column's binary form.
  /// - Returns: Which constraint it breaks, or nil when it keeps to all.
  private func broken(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, encoded: Span<UInt8>
  ) -> RejectCode? {
    if encoded.count > constraints.maximumBytes { return .tooLongForKey }
    if constraints.lengths != 0...Int.max {
      let length = unsafe length(bytes, count)
      if length < constraints.lengths.lowerBound { return .minLength }
      if length > constraints.lengths.upperBound { return .maxLength }
    }
    if let order = traits.order {
      if let low = constraints.minimum, order.compare(encoded, low.encoded.span) < 0 {
        return .minimum
      }
      if let high = constraints.maximum, order.compare(encoded, high.encoded.span) > 0 {
        return .maximum
      }
    }
    if let pattern = constraints.pattern, unsafe !pattern.matches(bytes, count) { return .pattern }
    if let allowed = constraints.allowed, !allowed.contains(encoded) { return .notAllowed }
    return nil
  }

  /// Unicode scalars of a text, members of an object, elements of an array.
  private func length(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    switch traits.lengthUnit {
    case .members: return unsafe JSONBText.count(bytes, count, of: .object) ?? 0
    case .elements: return unsafe JSONBText.count(bytes, count, of: .array) ?? 0
    case .characters, nil:
      var scalars = 0
      for index in 0..<count where unsafe bytes[index] & 0xc0 != 0x80 { scalars += 1 }
      return scalars
    }
  }

  /// Why one text, without its escapes, is refused; nil when it is not.
  package func fault(of text: [UInt8]) -> RejectCode? {
    if missingValues.contains(text) { return isRequired ? .missing : nil }
    var rows = RowBuffer(capacity: 64)
    rows.reserve(4 + 2 * text.count + type.extraBytes)
    return unsafe Bytes.lend(text.span) { unsafe append($0, $1, isClean: true, to: &rows) }
  }
}

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
    guard case .integer = type else { return traits.expectation }
    let range = constraints.integerRange
    return "\(traits.expectation) from \(range.lowerBound) to \(range.upperBound)"
  }

  private var lengthUnit: String { traits.lengthUnit?.rawValue ?? "characters" }
}
