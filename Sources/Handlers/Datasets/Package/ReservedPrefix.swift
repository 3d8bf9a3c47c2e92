/// Key prefixes of objects that Sluice writes itself; what lies under them is never loaded.
package enum ReservedPrefix {
  /// The rejected records of loads.
  package static let rejects = "rejected/"
  /// The backups of tables.
  package static let backups = "backups/"
}
