internal import System

/// Sends and receives messages of SQS, one call at a time.
///
/// The API is described in the "Amazon SQS API Reference"; its JSON protocol is used.
public struct SQSClient: ~Copyable {
  private var service: JSONService

  /// Makes a client from the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    service = try JSONService(
      "sqs", label: "sqs", variable: "SQS", contentType: "application/x-amz-json-1.0",
      target: "AmazonSQS", lookup: lookup)
  }

  /// Creates a queue, or finds the one with the same name and attributes, and returns its URL.
  public mutating func createQueue(
    _ name: String, attributes: [String: String] = [:], redrive: SQSRedrive? = nil,
    timeout: Duration
  ) throws(AWSError) -> String {
    var attributes = attributes
    if let redrive {
      attributes["RedrivePolicy"] = String(
        decoding: try service.encoded("CreateQueue", redrive), as: UTF8.self)
    }
    let answer: QueueURL = try service.call(
      "CreateQueue", QueueDescription(QueueName: name, Attributes: attributes), timeout: timeout)
    return answer.QueueUrl
  }

  /// Returns the ARN of a queue.
  public mutating func queueARN(of queueURL: String, timeout: Duration) throws(AWSError) -> String {
    let answer: QueueAttributes = try service.call(
      "GetQueueAttributes", AttributesQuery(QueueUrl: queueURL, AttributeNames: ["All"]),
      timeout: timeout)
    guard let name = answer.Attributes?["QueueArn"] else {
      throw AWSError("sqs", "GetQueueAttributes", code: "BadResponse", message: "no QueueArn")
    }
    return name
  }

  /// Receives up to ten messages, and waits up to 20 seconds for the first.
  ///
  /// The timeout is the time allowed for the call beyond that wait.
  public mutating func receive(
    from queueURL: String, maximum: Int = 10, wait: Duration = .zero,
    visibilityTimeout: Duration? = nil, timeout: Duration
  ) throws(AWSError) -> [SQSMessage] {
    let wait = min(max(wait, .zero), .seconds(20))
    let answer: Messages = try service.call(
      "ReceiveMessage",
      Receive(
        QueueUrl: queueURL, MaxNumberOfMessages: min(max(maximum, 1), 10),
        WaitTimeSeconds: wait.components.seconds,
        VisibilityTimeout: visibilityTimeout?.components.seconds, AttributeNames: ["All"]),
      timeout: timeout + wait)
    return answer.Messages ?? []
  }

  /// Sends a message and returns its identifier.
  ///
  /// If the answer is lost, it is not sent again, because the queue could then hold it twice.
  public mutating func send(
    _ body: String, to queueURL: String, timeout: Duration
  ) throws(AWSError) -> String {
    let answer: Sent = try service.call(
      "SendMessage",
      Send(QueueUrl: queueURL, MessageBody: body),
      isIdempotent: false, timeout: timeout)
    return answer.MessageId
  }

  /// Deletes messages, ten per request, and returns those that the queue did not delete.
  public mutating func delete(
    _ receiptHandles: [String], from queueURL: String, timeout: Duration
  ) throws(AWSError) -> [SQSFailure] {
    var failures: [SQSFailure] = []
    let deadline = Instant.now + timeout
    for start in stride(from: 0, to: receiptHandles.count, by: 10) {
      let places = start..<min(start + 10, receiptHandles.count)
      let entries = places.map {
        DeleteEntry(Id: String($0), ReceiptHandle: receiptHandles[$0])
      }
      let answer: BatchAnswer = try service.call(
        "DeleteMessageBatch", Batch(QueueUrl: queueURL, Entries: entries),
        timeout: Instant.now.duration(to: deadline))
      for failed in answer.Failed ?? [] {
        failures.append(
          SQSFailure(
            index: Int(failed.Id) ?? start, code: failed.Code, message: failed.Message ?? ""))
      }
    }
    return failures
  }

  /// Hides a message for some time from now on; zero returns it to the queue at once.
  public mutating func changeVisibility(
    of receiptHandle: String, in queueURL: String, to visibilityTimeout: Duration,
    timeout: Duration
  ) throws(AWSError) {
    try service.send(
      "ChangeMessageVisibility",
      Visibility(
        QueueUrl: queueURL, ReceiptHandle: receiptHandle,
        VisibilityTimeout: visibilityTimeout.components.seconds),
      timeout: timeout)
  }
}

/// Holds a message that was received, and that its queue hides for the visibility timeout.
public struct SQSMessage: Sendable, Equatable {
  /// The identifier that the queue gave it.
  public let messageID: String
  /// The handle that deletes the message as received this time.
  public let receiptHandle: String
  /// The text.
  public let body: String
  /// The MD5 of the text in hexadecimal digits.
  public let md5OfBody: String
  /// What the queue says about it: `ApproximateReceiveCount`, `SentTimestamp` and others.
  public let attributes: [String: String]

  /// How many times the message has been received, including this time.
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

/// Says which entry of a batch failed, and why.
public struct SQSFailure: Sendable, Equatable {
  /// The entry's place in the batch, from zero.
  public let index: Int
  /// The queue's code, such as `ReceiptHandleIsInvalid`.
  public let code: String
  /// What the queue said.
  public let message: String
}

/// Says after how many receipts a message is moved to a dead-letter queue.
public struct SQSRedrive: Sendable, Encodable {
  /// The ARN of the dead-letter queue.
  public let deadLetterTargetArn: String
  /// How many times a message is received first.
  public let maxReceiveCount: Int

  /// Makes a rule.
  public init(deadLetterQueueARN: String, maxReceiveCount: Int) {
    deadLetterTargetArn = deadLetterQueueARN
    self.maxReceiveCount = maxReceiveCount
  }
}

// The inputs and outputs of SQS's operations, under the names they have on the wire.

private struct QueueDescription: Encodable {
  let QueueName: String
  let Attributes: [String: String]
}

private struct QueueURL: Decodable {
  let QueueUrl: String
}

private struct AttributesQuery: Encodable {
  let QueueUrl: String
  let AttributeNames: [String]
}

private struct QueueAttributes: Decodable {
  let Attributes: [String: String]?
}

private struct Receive: Encodable {
  let QueueUrl: String
  let MaxNumberOfMessages: Int
  let WaitTimeSeconds: Int64
  let VisibilityTimeout: Int64?
  let AttributeNames: [String]
}

private struct Messages: Decodable {
  let Messages: [SQSMessage]?
}

private struct Send: Encodable {
  let QueueUrl: String
  let MessageBody: String
}

private struct Sent: Decodable {
  let MessageId: String
}

private struct Batch: Encodable {
  let QueueUrl: String
  let Entries: [DeleteEntry]
}

private struct DeleteEntry: Encodable {
  let Id: String
  let ReceiptHandle: String
}

private struct Visibility: Encodable {
  let QueueUrl: String
  let ReceiptHandle: String
  let VisibilityTimeout: Int64
}

private struct BatchAnswer: Decodable {
  struct Failed: Decodable {
    let Id: String
    let Code: String
    let Message: String?
  }

  let Failed: [Failed]?
}
