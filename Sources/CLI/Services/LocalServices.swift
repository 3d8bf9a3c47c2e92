import AWS
import CProcess
import Glibc
import HTTP

/// PostgreSQL and moto, started together.
struct LocalServices: Sendable {
  let postgres: PostgresCluster
  let moto: MotoServer

  /// Starts both at once and returns when both answer.
  init(
    data: String, socketDirectory: String, isTemporary: Bool, toolbox: Toolbox
  ) throws(CommandError) {
    moto = try MotoServer(toolbox: toolbox)
    postgres = try PostgresCluster(
      directory: data, socketDirectory: socketDirectory, isTemporary: isTemporary,
      toolbox: toolbox)
    try moto.untilReady()
  }

  func stop() {
    moto.stop()
    postgres.stop()
  }

  /// Makes the bucket, the queue with its dead-letter queue, and the way from one to the other.
  func makeBucketAndQueue(
    visibilityTimeout: Duration
  ) throws(CommandError) -> (url: String, arn: String) {
    let variables = LocalAWS.variables(endpoint: moto.endpoint)
    let limit = Duration.seconds(30)
    return try orFail("the local S3 and SQS cannot be set up") {
      var sqs = try SQSClient { variables[$0] }
      let dead = try sqs.createQueue(LocalAWS.deadLetterQueue, timeout: limit)
      let deadARN = try sqs.queueARN(of: dead, timeout: limit)
      let url = try sqs.createQueue(
        LocalAWS.queue,
        attributes: ["VisibilityTimeout": String(visibilityTimeout.components.seconds)],
        redrive: SQSRedrive(deadLetterQueueARN: deadARN, maxReceiveCount: 3), timeout: limit)
      let arn = try sqs.queueARN(of: url, timeout: limit)
      var s3 = try S3Client { variables[$0] }
      try s3.createBucket(LocalAWS.bucket, timeout: limit)
      try s3.notify(
        queueARN: arn, ofObjectsCreatedIn: LocalAWS.bucket, prefix: LocalAWS.prefix,
        timeout: limit)
      return (url, arn)
    }
  }

  /// Makes moto take mail from an address, as SES does once its owner has confirmed it.
  func acceptMail(from address: String) throws(CommandError) {
    let variables = LocalAWS.variables(endpoint: moto.endpoint)
    try orFail("the local SES cannot be set up") {
      var ses = try SESClient { variables[$0] }
      try ses.createIdentity(address, timeout: .seconds(30))
    }
  }
}

/// S3 and SQS on a free loopback port, played by moto; what they hold is lost when it stops.
struct MotoServer: Sendable {
  private let server: ServiceProcess
  let endpoint: String

  init(toolbox: Toolbox) throws(CommandError) {
    let port = cprocess_free_port()
    guard port != 0 else { throw .system("find a free port") }
    var environment = toolbox.variables
    // Threads of a development server; its log is not for us.
    environment["PYTHONUNBUFFERED"] = "1"
    let server = try ServiceProcess(
      "moto_server",
      ChildCommand(
        try toolbox.moto(), ["-H", "127.0.0.1", "-p", String(port)], environment: environment),
      stopSignal: SIGKILL)
    self.server = server
    endpoint = "http://127.0.0.1:\(port)"
  }

  /// Waits until it answers, which takes Python a few seconds.
  func untilReady() throws(CommandError) {
    var client = try orFail("moto cannot be asked") { try HTTPClient() }
    try server.untilReady {
      let answer = try? client.send(
        HTTPRequest(url: "\(endpoint)/moto-api/data.json"), timeout: .seconds(5))
      return answer?.status == 200
    }
  }

  func stop() { server.stop() }
}
