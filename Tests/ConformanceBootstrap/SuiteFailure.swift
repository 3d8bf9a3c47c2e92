internal import LambdaRuntime

/// An error whose name and text the suite chooses.
struct SuiteFailure: FunctionError {
  let errorType: String
  let message: String

  /// Everything that has broken JSON made by hand.
  static let unpleasant = SuiteFailure(
    errorType: "BadCsv", message: "line 1\nline \"2\"\r\n\t\u{0}\u{1B}\u{7F} \\ é \u{2028} 🛶 </end>"
  )
}
