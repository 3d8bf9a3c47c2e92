/// The header fields of a request, found by name in any case.
public struct HTTPHeaders: Sendable {
  private var fields: [String: [String]] = [:]

  init() {}

  init(_ values: [(name: String, value: String)]) {
    for (name, value) in values { fields[Self.folded(name), default: []].append(value) }
  }

  /// The value of a field; repeated ones are joined by commas, and absent is nil.
  public subscript(name: String) -> String? {
    let values = values(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// The values of a field as they came, one for each time it was sent.
  ///
  /// Gateways other than REST join repeated fields by commas before the function sees them.
  public func values(_ name: String) -> [String] {
    fields[Self.folded(name)] ?? []
  }

  static func folded(_ name: String) -> String {
    guard name.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else { return name }
    return String(
      decoding: name.utf8.map { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
      }, as: UTF8.self)
  }
}
