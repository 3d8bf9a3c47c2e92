/// An event that SNS sends to a function.
///
/// The format is described under "Invoking Lambda functions with Amazon SNS" in the AWS Lambda
/// Developer Guide.
public struct SNSEvent: Decodable, Sendable {
  /// One published message.
  public struct Message: Decodable, Sendable {
    /// The message's id.
    public let messageID: String?
    /// The topic it was published to.
    public let topicARN: String?
    /// The subject, when the publisher gave one.
    public let subject: String?
    /// The text that was published.
    public let text: String

    private enum CodingKeys: String, CodingKey {
      case messageID = "MessageId"
      case topicARN = "TopicArn"
      case subject = "Subject"
      case text = "Message"
    }
  }

  /// The messages, in the order of the event's records.
  public let messages: [Message]

  /// Decodes the event's records.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    messages = try container.decode([SNSRecord].self, forKey: .records).map(\.message)
  }

  private enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}

/// One record of an SNS event.
struct SNSRecord: Decodable {
  let message: SNSEvent.Message

  private enum CodingKeys: String, CodingKey {
    case message = "Sns"
  }
}
