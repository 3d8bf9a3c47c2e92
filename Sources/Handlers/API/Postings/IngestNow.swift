internal import JSON
internal import JobIngest
internal import LambdaEvents
internal import LambdaRuntime
internal import Postgres

/// `POST /ingest` and `DELETE /postings`: runs an ingestion now, and deletes all postings.
enum IngestNow {
  static let routes = [
    Route(
      method: "POST", path: "/ingest", aliases: ["/etl"], id: "ingest", group: .postings,
      summary: "Run an ingestion now",
      about: """
        Takes what the schedule's input may be: {} for every saved search, {"search": NAME} for one, \
        or the parameters of a search, of which some are listed here. What does not fit into the \
        call's time goes on with the next.
        """,
      role: .writer, body: .json(search, isRequired: false),
      success: .json(.object([], isOpen: true), "What the ingestion found and changed."),
      problems: [.serviceRefused], answer: ingest),
    Route(
      method: "DELETE", path: "/postings", aliases: ["/wipe"], id: "deletePostings",
      group: .postings, summary: "Empty the postings",
      about: "The history of ingestions stays; the next one begins anew.", role: .admin,
      success: .json(
        .object([.required("deleted", .integer(0...Int.max))]), "How many there were."),
      answer: wipe),
  ]

  private static let search = Schema.object([
    .optional("keyword", .nullable(.string(pattern: "^[!-~][ -~]*$"))),
    .optional("minimumPay", .nullable(.integer(0...9_999_999))),
    .optional("payGradeLow", .nullable(.integer(1...15))),
    .optional("remote", .nullable(.boolean)),
  ])

  private static func ingest(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    try call.requireJSON()
    let body = try call.request.body
    let first = body.first { byte in ![0x20, 0x09, 0x0A, 0x0D].contains(byte) }
    guard first == nil || first == UInt8(ascii: "{") else {
      throw Problem(.badRequest, "The body must be a JSON object.")
    }
    let event: ScheduledEvent<IngestRequest>
    do {
      event = try JSON.decode(
        ScheduledEvent<IngestRequest>.self, from: body.isEmpty ? Array("{}".utf8) : body)
    } catch {
      throw Problem(.badRequest, "The body is no request for an ingestion: \(error)")
    }
    var handler: JobIngestHandler
    do {
      handler = try JobIngestHandler(variables: services.variables)
    } catch let error as SettingError {
      call.context.log.error("An ingestion is not set up", ["reason": .string(error.message)])
      throw Problem(
        .serviceRefused, "This API is not set up for ingestions.",
        hint: "The log names the variable that is missing.")
    }
    do {
      let answer = try handler.handle(event, context: call.context)
      return .json(try JSON.encode(answer))
    } catch let fault as InvalidEvent {
      throw Problem(.badRequest, fault.message)
    } catch let fault as IngestFault {
      call.context.log.error("An ingestion failed", ["reason": .string(fault.message)])
      throw Problem(.serviceRefused, "The ingestion failed.", hint: "The log has the reason.")
    }
  }

  private static func wipe(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    // Places stay, because other workers remember their ids. Checkpoints go, because the postings
    // before them are deleted.
    let deleted = try services.write(call) { connection in
      try connection.run("DELETE FROM public.posting_searches")
      let deleted = try connection.run("DELETE FROM public.postings")
      try connection.run(
        "UPDATE sluice.ingest_runs SET next_offset = NULL WHERE next_offset IS NOT NULL")
      return deleted
    }
    return .object { json in json.member("deleted", deleted) }
  }
}
