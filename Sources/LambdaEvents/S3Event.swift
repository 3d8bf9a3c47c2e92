internal import System

/// An S3 event notification as S3 itself sends it, in any version from 2.0 to 2.6.
///
/// The format is described under "Event message structure" in the Amazon S3 User Guide.
public struct S3Event: Decodable, Sendable {
  /// What happened, in the order of the event's records.
  public let objects: [ObjectNotification]

  /// Decodes the event's records.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    objects = try container.decode([S3Record].self, forKey: .records).map(\.notification)
  }

  private enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}

/// One record of an S3 event notification.
struct S3Record: Decodable {
  let notification: ObjectNotification

  init(from decoder: any Decoder) throws {
    let record = try decoder.container(keyedBy: RecordKeys.self)
    try Self.checkVersion(record)
    let s3 = try record.nestedContainer(keyedBy: S3Keys.self, forKey: .s3)
    let bucket = try s3.nestedContainer(keyedBy: BucketKeys.self, forKey: .bucket)
    let object = try s3.nestedContainer(keyedBy: ObjectKeys.self, forKey: .object)
    let rawKey = try object.decodeNonEmpty(.key, "an object key")
    guard let key = try? PercentEncoding.decode(rawKey.utf8, plus: .isSpace) else {
      throw object.expected(
        "an object key in URL encoding (UTF-8 bytes, % and two hexadecimal digits)", .key)
    }
    notification = try ObjectNotification(
      kind: Self.kind(record.decodeNonEmpty(.eventName, "an event name")),
      bucket: bucket.decodeNonEmpty(.name, "the bucket's name"),
      key: key,
      rawKey: rawKey,
      size: object.decodeSize(.size),
      eTag: object.decodeETag(.eTag),
      versionID: object.decodeVersionID(.versionID),
      sequencer: object.decodeIfNotEmpty(.sequencer),
      region: record.decodeIfNotEmpty(.awsRegion),
      eventTime: record.decodeIfNotEmpty(.eventTime))
  }

  /// Refuses another major version, as S3 asks its readers to; any minor version is compatible.
  private static func checkVersion(_ record: KeyedDecodingContainer<RecordKeys>) throws {
    guard let version = try record.decodeIfPresent(String.self, forKey: .eventVersion) else {
      return
    }
    guard version.hasPrefix("2.") else {
      throw record.expected("an event version 2.x", .eventVersion)
    }
  }

  /// Tells the kind from a name such as `ObjectCreated:Put`, which some senders prefix with `s3:`.
  private static func kind(_ eventName: String) -> ObjectNotification.Kind {
    let name = eventName.hasPrefix("s3:") ? eventName.dropFirst(3) : eventName[...]
    return switch name.prefix(while: { $0 != ":" }) {
    case "ObjectCreated": .created
    case "ObjectRemoved", "LifecycleExpiration": .removed
    default: .other(String(name))
    }
  }

  private enum RecordKeys: String, CodingKey {
    case eventVersion, eventName, eventTime, awsRegion, s3
  }
  private enum S3Keys: String, CodingKey { case bucket, object }
  private enum ObjectKeys: String, CodingKey {
    case key, size, eTag, sequencer
    case versionID = "versionId"
  }
}

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

private enum BucketKeys: String, CodingKey { case name }
