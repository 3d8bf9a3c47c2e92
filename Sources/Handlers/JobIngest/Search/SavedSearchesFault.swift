internal import LambdaRuntime

/// A `searches.json` that cannot be used, told by search and key.
package struct SavedSearchesFault: FunctionError, Equatable {
  /// The search at fault: its name, else its place in the list; nil when the whole file is.
  package let search: String?
  /// What is wrong, and what was expected.
  package let rule: String

  /// The stable name of the error.
  package var errorType: String { "InvalidSearches" }

  /// One sentence that names the place and the rule.
  package var message: String {
    "searches.json" + (search.map { ", search \($0)" } ?? "") + ": \(rule)"
  }
}
