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

/// Chooses a part of an object.
public enum S3Range: Sendable, Equatable {
  /// Everything from an offset on.
  case from(Int64)
  /// The bytes between two offsets.
  case between(Range<Int64>)

  /// The offset of the first byte.
  public var start: Int64 {
    switch self {
    case .from(let start): start
    case .between(let range): range.lowerBound
    }
  }

  /// The value of the `Range` header; none when the whole object is meant.
  ///
  /// An object without bytes has no range at all, so that one from zero is not asked for.
  var header: String? {
    switch self {
    case .from(0): nil
    case .from(let start): "bytes=\(start)-"
    case .between(let range): "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    }
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
  /// The encoding that was given at the upload, such as `gzip`.
  public let contentEncoding: String?
  /// The time of the upload, as a date of HTTP.
  public let lastModified: String?
  /// The part that was sent, such as `bytes 0-9/100`; none for a whole object.
  public let contentRange: String?

  /// Reads the header fields; `size` stands in where they do not hold the object's.
  init(_ headers: HTTPHeaders, size: Int64? = nil) {
    contentRange = headers["Content-Range"]
    let total = contentRange?.split(separator: "/").last.flatMap { Int64($0) }
    self.size = size ?? total ?? headers["Content-Length"].flatMap { Int64($0) }
    eTag = headers["ETag"].map { eTag in
      let isQuoted = eTag.count > 1 && eTag.hasPrefix("\"") && eTag.hasSuffix("\"")
      return isQuoted ? String(eTag.dropFirst().dropLast()) : eTag
    }
    versionID = headers["x-amz-version-id"]
    contentType = headers["Content-Type"]
    contentEncoding = headers["Content-Encoding"]
    lastModified = headers["Last-Modified"]
  }
}
