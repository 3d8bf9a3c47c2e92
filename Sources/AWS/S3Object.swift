internal import HTTP

/// Names an object, or one version of it.
public struct S3Object: Sendable, Hashable {
  /// The bucket.
  public let bucket: String
  /// The key as it is: decoded, if it came from an event.
  public let key: String
  /// The version; the newest one when there is none.
  public let versionID: String?

  /// Names an object.
  public init(bucket: String, key: String, versionID: String? = nil) {
    self.bucket = bucket
    self.key = key
    self.versionID = versionID
  }
}

/// Holds what S3 says about an object besides its bytes.
public struct S3ObjectHead: Sendable, Equatable {
  /// The size of the whole object in bytes, also when only a part was asked for.
  public let size: Int64?
  /// The ETag without quotation marks, as it stands in events.
  public let eTag: String?
  /// The version, in a bucket that keeps versions.
  public let versionID: String?
  /// The media type that was given at the upload.
  public let contentType: String?
  /// The part that was sent, such as `bytes 0-9/100`; none for a whole object.
  public let contentRange: String?

  /// Reads the header fields; `size` stands in where they do not hold the object's.
  init(_ headers: HTTPFields, size: Int64? = nil) {
    contentRange = headers["Content-Range"]
    let total = contentRange?.split(separator: "/").last.flatMap { Int64($0) }
    self.size = size ?? total ?? headers["Content-Length"].flatMap { Int64($0) }
    eTag = headers["ETag"].map { eTag in
      let isQuoted = eTag.count > 1 && eTag.hasPrefix("\"") && eTag.hasSuffix("\"")
      return isQuoted ? String(eTag.dropFirst().dropLast()) : eTag
    }
    versionID = headers["x-amz-version-id"]
    contentType = headers["Content-Type"]
  }
}
