extension RowBuffer {
  /// Appends one column of type `text[]`.
  package mutating func appendTextArray(_ elements: [String]) {
    let start = beginArray(of: 25, count: elements.count)
    for element in elements { appendText(element) }
    endArray(from: start)
  }

  /// Appends one column of type `integer[]`.
  package mutating func appendInt32Array(_ elements: [Int32]) {
    let start = beginArray(of: 23, count: elements.count)
    for element in elements { appendInteger(element) }
    endArray(from: start)
  }

  /// Begins an array: its number of dimensions, no NULLs, the type's OID, length and lower bound.
  private mutating func beginArray(of type: Int32, count elements: Int) -> Int {
    reserve(24)
    let start = count
    append(Int32(0))
    append(Int32(elements == 0 ? 0 : 1))
    append(Int32(0))
    append(type)
    if elements > 0 {
      append(Int32(elements))
      append(Int32(1))
    }
    return start
  }

  private mutating func endArray(from start: Int) {
    setLength(Int32(count - start - 4), at: start)
  }
}
