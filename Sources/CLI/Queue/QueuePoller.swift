import AWS
import Glibc

/// Takes messages from the queue and hands them to `csv-load`, as Lambda's event source mapping
/// does, and tells what became of each load.
final class QueuePoller: Sendable {
  struct Source: Sendable {
    var queueURL: String
    var queueARN: String
    var state: StackState
    var reportsPath: String
    var isQuiet: Flag
  }

  /// A failed message comes back after this, where Lambda waits for the whole visibility time-out:
  /// whoever watches a local stack is impatient.
  private static let retryDelay = Duration.seconds(10)

  private let isStopping: Flag
  private let ended: Wakeup

  init(_ source: Source, handler: InvocationQueue) throws(CommandError) {
    let flag = Flag(false)
    let ended = try Wakeup()
    isStopping = flag
    self.ended = ended
    try Thread.detached {
      defer { ended.set() }
      do {
        let variables = source.state.variables
        var polling = Polling(
          source: source, handler: handler, client: try SQSClient { variables[$0] })
        while !flag.isSet { polling.runOnce() }
      } catch {
        Console.note("the queue cannot be polled: \(error)")
      }
    }
  }

  deinit { stop() }

  /// Stops after the batch that is under way; an invocation ends when its queue is closed.
  func stop() {
    isStopping.set(true)
    _ = ended.wait()
  }

  private struct Polling: ~Copyable {
    let source: Source
    let handler: InvocationQueue
    var client: SQSClient

    mutating func runOnce() {
      do throws(AWSError) {
        let messages = try client.receive(
          from: source.queueURL, maximum: 10, wait: .seconds(1),
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
      let result: InvocationResult
      do throws(CommandError) {
        result = try handler.invoke(Invocation(event: batch.event()))
      } catch {
        result = .failure(InvocationFailure(type: "Service.Error", message: error.message))
      }
      let failures = batch.failures(after: result)
      report(result, batch, failures)
      let failed = Set(failures.map(\.messageID))
      let done = messages.filter { !failed.contains($0.messageID) }.map(\.receiptHandle)
      if !done.isEmpty {
        for failure in try client.delete(done, from: source.queueURL, timeout: .seconds(10)) {
          Console.note("queue: a message could not be deleted: \(failure.message)")
        }
      }
      for message in failures {
        try client.changeVisibility(
          of: message.receiptHandle, in: source.queueURL, to: QueuePoller.retryDelay,
          timeout: .seconds(10))
      }
    }

    private func report(
      _ result: InvocationResult, _ batch: QueueBatch, _ failures: [SQSMessage]
    ) {
      switch result {
      case .response(let response):
        for load in LoadReport.all(in: response.body) {
          if !source.isQuiet.isSet { Console.print(load.line) }
          LoadJournal.append(load.value, to: source.reportsPath)
        }
      case .failure(let failure) where failure.type == InvocationFailure.stoppedType:
        // Everything is lost with the queue anyway; nobody needs to hear of it.
        return
      case .failure(let failure):
        Console.note("csv-load failed: \(FailureText.of(failure))")
      }
      for message in failures {
        Console.note(
          "message \(message.messageID) stays in the queue (received \(message.receiveCount) times)"
        )
      }
    }
  }
}
