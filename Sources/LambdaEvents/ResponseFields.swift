/// The header fields of a response, with the values of one name gathered.
struct ResponseFields {
  /// One name, spelt as it first came, and its values.
  struct Field {
    let name: String
    let folded: String
    var values: [String]
  }

  private(set) var all: [Field] = []

  init(_ headers: [(name: String, value: String)]) {
    for (name, value) in headers {
      let folded = HTTPHeaders.folded(name)
      if let index = all.firstIndex(where: { $0.folded == folded }) {
        all[index].values.append(Self.singleLine(value))
      } else {
        all.append(Field(name: name, folded: folded, values: [Self.singleLine(value)]))
      }
    }
  }

  /// Takes out the field of a name, given in lower case.
  mutating func remove(_ folded: String) -> [String] {
    guard let index = all.firstIndex(where: { $0.folded == folded }) else { return [] }
    return all.remove(at: index).values
  }

  /// Takes out the fields that have more than one value.
  mutating func removeRepeated() -> [Field] {
    let repeated = all.filter { $0.values.count > 1 }
    all.removeAll { $0.values.count > 1 }
    return repeated
  }

  /// Puts a space for what would end the field, as RFC 9110 has it (section 5.5).
  private static func singleLine(_ value: String) -> String {
    guard value.utf8.contains(where: isLineBreak) else { return value }
    return String(decoding: value.utf8.map { isLineBreak($0) ? 0x20 : $0 }, as: UTF8.self)
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D || byte == 0
  }
}
