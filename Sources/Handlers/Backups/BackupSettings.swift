package import LambdaRuntime

/// Where backups go and how many are kept.
package struct BackupSettings: Sendable {
  /// The first bucket of `SLUICE_BUCKETS`.
  let bucket: String?
  /// How many of a table are kept; 0 is all of them.
  let retention: Int

  private static let usualRetention = 7

  package init(bucket: String?, variables: EnvironmentVariables) throws(SettingError) {
    self.bucket = bucket
    guard let text = variables["BACKUP_RETENTION"], !text.isEmpty else {
      retention = Self.usualRetention
      return
    }
    guard let number = Int(text), (0...1_000_000).contains(number) else {
      throw SettingError(
        variable: "BACKUP_RETENTION",
        expected: "how many backups of a table are kept, as 7, or 0 for all of them")
    }
    retention = number
  }
}
