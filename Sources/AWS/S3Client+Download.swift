public import HTTP

// How this works
//
// A transfer of gigabytes outlives connections: S3 closes them, networks drop them, and a server that
// is being replaced answers 500 for a while. What was received need not be read again. The next request
// asks for the bytes from there on, under the condition that the object still is the one begun; the
// receiver sees one stream. Only a changed object cannot be taken up: its bytes do not fit together.

extension S3Client {
  /// Reads a whole object and takes the transfer up again where it breaks off.
  ///
  /// The receiver gets every byte once and in order, and is called at least once, with no bytes when
  /// the object has none; what it throws ends the transfer and comes out unchanged.
  ///
  /// - Parameters:
  ///   - object: The object.
  ///   - eTag: What the object's ETag has to be; if nil, any.
  ///   - timeout: The time for all of it, waits included.
  ///   - retries: How often to try without receiving a byte, and how long to wait in between.
  ///   - onInterruption: Is told what broke the transfer off and how many bytes had come.
  ///   - receive: Takes the bytes.
  /// - Returns: What the first answer said of the object.
  /// - Throws: ``AWSError``; its ``AWSError/isObjectChanged`` is true when the object was replaced
  ///   after its first bytes had been received.
  public mutating func download(
    _ object: S3Object, ifMatch eTag: String? = nil, timeout: Duration,
    retries: RetryPolicy = .outage, onInterruption: (AWSError, Int64) -> Void = { _, _ in },
    receive: (S3ObjectHead, Span<UInt8>) throws -> Void
  ) throws -> S3ObjectHead {
    var schedule = RetrySchedule(retries, within: timeout)
    var part = Part()
    while true {
      let start = part.received
      let cause: AWSError
      do {
        let head = try get(
          object, from: start, ifMatch: part.head?.eTag ?? eTag,
          timeout: schedule.remaining
        ) { head, bytes in try part.take(head, bytes, receive) }
        guard !part.isWhole else { return part.head ?? head }
        cause = AWSError(
          "s3", "GetObject", code: "BodyTooShort",
          message: "the body ended after \(part.received) of \(head.size ?? 0) bytes")
      } catch let error as AWSError where !part.isRefused {
        guard let head = part.head else { throw error }
        if error.status == 412 { throw AWSError.objectChanged }
        guard error.isRetriable, error.code != "TimedOut", head.eTag != nil else { throw error }
        // The connection may have been cut behind the last byte.
        guard !part.isWhole else { return head }
        cause = error
      }
      onInterruption(cause, part.received)
      if part.received > start { schedule = RetrySchedule(retries, within: schedule.remaining) }
      guard schedule.waitForNextAttempt(retryAfter: cause.cause?.response?.head.retryAfter) else {
        throw cause
      }
    }
  }

  /// What was received of an object so far.
  private struct Part {
    /// What the first answer said of the object.
    private(set) var head: S3ObjectHead?
    private(set) var received: Int64 = 0
    /// Whether the receiver threw: its errors are none of the transfer's.
    private(set) var isRefused = false

    /// Whether everything came that the first answer announced, as far as it did.
    var isWhole: Bool { head?.size.map { received == $0 } ?? true }

    mutating func take(
      _ answer: S3ObjectHead, _ bytes: Span<UInt8>,
      _ receive: (S3ObjectHead, Span<UInt8>) throws -> Void
    ) throws {
      let head = self.head ?? answer
      self.head = head
      // A server that knows no conditions sends what it has.
      guard answer.eTag == head.eTag, answer.size == head.size else { throw AWSError.objectChanged }
      received += Int64(bytes.count)
      guard received <= head.size ?? .max else {
        throw AWSError(
          "s3", "GetObject", code: "BodyTooLong",
          message: "more than the object's \(head.size ?? 0) bytes came")
      }
      do { try receive(head, bytes) } catch {
        isRefused = true
        throw error
      }
    }
  }
}

extension RetryPolicy {
  /// Tries for some twenty seconds, which is what the replacement of a server takes.
  public static let outage = RetryPolicy(
    attempts: 8, baseDelay: .milliseconds(200), maximumDelay: .seconds(10))
}

extension AWSError {
  /// Whether an object was replaced while it was being read.
  public var isObjectChanged: Bool { code == AWSError.objectChanged.code }

  fileprivate static let objectChanged = AWSError(
    "s3", "GetObject", code: "ObjectChanged",
    message: "the object was overwritten while it was read", status: 412)
}
