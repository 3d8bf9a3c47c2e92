internal import JSON

/// An event that brings news of S3 objects, by whichever way it came.
///
/// S3 may invoke a function itself, or through SNS or EventBridge, or leave its notification in a
/// queue, where SNS or EventBridge may have wrapped it. The shape tells the way.
public enum ObjectEvent: Decodable, Sendable {
  /// Notifications that came straight to the function; failing them fails the invocation.
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
