/// What `sluice validate` is to do.
package struct ValidateRequest: Sendable, Equatable {
  /// How faults are printed.
  package enum Form: String, Sendable, CaseIterable {
    case text, json, csv
  }

  package var files: [String]
  package var package: String?
  package var dataset: String?
  /// How many faults of a file are listed; all of them are counted.
  package var most = Int.max
  package var form = Form.text

  package init(_ files: [String]) { self.files = files }
}
