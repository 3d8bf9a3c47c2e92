/// The values that `enum` allows, in the binary form of the column.
package struct AllowedValues: Sendable, Equatable {
  /// In the order of ``order(_:_:)``.
  private let values: [[UInt8]]
  package let texts: [String]
  /// Whether two bytes of the form hold a number's scale, which makes no difference: 1.0 is 1.
  private let isNumber: Bool

  init(_ values: [(text: String, encoded: [UInt8])], of type: FieldType) {
    if case .number = type { isNumber = true } else { isNumber = false }
    texts = values.map(\.text)
    let isNumber = isNumber
    self.values = values.map(\.encoded).sorted { one, other in
      Self.order(one.span, other.span, isNumber) < 0
    }
  }

  /// The values as they were declared, as far as a message has room for them.
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

  /// Some order, which is all that finding needs: shorter ones first, then by their bytes.
  private static func order(_ one: Span<UInt8>, _ other: Span<UInt8>, _ isNumber: Bool) -> Int {
    guard one.count == other.count else { return one.count - other.count }
    for index in one.indices where one[index] != other[index] {
      if isNumber && (index == 6 || index == 7) { continue }
      return Int(one[index]) - Int(other[index])
    }
    return 0
  }
}
