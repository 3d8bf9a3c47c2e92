internal import HTTP

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
      "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XML.escaped(eTag))</ETag></Part>"
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
