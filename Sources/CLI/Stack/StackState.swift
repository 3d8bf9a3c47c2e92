import JSON

/// What a running stack tells other commands, in `.sluice/stack.json`.
package struct StackState: Codable, Sendable, Equatable {
  package var process: Int32
  /// For example `http://127.0.0.1:8080`.
  package var front: String
  package var awsEndpoint: String
  package var databaseURL: String
  package var bucket: String
  package var queueURL: String
  package var region: String
  /// The stub of the USAJOBS API, for example `http://127.0.0.1:40123`; nil when the stack leaves
  /// it to the user's own variables where postings come from.
  package var usajobsStub: String?

  /// The variables that point any AWS SDK, libpq and `job-ingest` at the stack.
  package var variables: [String: String] {
    var variables = LocalAWS.variables(endpoint: awsEndpoint, region: region)
    if let usajobsStub { variables.merge(LocalUSAJOBS.variables(stub: usajobsStub)) { $1 } }
    variables["DATABASE_URL"] = databaseURL
    variables["SLUICE_BUCKETS"] = bucket
    variables["SLUICE_QUEUE_URL"] = queueURL
    return variables
  }

  func write(to directory: StackDirectory) throws(CommandError) {
    let bytes: [UInt8]
    do throws(JSONError) {
      bytes = try JSON.encode(self)
    } catch {
      throw CommandError("\(error)")
    }
    try Files.write(bytes + [UInt8(ascii: "\n")], to: directory.statePath)
  }

  /// The stack that runs in a directory, if one does.
  package static func running(in path: String) throws(CommandError) -> StackState? {
    guard Files.exists("\(path)/stack.json") else { return nil }
    let directory = try StackDirectory(path)
    // A free lock means that the file was left behind.
    if try StackLock(directory) != nil { return nil }
    do {
      return try JSON.decode(StackState.self, from: Files.read(directory.statePath))
    } catch {
      throw CommandError(
        "\(directory.statePath) cannot be read: \(error)", advice: "Stop the stack; start it anew.")
    }
  }
}

/// The AWS account of the local stack: nothing in it is secret.
package enum LocalAWS {
  package static let region = "us-east-1"
  static let bucket = "sluice-uploads"
  static let queue = "sluice-uploads"
  static let deadLetterQueue = "sluice-uploads-dead"
  /// Rejected records are written beside, under `rejected/`; they must not come back as uploads.
  static let prefix = "uploads/"

  package static func variables(endpoint: String, region: String = region) -> [String: String] {
    [
      "AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_ENDPOINT_URL": endpoint,
      "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
    ]
  }
}

/// How the local stack and its commands come by postings.
package enum LocalUSAJOBS {
  /// Whether somebody has said where postings come from: then they do, and there is no stub.
  package static func isChosen(in variables: [String: String]) -> Bool {
    ["USAJOBS_API_KEY", "USAJOBS_ENDPOINT"].contains { variables[$0]?.isEmpty == false }
  }

  /// What makes `job-ingest` ask the stub, as whoever it likes and without waiting between pages.
  package static func variables(stub: String) -> [String: String] {
    [
      "USAJOBS_ENDPOINT": stub + StubServer.searchPath, "USAJOBS_API_KEY": "local",
      "USAJOBS_EMAIL": "local@sluice.example", "USAJOBS_PAUSE_MS": "0",
    ]
  }
}
