/// Names of tables and columns, as used in SQL and messages.
enum Identifier {
  /// Rejects names that PostgreSQL would truncate or that are hard to type.
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

/// Names suitable for SQL, made from free text: `Country Name (ISO)` becomes `country_name_iso`.
package enum CleanName {
  /// Lower case, with one `_` for anything between letters and digits; nil if nothing is left.
  package static func made(of text: String) -> String? {
    var name: [UInt8] = []
    var isApart = false
    for byte in text.lowercased().utf8 {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, 0x80...0xFF:
        if isApart, !name.isEmpty { name.append(UInt8(ascii: "_")) }
        isApart = false
        name.append(byte)
      default: isApart = true
      }
    }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  /// A dataset's name made from a file's; never empty.
  package static func dataset(of text: String) -> String { made(of: text) ?? "data" }
}

/// Key prefixes of objects that Sluice writes itself, which are never loaded.
package enum ReservedPrefix {
  /// The rejected records of loads.
  package static let rejects = "rejected/"
  /// The backups of tables.
  package static let backups = "backups/"
}
