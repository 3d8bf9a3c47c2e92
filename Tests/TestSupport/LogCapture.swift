internal import Glibc
public import LambdaRuntime

/// A log whose lines a test can read.
public final class LogCapture: Sendable {
  private let descriptor: Int32

  /// The log to give to what is tested.
  public let log: Log

  /// Makes a log that is set up by these variables, by default as JSON.
  public init(_ variables: [String: String] = ["AWS_LAMBDA_LOG_FORMAT": "JSON"]) {
    var path = Array("/tmp/log-capture-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&path)
    unsafe unlink(path)
    log = Log(sink: LogSink(descriptor: descriptor), variables: EnvironmentVariables(variables))
  }

  deinit {
    close(descriptor)
  }

  /// Everything logged so far.
  public var text: String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, text.count)
      }
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }

  /// The lines logged so far.
  public var lines: [Substring] { text.split(separator: "\n") }
}
