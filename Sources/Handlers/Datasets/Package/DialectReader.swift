internal import CSV
internal import JSON

/// Reads a CSV Dialect, as <https://specs.frictionlessdata.io/csv-dialect/> defines it.
struct DialectReader {
  private(set) var dialect = CSVDialect()
  private(set) var hasHeader = true
  private(set) var isHeaderCaseSensitive = false
  /// A text that means a missing value, in addition to those of the schema.
  private(set) var nullSequence: String?

  init(_ object: inout DescriptorObject) throws(DataPackageFault) {
    if let delimiter = try Self.byte("delimiter", &object) { dialect.delimiter = delimiter }
    if let quote = try object.string("quoteChar") {
      // An empty one means that nothing is quoted, as in Python's csv module.
      dialect.quote = quote.isEmpty ? nil : try Self.byte(quote, "quoteChar", object)
    }
    dialect.escape = try Self.byte("escapeChar", &object)
    dialect.comment = try Self.byte("commentChar", &object)
    dialect.doubleQuote = try object.bool("doubleQuote") ?? true
    dialect.skipInitialSpace = try object.bool("skipInitialSpace") ?? false
    hasHeader = try object.bool("header") ?? true
    isHeaderCaseSensitive = try object.bool("caseSensitiveHeader") ?? false
    nullSequence = try object.string("nullSequence")
    // Every line end is accepted, whichever one is declared.
    if let end = try object.string("lineTerminator"), !["\n", "\r\n", "\r"].contains(end) {
      throw object.fault("dialect lineTerminator: expected \\n, \\r\\n or \\r")
    }
    object.ignore("$schema", "profile", "csvddfVersion")
    try object.finish()
    try refuseAmbiguity(object)
  }

  /// The dialect of a resource that declares none.
  init() {}

  private func refuseAmbiguity(_ object: DescriptorObject) throws(DataPackageFault) {
    let special = [dialect.delimiter, dialect.quote, dialect.escape, dialect.comment]
      .compactMap { $0 }
    guard Set(special).count == special.count else {
      throw object.fault(
        "dialect: expected delimiter, quoteChar, escapeChar and commentChar to differ")
    }
    guard !dialect.skipInitialSpace || !special.contains(0x20) else {
      throw object.fault("dialect skipInitialSpace: expected no other role for the space")
    }
    if let escape = dialect.escape, let nullSequence, nullSequence.utf8.contains(escape) {
      throw object.fault("dialect nullSequence: expected none that holds the escapeChar")
    }
  }

  private static func byte(
    _ key: String, _ object: inout DescriptorObject
  ) throws(DataPackageFault) -> UInt8? {
    guard let text = try object.string(key) else { return nil }
    return try byte(text, key, object)
  }

  private static func byte(
    _ text: String, _ key: String, _ object: DescriptorObject
  ) throws(DataPackageFault) -> UInt8 {
    guard text.utf8.count == 1, let byte = text.utf8.first, byte != 10, byte != 13, byte < 128
    else {
      throw object.fault(
        "dialect \(key) \"\(text)\": expected one ASCII character, no line end")
    }
    return byte
  }
}
