/// Names as SQL likes them, made of those that people write: `Country Name (ISO)` is `country_name_iso`.
package enum CleanName {
  /// Lower case, with one `_` for whatever stands between letters and digits; nil when nothing is left.
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
}
