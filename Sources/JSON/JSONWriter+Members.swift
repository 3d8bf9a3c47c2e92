extension JSONWriter {
  /// Writes a key and a number without a fraction.
  package mutating func member(_ name: String, _ value: some BinaryInteger) {
    key(name)
    integer(value)
  }

  /// Writes a key and `true` or `false`.
  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  /// Writes a key and a list of strings.
  package mutating func member(_ name: String, _ values: [String]) {
    key(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  /// Writes an object of strings.
  package mutating func object(_ members: [(name: String, value: String)]) {
    beginObject()
    for (name, value) in members { member(name, value) }
    endObject()
  }
}
