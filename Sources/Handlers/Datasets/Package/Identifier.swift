/// Names of tables and columns that stand in SQL and in messages.
enum Identifier {
  /// Refuses names that PostgreSQL would cut, or that could not be typed.
  static func check(
    _ name: String, of kind: String, in resource: String?
  ) throws(DataPackageFault) {
    let isPlain = name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
        || byte == 95 || byte >= 128 || byte == 32 || byte == 45
    }
    guard isPlain, !name.isEmpty, name.utf8.count <= 63, !name.hasPrefix("sluice_") else {
      throw DataPackageFault(
        resource: resource, field: kind == "table" ? nil : name,
        "the \(kind) name \"\(name)\": expected 1 to 63 bytes of letters, digits, _, - or spaces, "
          + "not beginning with sluice_")
    }
  }
}
