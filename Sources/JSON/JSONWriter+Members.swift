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
    object { json in for (name, value) in members { json.member(name, value) } }
  }

  /// Writes an object whose members the body writes; with its key, if it has one.
  package mutating func object(
    _ name: String? = nil, _ members: (inout JSONWriter) throws -> Void
  ) rethrows {
    if let name { key(name) }
    beginObject()
    try members(&self)
    endObject()
  }

  /// Writes a key and a list whose elements the body writes.
  package mutating func array(
    _ name: String, _ elements: (inout JSONWriter) throws -> Void
  ) rethrows {
    key(name)
    beginArray()
    try elements(&self)
    endArray()
  }
}
