internal import AWS

extension Problem {
  /// The problem that a refusal of AWS is told as; what it says stands in the log.
  init(_ error: AWSError) {
    self.init(
      .serviceRefused, "\(error.operation) of \(error.service) failed: \(error.code).",
      hint: error.isRetriable ? "Try again." : "The log of this request has the reason.",
      headers: error.isRetriable ? [("retry-after", "2")] : [])
  }
}
