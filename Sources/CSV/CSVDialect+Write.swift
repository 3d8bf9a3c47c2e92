extension CSVDialect {
  /// Appends a value as one field, in quotes when it needs them.
  ///
  /// Where nothing is quoted, what would end the field or the line becomes a space.
  public func append(_ value: Span<UInt8>, to output: inout [UInt8]) {
    var needsQuotes = value.count > 0 && startsSpecially(value[0])
    for index in value.indices where isSpecial(value[index]) { needsQuotes = true }
    guard needsQuotes else {
      unsafe value.withUnsafeBufferPointer { bytes in unsafe output += bytes }
      return
    }
    guard let quote else {
      for index in value.indices { output.append(isSpecial(value[index]) ? 0x20 : value[index]) }
      return
    }
    output.append(quote)
    for index in value.indices {
      let byte = value[index]
      if byte == escape {
        output.append(byte)
      } else if byte == quote {
        output.append(doubleQuote ? quote : escape ?? quote)
      }
      output.append(byte)
    }
    output.append(quote)
  }

  private func isSpecial(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == quote || byte == escape || byte == 0x0A || byte == 0x0D
  }

  private func startsSpecially(_ first: UInt8) -> Bool {
    first == comment || skipInitialSpace && first == 0x20
  }
}
