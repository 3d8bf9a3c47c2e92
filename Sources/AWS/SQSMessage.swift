/// Holds a message that a queue has lent for its visibility timeout.
public struct SQSMessage: Sendable, Equatable {
  /// The identifier that the queue gave it.
  public let messageID: String
  /// What deletes this one receipt of the message.
  public let receiptHandle: String
  /// The text.
  public let body: String
  /// The MD5 of the text in hexadecimal digits.
  public let md5OfBody: String
  /// What the queue says about it: `ApproximateReceiveCount`, `SentTimestamp` and others.
  public let attributes: [String: String]

  /// How often the message has been received, this time included.
  public var receiveCount: Int {
    attributes["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1
  }
}

extension SQSMessage: Decodable {
  private enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case receiptHandle = "ReceiptHandle"
    case body = "Body"
    case md5OfBody = "MD5OfBody"
    case attributes = "Attributes"
  }

  /// Reads a message of `ReceiveMessage`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    messageID = try container.decode(String.self, forKey: .messageID)
    receiptHandle = try container.decode(String.self, forKey: .receiptHandle)
    body = try container.decodeIfPresent(String.self, forKey: .body) ?? ""
    md5OfBody = try container.decodeIfPresent(String.self, forKey: .md5OfBody) ?? ""
    attributes =
      try container.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
  }
}

/// Says which entry of a batch a queue refused, and why.
public struct SQSFailure: Sendable, Equatable {
  /// The entry's place in the batch, from zero.
  public let index: Int
  /// The queue's code, such as `ReceiptHandleIsInvalid`.
  public let code: String
  /// What the queue said.
  public let message: String
}

/// Says when a message goes to another queue instead of being received again.
public struct SQSRedrive: Sendable, Encodable {
  /// The queue for messages that nobody could handle.
  public let deadLetterTargetArn: String
  /// How often a message is received before.
  public let maxReceiveCount: Int

  /// Makes a rule.
  public init(deadLetterQueueARN: String, maxReceiveCount: Int) {
    deadLetterTargetArn = deadLetterQueueARN
    self.maxReceiveCount = maxReceiveCount
  }
}
