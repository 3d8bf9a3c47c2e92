internal import AWS
internal import CSVLoad
internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres
internal import System

/// `POST /loads/{id}/replay`: queues an object's notification again.
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

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    guard let queue = services.variables["SLUICE_QUEUE_URL"] else {
      throw Problem(
        .notConfigured, "There is no queue to put the object's notification on.",
        hint: "Set SLUICE_QUEUE_URL for the handler api.")
    }
    let id = call.arguments.integer("id") ?? 0
    let object = try services.row(
      call, "SELECT bucket, key, version_id, sequencer FROM sluice.loads WHERE id = $1",
      [.integer(id)]
    ) { row in
      LoadedObject(
        bucket: try row.text(), key: try row.text(), versionID: try row.textIfPresent(),
        sequencer: try row.textIfPresent())
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
    return .object(status: 202) { json in
      json.member("id", id)
      json.member("bucket", object.bucket)
      json.member("key", object.key)
      json.member("loads", call.loadsPath(key: object.key))
    }
  }
}

/// The object of a load, from the ledger.
private struct LoadedObject {
  let bucket: String
  let key: String
  let versionID: String?
  let sequencer: String?

  /// The notification that S3 would send for it.
  ///
  /// It has the sequencer, by which csv-load detects objects older than the table, but no ETag, so that
  /// an object without versions is loaded in its current state.
  var notification: String {
    var json = JSONWriter()
    json.object { json in
      json.array("Records") { json in
        json.object { json in
          json.member("eventVersion", "2.1")
          json.member("eventSource", "aws:s3")
          json.member("eventName", "ObjectCreated:Replay")
          json.object("s3") { json in
            json.object("bucket") { json in json.member("name", bucket) }
            json.object("object") { json in
              json.member("key", PercentEncoding.component(key))
              if let versionID { json.member("versionId", versionID) }
              if let sequencer { json.member("sequencer", sequencer) }
            }
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
