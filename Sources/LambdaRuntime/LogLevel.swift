/// How much a log record matters; the names are those of `AWS_LAMBDA_LOG_LEVEL`.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
  /// The finest steps.
  case trace = "TRACE"
  /// What helps to find a fault.
  case debug = "DEBUG"
  /// What happened.
  case info = "INFO"
  /// What went on in spite of trouble.
  case warn = "WARN"
  /// What failed.
  case error = "ERROR"
  /// What ended the process.
  case fatal = "FATAL"

  private var rank: Int {
    switch self {
    case .trace: 0
    case .debug: 1
    case .info: 2
    case .warn: 3
    case .error: 4
    case .fatal: 5
    }
  }

  /// Whether the left level matters less.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.rank < right.rank
  }
}
