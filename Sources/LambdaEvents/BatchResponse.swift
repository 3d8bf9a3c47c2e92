/// The answer to a batch of queue messages: the ids of those that are to come back.
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

  /// Makes the answer; an id given twice, or an empty one, is not repeated.
  ///
  /// Lambda returns the whole batch to the queue when it meets an empty id, so none is sent.
  public init(failedMessageIDs: some Sequence<String>) {
    var seen: Set<String> = []
    batchItemFailures = failedMessageIDs.filter { !$0.isEmpty && seen.insert($0).inserted }
      .map(Failure.init)
  }
}
