/// The `detail` of an event that S3 sends through EventBridge.
///
/// The format is described under "EventBridge event message structure" in the Amazon S3 User
/// Guide. Unlike S3's own notifications it spells the key as it is, without any encoding.
public struct S3ObjectDetail: Decodable, Sendable {
  /// The bucket's name.
  public let bucket: String
  /// The object's key.
  public let key: String
  /// The object's size in bytes; removals have none.
  public let size: Int64?
  /// The object's entity tag without quotes.
  public let eTag: String?
  /// The object's version, when the bucket keeps versions.
  public let versionID: String?
  /// A hexadecimal text that orders the events of one key.
  public let sequencer: String?

  /// Decodes the parts of the detail that name the object.
  public init(from decoder: any Decoder) throws {
    let detail = try decoder.container(keyedBy: DetailKeys.self)
    let bucket = try detail.nestedContainer(keyedBy: BucketKeys.self, forKey: .bucket)
    let object = try detail.nestedContainer(keyedBy: ObjectKeys.self, forKey: .object)
    self.bucket = try bucket.decodeNonEmpty(.name, "the bucket's name")
    key = try object.decodeNonEmpty(.key, "an object key")
    size = try object.decodeSize(.size)
    eTag = try object.decodeETag(.etag) ?? object.decodeETag(.eTag)
    versionID = try object.decodeVersionID(.versionID)
    sequencer = try object.decodeIfNotEmpty(.sequencer)
  }

  private enum DetailKeys: String, CodingKey { case bucket, object }
  private enum BucketKeys: String, CodingKey { case name }
  private enum ObjectKeys: String, CodingKey {
    case key, size, sequencer
    // S3 writes `etag`; stand-ins for it are known to write `eTag`.
    case etag, eTag
    case versionID = "version-id"
  }
}

extension EventBridgeEvent<S3ObjectDetail> {
  /// The event as the notification it carries.
  var notification: ObjectNotification {
    let kind: ObjectNotification.Kind =
      switch detailType {
      case "Object Created": .created
      case "Object Deleted": .removed
      default: .other(detailType)
      }
    return ObjectNotification(
      kind: kind, bucket: detail.bucket, key: detail.key, rawKey: detail.key, size: detail.size,
      eTag: detail.eTag, versionID: detail.versionID, sequencer: detail.sequencer,
      region: region, eventTime: time)
  }
}
