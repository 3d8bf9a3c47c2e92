package import AWS
import JSON

/// Messages received together, as the event source mapping of Lambda hands them to a function.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
package struct QueueBatch: Sendable {
  package var messages: [SQSMessage]
  package var queueARN: String
  package var region: String

  package init(_ messages: [SQSMessage], queueARN: String, region: String) {
    self.messages = messages
    self.queueARN = queueARN
    self.region = region
  }

  /// The event for the function.
  package func event() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("Records")
    json.beginArray()
    for message in messages {
      json.beginObject()
      json.pair("messageId", message.messageID)
      json.pair("receiptHandle", message.receiptHandle)
      json.pair("body", message.body)
      json.key("attributes")
      json.object(message.attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      json.key("messageAttributes")
      json.object([])
      json.pair("md5OfBody", message.md5OfBody)
      json.pair("eventSource", "aws:sqs")
      json.pair("eventSourceARN", queueARN)
      json.pair("awsRegion", region)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// The messages that stay in the queue: with `ReportBatchItemFailures`, those the function named;
  /// all of them when it failed, or when its answer names no message of the batch rightly.
  package func failures(after result: InvocationResult) -> [SQSMessage] {
    guard case .response(let response) = result else { return messages }
    guard let answer = try? JSON.decode(JSONValue.self, from: response.body) else {
      return response.body.isEmpty ? [] : messages
    }
    guard case .array(let items) = answer["batchItemFailures"] else {
      switch answer["batchItemFailures"] {
      case nil, .null: return []
      default: return messages
      }
    }
    let known = Set(messages.map(\.messageID))
    var failed: Set<String> = []
    for item in items {
      guard let identifier = item["itemIdentifier"]?.string, known.contains(identifier) else {
        return messages
      }
      failed.insert(identifier)
    }
    return messages.filter { failed.contains($0.messageID) }
  }
}
