internal import HTTP
internal import JSON
internal import System

/// Sends and receives messages of SQS, one call at a time.
///
/// The API is described in the "Amazon SQS API Reference"; its JSON protocol is used.
public struct SQSClient: ~Copyable {
  private let endpoint: Endpoint
  private var service: ServiceClient

  /// Makes a client of the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    service = try ServiceClient(
      "sqs", region: settings.region, faults: .json, lookup: lookup, clock: nil)
    endpoint =
      settings.endpoint("SQS") ?? Endpoint(host: "sqs.\(settings.region).\(settings.domain)")
  }

  /// Makes a queue, or finds one of the same name and attributes, and returns its URL.
  public mutating func createQueue(
    _ name: String, attributes: [String: String] = [:], redrive: SQSRedrive? = nil,
    timeout: Duration
  ) throws(AWSError) -> String {
    var attributes = attributes
    if let redrive {
      attributes["RedrivePolicy"] = String(
        decoding: try encoded("CreateQueue", redrive), as: UTF8.self)
    }
    let answer: QueueURL = try call(
      "CreateQueue", QueueDescription(QueueName: name, Attributes: attributes), timeout: timeout)
    return answer.QueueUrl
  }

  /// Returns the URL of a queue.
  public mutating func queueURL(_ name: String, timeout: Duration) throws(AWSError) -> String {
    let answer: QueueURL = try call("GetQueueUrl", QueueName(QueueName: name), timeout: timeout)
    return answer.QueueUrl
  }

  /// Returns all attributes of a queue, such as `ApproximateNumberOfMessages`.
  public mutating func attributes(
    of queueURL: String, timeout: Duration
  ) throws(AWSError) -> [String: String] {
    let answer: QueueAttributes = try call(
      "GetQueueAttributes", AttributesQuery(QueueUrl: queueURL, AttributeNames: ["All"]),
      timeout: timeout)
    return answer.Attributes ?? [:]
  }

  /// Returns the ARN of a queue.
  public mutating func queueARN(of queueURL: String, timeout: Duration) throws(AWSError) -> String {
    guard let name = try attributes(of: queueURL, timeout: timeout)["QueueArn"] else {
      throw AWSError("sqs", "GetQueueAttributes", code: "BadResponse", message: "no QueueArn")
    }
    return name
  }

  /// Takes up to ten messages, and waits up to 20 seconds for the first.
  ///
  /// The timeout is what the call may take beyond that wait.
  public mutating func receive(
    from queueURL: String, maximum: Int = 10, wait: Duration = .zero,
    visibilityTimeout: Duration? = nil, timeout: Duration
  ) throws(AWSError) -> [SQSMessage] {
    let wait = min(max(wait, .zero), .seconds(20))
    let answer: Messages = try call(
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
  /// It is not sent again when the answer is lost, since that could make it two.
  public mutating func send(
    _ body: String, to queueURL: String, delay: Duration? = nil, timeout: Duration
  ) throws(AWSError) -> String {
    let answer: Sent = try call(
      "SendMessage",
      Send(QueueUrl: queueURL, MessageBody: body, DelaySeconds: delay?.components.seconds),
      isIdempotent: false, timeout: timeout)
    return answer.MessageId
  }

  /// Deletes messages, ten with each request, and returns those that the queue refused.
  public mutating func delete(
    _ receiptHandles: [String], from queueURL: String, timeout: Duration
  ) throws(AWSError) -> [SQSFailure] {
    try batch("DeleteMessageBatch", queueURL, receiptHandles, timeout) {
      DeleteEntry(Id: $0, ReceiptHandle: $1)
    }
  }

  /// Lends a message for some time from now on; zero gives it back at once.
  public mutating func changeVisibility(
    of receiptHandle: String, in queueURL: String, to visibilityTimeout: Duration,
    timeout: Duration
  ) throws(AWSError) {
    _ = try answer(
      "ChangeMessageVisibility",
      Visibility(
        QueueUrl: queueURL, ReceiptHandle: receiptHandle,
        VisibilityTimeout: visibilityTimeout.components.seconds),
      isIdempotent: true, timeout: timeout)
  }

  private mutating func batch(
    _ operation: String, _ queueURL: String, _ values: [String], _ timeout: Duration,
    _ entry: (_ id: String, _ value: String) -> some Encodable
  ) throws(AWSError) -> [SQSFailure] {
    var failures: [SQSFailure] = []
    let deadline = Instant.now + timeout
    for start in stride(from: 0, to: values.count, by: 10) {
      let places = start..<min(start + 10, values.count)
      let entries = places.map { entry(String($0), values[$0]) }
      let answer: BatchAnswer = try call(
        operation, Batch(QueueUrl: queueURL, Entries: entries),
        timeout: Instant.now.duration(to: deadline))
      for failed in answer.Failed ?? [] {
        failures.append(
          SQSFailure(
            index: Int(failed.Id) ?? start, code: failed.Code, message: failed.Message ?? ""))
      }
    }
    return failures
  }

  private mutating func call<Answer: Decodable>(
    _ operation: String, _ input: some Encodable, isIdempotent: Bool = true, timeout: Duration
  ) throws(AWSError) -> Answer {
    let body = try answer(operation, input, isIdempotent: isIdempotent, timeout: timeout)
    do throws(JSONError) {
      return try JSON.decode(Answer.self, from: body)
    } catch {
      throw AWSError(
        "sqs", operation, code: "BadResponse",
        message: "the answer is not what the operation promises: \(error)")
    }
  }

  private mutating func answer(
    _ operation: String, _ input: some Encodable, isIdempotent: Bool, timeout: Duration
  ) throws(AWSError) -> [UInt8] {
    let request = SignableRequest(
      method: "POST", host: endpoint.host, path: "\(endpoint.basePath)/",
      headers: [
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.\(operation)",
      ])
    let call = ServiceCall(
      operation: operation, scheme: endpoint.scheme, request: request,
      body: try encoded(operation, input), isIdempotent: isIdempotent)
    return try service.send(call, timeout: timeout).body
  }

  private func encoded(_ operation: String, _ input: some Encodable) throws(AWSError) -> [UInt8] {
    do throws(JSONError) {
      return try JSON.encode(input)
    } catch {
      throw AWSError("sqs", operation, code: "InvalidInput", message: "\(error)")
    }
  }
}
