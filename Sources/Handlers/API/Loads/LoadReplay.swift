internal import AWS
internal import CSVLoad
internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres
internal import System

/// `POST /loads/{id}/replay`: an object's notification, put on the queue again.
enum LoadReplay {
  static let routes = [
    Route(
      method: "POST", path: "/loads/{id}/replay", id: "replayLoad", group: .loads,
      summary: "Load an object again",
      about: """
        Puts the object's notification on the queue once more: for loads that failed, when what made \
        them fail is mended. An object whose load succeeded stays as it is; csv-load answers \
        already-loaded, and the ledger has no new row.
        """,
      role: .writer, parameters: [LoadList.id],
      success: .json(
        .object([
          .required("id", .integer(1...Int.max)), .required("bucket", .string()),
          .required("key", .string()), .required("loads", .string()),
        ]), status: 202, "The notification is on the queue; loads is where to follow it."),
      problems: [.notFound, .conflict, .notConfigured, .serviceRefused], answer: answer)
  ]

  @Sendable private static func answer(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    guard let queue = services.variables["SLUICE_QUEUE_URL"] else {
      throw Problem(
        .notConfigured, "There is no queue to put the object's notification on.",
        hint: "Set SLUICE_QUEUE_URL for the handler api.")
    }
    let id = call.arguments.integer("id") ?? 0
    let object = try services.read(
      call,
      PostgresStatement(
        "SELECT bucket, key, version_id, sequencer FROM sluice.loads WHERE id = $1",
        [.integer(id)])
    ) { result in
      try result.firstRow { row in
        LoadedObject(
          bucket: try row.text(), key: try row.text(), versionID: try row.textIfPresent(),
          sequencer: try row.textIfPresent())
      }
    }
    guard let object else { throw LoadList.unknown }
    guard object.bucket != Ledger.fileBucket, object.bucket != Insertion.bucket else {
      throw Problem(
        .conflict,
        "The load was of no object: of a file of somebody's machine, or of rows sent here.",
        hint: "Load the file again with sluice load --again.")
    }
    let timeout = min(call.context.deadline.remaining, .seconds(10))
    try services.withSQS { client in
      _ = try client.send(object.notification, to: queue, timeout: timeout)
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("id", id)
    json.member("bucket", object.bucket)
    json.member("key", object.key)
    json.member("loads", LoadLink.text(call.request, key: object.key))
    json.endObject()
    return .json(json.bytes, status: 202)
  }
}

/// The object of a load, as the ledger has it.
private struct LoadedObject {
  let bucket: String
  let key: String
  let versionID: String?
  let sequencer: String?

  /// The notification that S3 would send of it.
  ///
  /// With the sequencer, by which csv-load tells what is older than the table; without the ETag, so
  /// that an object without versions is loaded as it is by now.
  var notification: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("Records")
    json.beginArray()
    json.beginObject()
    json.member("eventVersion", "2.1")
    json.member("eventSource", "aws:s3")
    json.member("eventName", "ObjectCreated:Replay")
    json.key("s3")
    json.beginObject()
    json.key("bucket")
    json.beginObject()
    json.member("name", bucket)
    json.endObject()
    json.key("object")
    json.beginObject()
    json.member("key", PercentEncoding.component(key))
    if let versionID { json.member("versionId", versionID) }
    if let sequencer { json.member("sequencer", sequencer) }
    json.endObject()
    json.endObject()
    json.endObject()
    json.endArray()
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

/// Where the loads of one object are listed.
enum LoadLink {
  static func text(_ request: APIRequest, key: String) -> String {
    "\(request.stagePrefix)/loads?key=\(PercentEncoding.component(key))"
  }
}
