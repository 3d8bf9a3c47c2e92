/// A batch of messages that Lambda polled from an SQS queue.
///
/// The format is described under "Using Lambda with Amazon SQS" in the AWS Lambda Developer Guide.
public struct SQSEvent: Decodable, Sendable {
  /// One message of the batch.
  public struct Message: Decodable, Sendable {
    /// The id that a batch response names to have the message retried.
    public let messageID: String
    /// The message's text.
    public let body: String
    /// How often the message was received; a sender that does not count it means once.
    public let receiveCount: Int

    /// Decodes a message.
    ///
    /// Only the id is indispensable, because without it a failure could not be reported; so a
    /// strange count is taken as the first, and a missing body as an empty one.
    public init(from decoder: any Decoder) throws {
      let message = try decoder.container(keyedBy: MessageKeys.self)
      messageID = try message.decodeNonEmpty(.messageID, "the message's id")
      body = (try? message.decode(String.self, forKey: .body)) ?? ""
      let attributes = try? message.nestedContainer(
        keyedBy: AttributeKeys.self, forKey: .attributes)
      let count = try? attributes?.decode(String.self, forKey: .receiveCount)
      receiveCount = max(1, count.flatMap { Int($0) } ?? 1)
    }

    private enum MessageKeys: String, CodingKey {
      case messageID = "messageId"
      case body, attributes
    }
    private enum AttributeKeys: String, CodingKey {
      case receiveCount = "ApproximateReceiveCount"
    }
  }

  /// The messages, in the order of the event's records.
  public let messages: [Message]

  private enum CodingKeys: String, CodingKey {
    case messages = "Records"
  }
}

/// The response to a batch of queue messages: the ids of those to retry.
///
/// The format is described under "Reporting batch item failures" in the AWS Lambda Developer
/// Guide. No failures is an empty list, and acknowledges the whole batch.
public struct BatchResponse: Encodable, Sendable {
  /// One message that failed.
  public struct Failure: Encodable, Sendable {
    /// The message's id.
    public let itemIdentifier: String
  }

  /// The messages that failed, each once.
  public let batchItemFailures: [Failure]

  /// Makes the response; repeated and empty ids are left out.
  ///
  /// Lambda returns the whole batch to the queue when it meets an empty id, so none is sent.
  public init(failedMessageIDs: some Sequence<String>) {
    var seen: Set<String> = []
    batchItemFailures = failedMessageIDs.filter { !$0.isEmpty && seen.insert($0).inserted }
      .map(Failure.init)
  }
}
