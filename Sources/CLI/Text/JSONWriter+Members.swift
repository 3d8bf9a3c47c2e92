import JSON

extension JSONWriter {
  /// Writes a member that is a string.
  mutating func pair(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes an object of strings.
  mutating func object(_ pairs: [(name: String, value: String)]) {
    beginObject()
    for (name, value) in pairs { pair(name, value) }
    endObject()
  }

  /// Writes a member that is a list of strings.
  mutating func strings(_ name: String, _ values: [String]) {
    key(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }
}
