package import AWS
import Glibc
import JSON

/// Takes messages from the queue and hands them to `csv-load`, as Lambda's event source mapping
/// does, and tells what became of each load.
final class QueuePoller: Sendable {
  struct Source: Sendable {
    var queueARN: String
    var state: StackState
    var reportsPath: String
    var isQuiet: Flag
  }

  /// A failed message comes back after this, where Lambda waits for the whole visibility time-out:
  /// whoever watches a local stack is impatient.
  private static let retryDelay = Duration.seconds(10)

  private let work: BackgroundWork

  init(_ source: Source, handler: InvocationQueue) throws(CommandError) {
    work = try BackgroundWork { stopping in
      do {
        let variables = source.state.variables
        var polling = Polling(
          source: source, handler: handler, client: try SQSClient { variables[$0] })
        while !stopping.isSet { polling.runOnce() }
      } catch {
        Console.note("the queue cannot be polled: \(error)")
      }
    }
  }

  /// Stops after the batch that is under way; an invocation ends when its queue is closed.
  func stop() { work.stop() }

  private struct Polling: ~Copyable {
    let source: Source
    let handler: InvocationQueue
    var client: SQSClient

    mutating func runOnce() {
      do throws(AWSError) {
        let messages = try client.receive(
          from: source.state.queueURL, maximum: 10, wait: .seconds(1),
          visibilityTimeout: handler.timeLimit + .seconds(30), timeout: .seconds(10))
        if !messages.isEmpty { try handle(messages) }
      } catch {
        Console.note("queue: \(error)")
        usleep(1_000_000)
      }
    }

    private mutating func handle(_ messages: [SQSMessage]) throws(AWSError) {
      let batch = QueueBatch(
        messages, queueARN: source.queueARN, region: source.state.region)
      let result = handler.outcome(of: QueuedInvocation(event: batch.event()))
      let failures = batch.failures(after: result)
      report(result, batch, failures)
      let failed = Set(failures.map(\.messageID))
      let done = messages.filter { !failed.contains($0.messageID) }.map(\.receiptHandle)
      if !done.isEmpty {
        for failure in try client.delete(done, from: source.state.queueURL, timeout: .seconds(10)) {
          Console.note("queue: a message could not be deleted: \(failure.message)")
        }
      }
      for message in failures {
        try client.changeVisibility(
          of: message.receiptHandle, in: source.state.queueURL, to: QueuePoller.retryDelay,
          timeout: .seconds(10))
      }
    }

    private func report(
      _ result: InvocationResult, _ batch: QueueBatch, _ failures: [SQSMessage]
    ) {
      switch result {
      case .response(let response):
        for load in ReportedLoad.all(in: response.body) {
          if !source.isQuiet.isSet { Console.print(load.line) }
          LoadJournal.append(load.value, to: source.reportsPath)
        }
      case .failure(let failure) where failure.type == InvocationFailure.stoppedType:
        // Everything is lost with the queue anyway; nobody needs to hear of it.
        return
      case .failure(let failure):
        Console.note("csv-load failed: \(failure.line)")
      }
      for message in failures {
        Console.note(
          "message \(message.messageID) stays in the queue (received \(message.receiveCount) times)"
        )
      }
    }
  }
}

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
      json.member("messageId", message.messageID)
      json.member("receiptHandle", message.receiptHandle)
      json.member("body", message.body)
      json.key("attributes")
      json.object(message.attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      json.key("messageAttributes")
      json.object([])
      json.member("md5OfBody", message.md5OfBody)
      json.member("eventSource", "aws:sqs")
      json.member("eventSourceARN", queueARN)
      json.member("awsRegion", region)
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
