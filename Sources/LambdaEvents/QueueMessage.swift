/// One queue message that should bring news of S3 objects.
public struct QueueMessage: Sendable {
  /// The id that a batch response names when the message is to come back.
  public let messageID: String
  /// How often the message was received, this time included.
  public let receiveCount: Int
  /// The notifications it brings, or what is wrong with its body.
  ///
  /// Paths in the fault begin with `body`.
  public let contents: Result<[ObjectNotification], EventFault>
  /// Whether it is the message S3 sends once when a notification is set up.
  public let isTestEvent: Bool

  init(_ message: SQSEvent.Message) {
    messageID = message.messageID
    receiveCount = message.receiveCount
    do throws(EventFault) {
      let contents = try MessageContents([("body", message.body)], inside: "", depth: 0)
      self.contents = .success(contents.objects)
      isTestEvent = contents.isTestEvent
    } catch {
      contents = .failure(error)
      isTestEvent = false
    }
  }
}
