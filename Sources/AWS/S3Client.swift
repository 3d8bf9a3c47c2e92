internal import HTTP
internal import System

/// Reads and writes objects of S3, one call at a time.
///
/// The API is described in the "Amazon S3 API Reference".
public struct S3Client: ~Copyable {
  private let settings: AWSSettings
  var service: ServiceClient

  /// Makes a client from the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  ///
  /// - Parameters:
  ///   - lookup: Looks up a variable.
  ///   - clock: The Unix time that signatures carry; by default the system's.
  ///   - stallLimit: How long S3 can send nothing.
  /// - Throws: A setting's error.
  package init(
    lookup: @escaping @Sendable (String) -> String?, clock: (@Sendable () -> Int64)? = nil,
    stallLimit: Duration = .seconds(30)
  ) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    service = try ServiceClient(
      "s3", region: settings.region, faults: .xml, lookup: lookup, clock: clock,
      stallLimit: stallLimit)
    self.settings = settings
  }

  /// Reads an object from an offset on, and hands it over piece by piece as it arrives.
  ///
  /// The receiver is called at least once, with no bytes if the object has none; what it throws ends
  /// the transfer and is rethrown unchanged. A transfer that is interrupted after bytes were handed
  /// over is not repeated: call again with the offset reached and the same ETag to resume it.
  package mutating func get(
    _ object: S3Object, from start: Int64 = 0, ifMatch eTag: String? = nil, timeout: Duration,
    receive: (S3ObjectHead, Span<UInt8>) throws -> Void
  ) throws -> S3ObjectHead {
    var call = try call("GetObject", "GET", object)
    // An object without bytes has no range at all, so one from zero is not asked for.
    if start > 0 { call.headers.append("Range", "bytes=\(start)-") }
    if let eTag { call.headers.append("If-Match", S3Client.quoted(eTag)) }
    var begun: S3ObjectHead?
    let head = try service.stream(call.make(), timeout: timeout) { head, bytes in
      let object: S3ObjectHead
      if let begun {
        object = begun
      } else {
        object = S3ObjectHead(head.headers)
        try S3Client.check(head, object, start: start)
        begun = object
      }
      try receive(object, bytes)
    }
    if let begun { return begun }
    let empty = S3ObjectHead(head.headers)
    try receive(empty, Span())
    return empty
  }

  /// Writes an ETag as conditions want it.
  private static func quoted(_ eTag: String) -> String {
    eTag.hasSuffix("\"") ? eTag : "\"\(eTag)\""
  }

  /// Rejects other bytes than those requested: a server can ignore a range.
  private static func check(
    _ head: HTTPResponseHead, _ object: S3ObjectHead, start: Int64
  ) throws(AWSError) {
    guard start > 0 else { return }
    guard head.status == 206, object.contentRange?.hasPrefix("bytes \(start)-") ?? false else {
      throw AWSError(
        "s3", "GetObject", code: "RangeIgnored",
        message: "the server sent other bytes than those from \(start) on",
        status: head.status)
    }
  }

  /// Requests the metadata of an object.
  public mutating func head(
    _ object: S3Object, ifMatch eTag: String? = nil, timeout: Duration
  ) throws(AWSError) -> S3ObjectHead {
    var call = try call("HeadObject", "HEAD", object)
    if let eTag { call.headers.append("If-Match", S3Client.quoted(eTag)) }
    return S3ObjectHead(try service.send(call.make(), timeout: timeout).headers)
  }

  /// Writes an object.
  public mutating func put(
    _ object: S3Object, body: [UInt8], contentType: String = "application/octet-stream",
    timeout: Duration
  ) throws(AWSError) -> S3ObjectHead {
    var call = try call("PutObject", "PUT", object)
    call.headers.append("Content-Type", contentType)
    call.body = body
    let response = try service.send(call.make(), timeout: timeout)
    return S3ObjectHead(response.headers, size: Int64(body.count))
  }

  /// Deletes an object; deleting one that does not exist succeeds.
  public mutating func delete(_ object: S3Object, timeout: Duration) throws(AWSError) {
    _ = try service.send(call("DeleteObject", "DELETE", object).make(), timeout: timeout)
  }

  /// Returns an address that lets its bearer read an object until it expires.
  package mutating func presignedGET(
    _ object: S3Object, expires: Duration
  ) throws(AWSError) -> String {
    try service.presignedURL(
      try call("GetObject", "GET", object).make(), expires: S3Client.lifetime(expires))
  }

  /// Returns a form that lets its bearer post an object of a type and a size until it expires.
  public mutating func presignedPOST(
    _ object: S3Object, contentType: String, bytes: ClosedRange<Int64>, expires: Duration
  ) throws(AWSError) -> S3PostForm {
    let address = try S3Address(settings, bucket: object.bucket, key: "")
    let policy = PostPolicy(
      object, contentType: contentType, bytes: bytes, lifetime: S3Client.lifetime(expires))
    let (fields, expiresAt) = try service.form(policy)
    return S3PostForm(
      url: "\(address.endpoint.scheme)://\(address.endpoint.host)\(address.path)",
      fields: fields, expiresAt: expiresAt)
  }

  // S3 takes one second to seven days.
  private static func lifetime(_ expires: Duration) -> Duration {
    min(max(expires, .seconds(1)), .seconds(604_800))
  }

  /// Creates a bucket in the client's region, unless the account has it already.
  public mutating func createBucket(_ bucket: String, timeout: Duration) throws(AWSError) {
    var call = try S3Call("CreateBucket", "PUT", S3Address(settings, bucket: bucket, key: ""))
    if settings.region != "us-east-1" {
      call.body = Array(
        """
        <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
        <LocationConstraint>\(MarkupText.escaped(settings.region))</LocationConstraint>\
        </CreateBucketConfiguration>
        """.utf8)
    }
    do throws(AWSError) {
      _ = try service.send(call.make(), timeout: timeout)
    } catch {
      guard error.code == "BucketAlreadyOwnedByYou" else { throw error }
    }
  }

  /// Makes a bucket notify a queue of every object created in it.
  public mutating func notify(
    queueARN: String, ofObjectsCreatedIn bucket: String, prefix: String? = nil, timeout: Duration
  ) throws(AWSError) {
    var call = try S3Call(
      "PutBucketNotificationConfiguration", "PUT",
      S3Address(settings, bucket: bucket, key: ""))
    call.query = [("notification", "")]
    let filter = prefix.map {
      """
      <Filter><S3Key><FilterRule><Name>prefix</Name><Value>\(MarkupText.escaped($0))</Value>\
      </FilterRule></S3Key></Filter>
      """
    }
    call.body = Array(
      """
      <NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
      <QueueConfiguration><Queue>\(MarkupText.escaped(queueARN))</Queue>\
      <Event>s3:ObjectCreated:*</Event>\(filter ?? "")</QueueConfiguration>\
      </NotificationConfiguration>
      """.utf8)
    _ = try service.send(call.make(), timeout: timeout)
  }

  func call(
    _ operation: String, _ method: String, _ object: S3Object
  ) throws(AWSError) -> S3Call {
    guard !object.key.isEmpty else {
      throw AWSError("s3", operation, code: "InvalidKey", message: "an object's key is not empty")
    }
    var call = try S3Call(
      operation, method, S3Address(settings, bucket: object.bucket, key: object.key))
    if let version = object.versionID { call.query = [("versionId", version)] }
    return call
  }
}
