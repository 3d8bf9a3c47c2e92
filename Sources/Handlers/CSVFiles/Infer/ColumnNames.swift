internal import Datasets

internal import CSVLoad

/// The names of a file's columns in a form that a schema allows.
struct ColumnNames {
  private static let longest = 63

  let names: [String]
  /// The header's text, if it differs.
  let titles: [String?]
  /// Whether the names match a header with these titles, so that its columns may be reordered.
  let matchesHeader: Bool

  /// Makes names from a header's values, or by position if there is none.
  init(header: [[UInt8]]?, count: Int) {
    guard let header else {
      names = (1...max(count, 1)).map { "column_\($0)" }
      titles = names.map { _ in nil }
      matchesHeader = false
      return
    }
    var names: [String] = []
    var matches = true
    for (index, bytes) in header.enumerated() {
      let title = String(decoding: bytes, as: UTF8.self)
      let clean = CleanName.made(of: title)
      var name = clean ?? "column_\(index + 1)"
      if name.hasPrefix("sluice_") { name = "x_" + name }
      name = Self.cut(name, to: Self.longest)
      var number = 2
      let base = name
      while names.contains(name) {
        name = Self.cut(base, to: Self.longest - 5) + "_\(number)"
        number += 1
      }
      if name != clean { matches = false }
      names.append(name)
    }
    self.names = names
    titles = zip(header, names).map { bytes, name in
      let title = String(decoding: bytes, as: UTF8.self)
      return title == name || title.isEmpty ? nil : title
    }
    matchesHeader = matches
  }

  /// The first bytes of a name, without splitting a character.
  static func cut(_ name: String, to bytes: Int) -> String {
    var cut = name
    while cut.utf8.count > bytes { cut.unicodeScalars.removeLast() }
    return cut
  }
}
