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

/// The calls that write an object in parts.
extension S3Client {
  /// Begins an upload and returns its identifier.
  mutating func beginUpload(
    _ object: S3Object, _ contentType: String, timeout: Duration
  ) throws(AWSError) -> String {
    var call = try call("CreateMultipartUpload", "POST", object)
    call.query = [("uploads", "")]
    call.headers.append("Content-Type", contentType)
    let answer = try service.send(call.make(), timeout: timeout)
    let text = String(decoding: answer.body, as: UTF8.self)
    guard let identifier = XML.firstText(of: "UploadId", in: text), !identifier.isEmpty else {
      throw AWSError(
        "s3", call.operation, code: "BadResponse", message: "the answer names no upload",
        status: answer.status)
    }
    return identifier
  }

  /// Writes a part and returns its ETag.
  mutating func uploadPart(
    _ bytes: [UInt8], number: Int, of upload: String, _ object: S3Object, timeout: Duration
  ) throws(AWSError) -> String {
    var call = try call("UploadPart", "PUT", object)
    call.query = [("partNumber", "\(number)"), ("uploadId", upload)]
    call.body = bytes
    let answer = try service.send(call.make(), timeout: timeout)
    guard let eTag = answer.headers["ETag"] else {
      throw AWSError(
        "s3", call.operation, code: "BadResponse", message: "the answer has no ETag",
        status: answer.status)
    }
    return eTag
  }

  /// Makes the object of its parts.
  mutating func completeUpload(
    _ upload: String, of object: S3Object, _ eTags: [String], timeout: Duration
  ) throws(AWSError) {
    var call = try call("CompleteMultipartUpload", "POST", object)
    call.query = [("uploadId", upload)]
    let parts = eTags.enumerated().map { index, eTag in
      "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(MarkupText.escaped(eTag))</ETag></Part>"
    }
    call.body = Array(
      """
      <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
      \(parts.joined())</CompleteMultipartUpload>
      """.utf8)
    let answer = try service.send(call.make(), timeout: timeout)
    // S3 answers 200 before the work is done, and tells of a failure in the body then.
    let text = String(decoding: answer.body, as: UTF8.self)
    guard let code = XML.firstText(of: "Code", in: text) else { return }
    throw AWSError(
      "s3", call.operation, code: code, message: XML.firstText(of: "Message", in: text) ?? "",
      status: answer.status)
  }

  /// Drops an upload with its parts.
  mutating func abortUpload(
    _ upload: String, of object: S3Object, timeout: Duration
  ) throws(AWSError) {
    var call = try call("AbortMultipartUpload", "DELETE", object)
    call.query = [("uploadId", upload)]
    _ = try service.send(call.make(), timeout: timeout)
  }
}
