/// What is known of a file beforehand.
package struct InferenceOptions: Sendable, Equatable {
  /// The dataset's name; else it is made of the file's.
  package var name: String?
  /// The table; else it is called as the dataset is.
  package var table: String?
  /// The columns of the primary key, as the header or the schema names them; else it is looked for.
  package var key: [String] = []
  /// Whether the first record names the columns; else it is guessed.
  package var hasHeader: Bool?
  /// How many bytes of the file to read; else all.
  package var limit: Int?

  package init() {}
}

/// A file that no dataset can be made of.
package struct InferenceFault: Error, CustomStringConvertible {
  package let description: String
}
