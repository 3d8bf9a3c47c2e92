import API
import AWS
import FeatureRigs
import JSON
import LambdaRuntime
import TestSupport
import Testing

/// Loads, and the API over their ledger, with a queue.
struct LoadRig: ~Copyable {
  var loader: LoaderRig
  let queue: String
  var sqs: SQSClient
  private var api: APIHandler

  static let writer =
    #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["write"]}}"#

  init(_ more: [String: String] = [:]) throws {
    let aws = AWSServer.variables
    var sqs = try SQSClient(lookup: { aws[$0] })
    let queue = try sqs.createQueue(
      "loads-\(UInt64.random(in: 0 ... .max))", timeout: .seconds(10))
    let loader = try LoaderRig(
      ["API_ACCESS": "open-reads", "SLUICE_QUEUE_URL": queue].merging(more) { _, new in new })
    var variables = aws.merging(more) { _, new in new }
    for name in ["DATABASE_URL", "SLUICE_DATAPACKAGE", "API_ACCESS", "SLUICE_QUEUE_URL"] {
      variables[name] = loader.variables[name]
    }
    variables["SLUICE_BUCKETS"] = more["SLUICE_BUCKETS"] ?? loader.bucket
    self.init(loader, queue, sqs, try APIHandler(variables: EnvironmentVariables(variables)))
  }

  private init(
    _ loader: consuming LoaderRig, _ queue: String, _ sqs: consuming SQSClient,
    _ api: consuming APIHandler
  ) {
    self.loader = loader
    self.queue = queue
    self.sqs = sqs
    self.api = api
  }

  mutating func get(_ path: String, _ query: String = "") throws -> AccountRig.Answer {
    try AccountRig.send(AccountRig.event("GET", path, query: query), to: &api)
  }

  mutating func post(
    _ path: String, query: String = "", body: String? = nil, type: String = "application/json"
  ) throws -> AccountRig.Answer {
    try AccountRig.send(
      AccountRig.event(
        "POST", path, query: query, body: body, type: type, authorizer: Self.writer), to: &api)
  }
}

extension JSONValue {
  /// The elements of an array.
  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
  /// A number without a fraction.
  var int: Int? { if case .integer(let number) = self { Int(number) } else { nil } }
}
