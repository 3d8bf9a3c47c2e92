package import CSVFiles

/// What `sluice infer` is to do.
package struct InferRequest: Sendable, Equatable {
  package var file: String
  package var options = InferenceOptions()
  /// The Data Package to add the dataset to; else one is printed.
  package var target: String?
  /// Whether a dataset of the same name is replaced there.
  package var isForced = false

  package init(_ file: String) { self.file = file }
}
