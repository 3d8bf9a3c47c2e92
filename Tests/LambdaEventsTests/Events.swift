import JSON
import LambdaEvents
import Testing

/// Decodes an event written in a test.
func decode<Event: Decodable>(_ type: Event.Type, _ text: String) throws -> Event {
  try JSON.decode(type, from: Array(text.utf8))
}

/// The objects of an event that came straight to the function.
func objects(_ event: ObjectEvent) throws -> [ObjectNotification] {
  guard case .objects(let objects) = event else {
    Issue.record("the event is no list of objects: \(event)")
    return []
  }
  return objects
}

/// The messages of an event that came from a queue.
func messages(_ event: ObjectEvent) throws -> [QueueMessage] {
  guard case .queue(let messages) = event else {
    Issue.record("the event is no batch: \(event)")
    return []
  }
  return messages
}

/// An S3 notification of one object, with what a test wants different.
func s3Event(
  rawKey: String = "uploads/jobs.csv", name: String = "ObjectCreated:Put", version: String = "2.1"
) -> String {
  var writer = JSONWriter()
  writer.string(rawKey)
  let key = String(decoding: writer.bytes, as: UTF8.self)
  return """
    {"Records":[{"eventVersion":"\(version)","eventSource":"aws:s3","eventName":"\(name)",
    "s3":{"bucket":{"name":"sluice-uploads"},"object":{"key":\(key)}}}]}
    """
}

/// An SQS batch with these bodies, whose ids are m0, m1 and so on.
func batch(_ bodies: [String]) -> String {
  var writer = JSONWriter()
  writer.beginObject()
  writer.key("Records")
  writer.beginArray()
  for (index, body) in bodies.enumerated() {
    writer.beginObject()
    writer.key("messageId")
    writer.string("m\(index)")
    writer.key("eventSource")
    writer.string("aws:sqs")
    writer.key("body")
    writer.string(body)
    writer.endObject()
  }
  writer.endArray()
  writer.endObject()
  return String(decoding: writer.bytes, as: UTF8.self)
}
