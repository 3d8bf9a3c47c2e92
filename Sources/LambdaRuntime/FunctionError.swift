/// An error that may be shown to whoever invoked the function.
public protocol FunctionError: Error {
  /// The stable name callers and alarms may rely on: `BadCsv` is reported as `Function.BadCsv`.
  ///
  /// The service takes letters only, the first a capital; other characters are left out.
  var errorType: String { get }

  /// What went wrong, in words that hold no secret and no row's values.
  var message: String { get }
}
