internal import JSON

extension Dataset.Field {
  /// Appends a value with its length, by the field's type and constraints.
  ///
  /// - Returns: Why it is refused, with anything appended; nil when it is not.
  package func append(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, isClean: Bool, to rows: inout RowBuffer
  ) -> RejectCode? {
    if !isClean, type.columnType == "text", unsafe Bytes.hasNUL(bytes, count) { return .nulByte }
    let lengthAt = rows.count
    rows.append(Int32(0))
    guard unsafe type.append(bytes, count, to: &rows) else { return unsafe refusal(bytes, count) }
    rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
    if constraints.judgesNoValue { return nil }
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
    if let low = constraints.minimum, type.order(encoded, low.encoded.span) < 0 { return .minimum }
    if let high = constraints.maximum, type.order(encoded, high.encoded.span) > 0 {
      return .maximum
    }
    if let pattern = constraints.pattern, unsafe !pattern.matches(bytes, count) { return .pattern }
    if let allowed = constraints.allowed, !allowed.contains(encoded) { return .notAllowed }
    return nil
  }

  /// Unicode scalars of a text, members of an object, elements of an array.
  private func length(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    switch type {
    case .object: return unsafe JSONBText.count(bytes, count, of: .object) ?? 0
    case .array: return unsafe JSONBText.count(bytes, count, of: .array) ?? 0
    default:
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
    return unsafe text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else {
        // An empty array has no address.
        var none: UInt8 = 0
        return unsafe append(&none, 0, isClean: true, to: &rows)
      }
      return unsafe append(start, bytes.count, isClean: true, to: &rows)
    }
  }
}
