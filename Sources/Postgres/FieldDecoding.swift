/// Fields by their numbers, for callers that do not read a row in order yet.
extension PostgresResult {
  /// The text of a field that is not NULL.
  public func text(row: Int, column: Int) throws(PostgresError) -> String {
    var field = try field(row, column)
    return try field.text()
  }

  /// The text of a field, nil for NULL.
  public func textIfPresent(row: Int, column: Int) throws(PostgresError) -> String? {
    var field = try field(row, column)
    return try field.textIfPresent()
  }

  /// The whole number in a field that is not NULL.
  public func int(row: Int, column: Int) throws(PostgresError) -> Int {
    var field = try field(row, column)
    return try field.int()
  }

  /// The whole number in a field, nil for NULL.
  public func intIfPresent(row: Int, column: Int) throws(PostgresError) -> Int? {
    var field = try field(row, column)
    return try field.intIfPresent()
  }

  /// The truth value in a field that is not NULL.
  public func bool(row: Int, column: Int) throws(PostgresError) -> Bool {
    var field = try field(row, column)
    return try field.bool()
  }

  private func field(_ row: Int, _ column: Int) throws(PostgresError) -> PostgresRow {
    guard row >= 0, row < rowCount else {
      throw PostgresError(.value, "the result has no row \(row); it has \(rowCount)")
    }
    return unsafe PostgresRow(of: handle, row, column: column)
  }
}
