internal import HTTP
internal import System

/// Takes the bytes of one object that is being written; the client is inside it meanwhile.
///
/// An object of less than 5 MiB is put at once, a larger one in parts of that size, of which S3 makes
/// the object when the last is there. So memory stays the same, and readers see all of it or none.
///
/// The calls are described in the "Amazon S3 API Reference": CreateMultipartUpload, UploadPart,
/// CompleteMultipartUpload, AbortMultipartUpload.
public struct S3UploadWriter: ~Copyable {
  /// The least that S3 takes as a part that is not the last.
  static let partBytes = 5 << 20

  var client: S3Client
  private let object: S3Object
  private let contentType: String
  private let end: Instant
  private var pending: [UInt8] = []
  private var uploadID: String?
  /// The ETags of the parts so far, in their order.
  private var parts: [String] = []

  init(
    _ client: consuming S3Client, _ object: S3Object, _ contentType: String, within limit: Duration
  ) {
    self.client = client
    self.object = object
    self.contentType = contentType
    end = .now + limit
  }

  /// Adds bytes to the object.
  public mutating func write(_ bytes: [UInt8]) throws(AWSError) {
    // At once, because growing by and by takes up to three times as much.
    if pending.capacity == 0 { pending.reserveCapacity(Self.partBytes + (64 << 10)) }
    pending += bytes
    guard pending.count >= Self.partBytes else { return }
    try send(pending)
    pending.removeAll(keepingCapacity: true)
  }

  mutating func finish() throws(AWSError) {
    guard let uploadID else {
      _ = try client.put(object, body: pending, contentType: contentType, timeout: remaining)
      return
    }
    if !pending.isEmpty { try send(pending) }
    try client.completeUpload(uploadID, of: object, parts, timeout: remaining)
  }

  /// Frees what parts there are; S3 keeps and bills those of an upload that nobody ends.
  mutating func abort() {
    guard let uploadID else { return }
    do throws(AWSError) {
      try client.abortUpload(uploadID, of: object, timeout: max(remaining, .seconds(1)))
    } catch {}
  }

  private var remaining: Duration { Instant.now.duration(to: end) }

  private mutating func send(_ part: [UInt8]) throws(AWSError) {
    let uploadID: String
    if let begun = self.uploadID {
      uploadID = begun
    } else {
      uploadID = try client.beginUpload(object, contentType, timeout: remaining)
      self.uploadID = uploadID
    }
    parts.append(
      try client.uploadPart(
        part, number: parts.count + 1, of: uploadID, object, timeout: remaining))
  }
}

extension S3Client {
  /// Writes an object of any size with what the body gives, in constant memory.
  ///
  /// When the body throws, no object is written and its error comes out unchanged.
  public mutating func upload(
    _ object: S3Object, contentType: String, timeout: Duration,
    _ body: (inout S3UploadWriter) throws -> Void
  ) throws {
    var writer = S3UploadWriter(consume self, object, contentType, within: timeout)
    do {
      try body(&writer)
      try writer.finish()
      self = writer.client
    } catch {
      writer.abort()
      self = writer.client
      throw error
    }
  }
}
