internal import JSON

/// An event about S3 objects, whichever way it arrived.
///
/// S3 can invoke a function directly or through SNS or EventBridge, or put its notification in a
/// queue, possibly wrapped by SNS or EventBridge. The shape of the event tells which.
public enum ObjectEvent: Decodable, Sendable {
  /// Notifications sent to the function directly; failing them fails the invocation.
  case objects([ObjectNotification])
  /// A batch of queue messages, each of which succeeds or fails by itself.
  case queue([QueueMessage])
  /// The message S3 sends once when a notification is set up; there is nothing to do.
  case test

  /// Recognises the shape and unwraps what it carries.
  public init(from decoder: any Decoder) throws {
    let source: ObjectSource
    do {
      source = try ObjectSource(from: decoder)
    } catch let error as JSONError where error.expected == ObjectSource.shapes {
      throw JSONError(
        code: error.code, path: error.path,
        expected: "an SQS batch (Records), \(ObjectSource.shapes)")
    }
    switch source {
    case .objects(let objects):
      self = .objects(objects)
    case .test:
      self = .test
    case .queue(let messages):
      self = .queue(messages.map(QueueMessage.init))
    case .texts(let texts):
      do throws(EventFault) {
        let contents = try MessageContents(texts, inside: "", depth: 0)
        self = contents.isTestEvent ? .test : .objects(contents.objects)
      } catch {
        throw JSONError(code: .rejected, path: error.path, expected: error.expected)
      }
    }
  }
}

/// One queue message that should contain notifications about S3 objects.
public struct QueueMessage: Sendable {
  /// The id that a batch response names to have the message retried.
  public let messageID: String
  /// How many times the message has been received, including this time.
  public let receiveCount: Int
  /// Its notifications, or what is wrong with its body.
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

/// The notifications in texts carried by SQS and SNS, with every wrapper removed.
struct MessageContents {
  private(set) var objects: [ObjectNotification] = []
  /// Whether nothing but S3's test messages was found.
  private(set) var isTestEvent = true

  // SNS in SQS is one wrapper in another; nobody wraps deeper than this on purpose.
  private static let depthLimit = 4

  init(
    _ texts: [(path: String, text: String)], inside outer: String, depth: Int
  ) throws(EventFault) {
    for (inner, text) in texts {
      let path = outer.isEmpty ? inner : EventFault.join(outer, inner)
      switch try Self.source(of: text, at: path) {
      case .objects(let found):
        objects += found
        isTestEvent = false
      case .test:
        continue
      case .texts(let wrapped) where depth < Self.depthLimit:
        let contents = try MessageContents(wrapped, inside: path, depth: depth + 1)
        objects += contents.objects
        isTestEvent = isTestEvent && contents.isTestEvent
      case .texts, .queue:
        throw EventFault(code: .unknownShape, path: path, expected: ObjectSource.shapes)
      }
    }
  }

  private static func source(of text: String, at path: String) throws(EventFault) -> ObjectSource {
    do {
      return try JSON.decode(ObjectSource.self, from: Array(text.utf8))
    } catch {
      throw EventFault(error, inside: path)
    }
  }
}
