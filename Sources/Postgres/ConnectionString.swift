internal import CLibpq
internal import System

/// Takes connection strings apart with libpq's own parser.
enum ConnectionString {
  /// The options a string names; the corresponding C function is `PQconninfoParse`.
  ///
  /// - Throws: An explanation without any part of the string that could be secret.
  static func parse(_ text: String) throws(PostgresError) -> [PostgresSettings.Option] {
    let parts = text.pieces(between: "://")
    if parts.count > 1 {
      let scheme = parts[0]
      guard scheme == "postgresql" || scheme == "postgres" || scheme.contains("=") else {
        throw PostgresError(.setting, "DATABASE_URL should begin with postgresql://")
      }
    } else if !text.contains("=") {
      throw PostgresError(
        .setting, "DATABASE_URL should hold postgresql://user:password@host:port/database")
    }
    guard !text.utf8.contains(0) else {
      throw PostgresError(.setting, "DATABASE_URL holds a NUL character")
    }
    var reason: UnsafeMutablePointer<CChar>?
    guard let list = unsafe PQconninfoParse(text, &reason) else {
      let why = unsafe reason.map { unsafe Diagnostics.oneLine(String(cString: $0)) }
      unsafe PQfreemem(reason)
      throw PostgresError(
        .setting, "DATABASE_URL is malformed: \(explain(why ?? "out of memory", of: text))")
    }
    defer { unsafe PQconninfoFree(list) }
    var options: [PostgresSettings.Option] = []
    var item = unsafe list
    while let keyword = unsafe item.pointee.keyword {
      if let value = unsafe item.pointee.val {
        unsafe options.append(
          PostgresSettings.Option(
            keyword: String(cString: keyword), value: String(cString: value)))
      }
      unsafe item += 1
    }
    return options
  }

  /// libpq's reason without its quotations, which can be any part of the string.
  private static func explain(_ reason: String, of text: String) -> String {
    let unknown = "invalid URI query parameter: \""
    // The name of an unknown option helps, and is no secret when it does stand after the `?`.
    if reason.hasPrefix(unknown), let query = text.lastIndex(of: "?"),
      !text[query...].contains("@")
    {
      return reason
    }
    return reason.withValueHidden
  }
}
