/// One library's way through a compressed stream, step by step.
protocol Engine: AnyObject {
  /// Whether the stream may end here: behind a member or frame, and before the next.
  var isAtBoundary: Bool { get }

  /// Takes some of the input and fills some of the output; one of both always moves on, unless
  /// nothing is left of either.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineFailure) -> Progress
}

/// How far one step went.
struct Progress {
  let consumed: Int
  let produced: Int
}

/// Why an engine cannot go on; the place is known to who drives it.
struct EngineFailure: Error {
  let code: CompressionError.Code
  let reason: String
  /// The input that was taken before.
  var consumed = 0
}
