/// One thing that happened to one S3 object.
public struct ObjectNotification: Sendable {
  /// What happened to the object.
  public enum Kind: Equatable, Sendable {
    /// The object was written: a put, a post, a copy or a finished multipart upload.
    case created
    /// The object, or its latest version, is gone.
    case removed
    /// Anything else, such as `ObjectTagging:Put`, under the name that the sender uses.
    case other(String)
  }

  /// What happened.
  public let kind: Kind
  /// The bucket's name.
  public let bucket: String
  /// The object's key, decoded once: what a GET has to name.
  public let key: String
  /// The key as the event spells it.
  public let rawKey: String
  /// The object's size in bytes; removals have none.
  public let size: Int64?
  /// The object's entity tag without quotes; removals have none.
  public let eTag: String?
  /// The object's version, when the bucket keeps versions.
  public let versionID: String?
  /// A hexadecimal text that orders the events of one key.
  public let sequencer: String?
  /// The bucket's region, if the sender gives it.
  public let region: String?
  /// The time of the event in ISO 8601, if the sender gives it.
  public let eventTime: String?
}

extension ObjectNotification {
  /// Makes a notification of an object that exists, without an event.
  package init(bucket: String, key: String) {
    self.init(
      kind: .created, bucket: bucket, key: key, rawKey: key, size: nil, eTag: nil,
      versionID: nil, sequencer: nil, region: nil, eventTime: nil)
  }
}
