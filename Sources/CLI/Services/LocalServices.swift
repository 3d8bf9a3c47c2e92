import AWS

/// PostgreSQL and moto, started together.
struct LocalServices: Sendable {
  let postgres: PostgresCluster
  let moto: MotoServer

  /// Starts both at once and returns when both answer.
  init(
    data: String, socketDirectory: String, isTemporary: Bool, toolbox: Toolbox
  ) throws(CommandError) {
    moto = try MotoServer(toolbox: toolbox, variables: toolbox.variables)
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
    do throws(AWSError) {
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
    } catch {
      throw CommandError("the local S3 and SQS cannot be set up: \(error)")
    }
  }

  /// Makes moto take mail from an address, as SES does once its owner has confirmed it.
  func acceptMail(from address: String) throws(CommandError) {
    let variables = LocalAWS.variables(endpoint: moto.endpoint)
    do throws(AWSError) {
      var ses = try SESClient { variables[$0] }
      try ses.createIdentity(address, timeout: .seconds(30))
    } catch {
      throw CommandError("the local SES cannot be set up: \(error)")
    }
  }
}
