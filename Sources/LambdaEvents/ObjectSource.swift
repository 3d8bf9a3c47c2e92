internal import JSON

/// The shapes in which object notifications arrive, told apart by their contents.
enum ObjectSource: Decodable {
  case objects([ObjectNotification])
  case queue([SQSEvent.Message])
  /// Texts that SNS carried; each holds one of these shapes again, at the path given.
  case texts([(path: String, text: String)])
  case test

  static let shapes = """
    an S3 event notification (Records), an s3:TestEvent, an EventBridge event of S3 (detail), \
    or one of these in an SNS message
    """

  init(from decoder: any Decoder) throws {
    // A text that is no object, such as a list, is as unknown as an object of unknown keys.
    guard let keys = try? decoder.container(keyedBy: ShapeKeys.self) else {
      throw JSONError(code: .rejected, path: decoder.codingPath, expected: Self.shapes)
    }
    if keys.contains(.records) {
      self = try Self.records(keys)
    } else if let name = try? keys.decode(String.self, forKey: .event), name == "s3:TestEvent" {
      self = .test
    } else if let source = try? keys.decode(String.self, forKey: .source), source == "aws.s3" {
      self = .objects([try EventBridgeEvent<S3ObjectDetail>(from: decoder).notification])
    } else if let type = try? keys.decode(String.self, forKey: .type), type == "Notification" {
      self = .texts([("Message", try keys.decode(String.self, forKey: .message))])
    } else {
      throw JSONError(code: .rejected, path: keys.codingPath, expected: Self.shapes)
    }
  }

  /// Reads records by the source that the first of them names; all of them have the same.
  private static func records(_ keys: KeyedDecodingContainer<ShapeKeys>) throws -> ObjectSource {
    let sources = try keys.decode([RecordOrigin].self, forKey: .records)
    guard let first = sources.first else { return .objects([]) }
    switch first.name {
    case "aws:sqs":
      return .queue(try keys.decode([SQSEvent.Message].self, forKey: .records))
    case "aws:sns":
      let records = try keys.decode([SNSRecord].self, forKey: .records)
      return .texts(
        records.enumerated().map { ("Records[\($0.offset)].Sns.Message", $0.element.message.text) })
    default:
      // Stand-ins for S3 name a source of their own, so the `s3` part tells.
      guard first.hasS3 else { throw keys.expected(shapes, .records) }
      return .objects(try keys.decode([S3Record].self, forKey: .records).map(\.notification))
    }
  }

  private enum ShapeKeys: String, CodingKey {
    case records = "Records"
    case event = "Event"
    case type = "Type"
    case message = "Message"
    case source
  }
}

/// The part of a record that identifies its sender.
private struct RecordOrigin: Decodable {
  let name: String?
  let hasS3: Bool

  init(from decoder: any Decoder) throws {
    // S3 and SQS write `eventSource`, SNS writes `EventSource`.
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let lower = try? keys.decode(String.self, forKey: .eventSource)
    name = lower ?? (try? keys.decode(String.self, forKey: .EventSource))
    hasS3 = keys.contains(.s3)
  }

  private enum CodingKeys: String, CodingKey { case eventSource, EventSource, s3 }
}
