extension Dataset.Field {
  /// Why one text, without its escapes, is refused; nil when it is not.
  func fault(of text: [UInt8]) -> RejectCode? {
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
