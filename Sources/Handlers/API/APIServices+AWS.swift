internal import AWS
internal import LambdaRuntime
internal import Postgres

extension APIServices {
  /// Lends the client of S3, made when first needed.
  mutating func withS3<R>(_ body: (inout S3Client) throws -> R) throws -> R {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    let result = Result { try body(&client) }
    s3 = consume client
    return try result.get()
  }

  /// Lends the connection, for work with transactions of its own, and the client of S3.
  mutating func workWithS3<R>(
    _ call: APICall, _ body: (inout PostgresConnection, inout S3Client) throws -> R
  ) throws -> R {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    let result = Result { try work(call) { connection in try body(&connection, &client) } }
    s3 = consume client
    return try result.get()
  }

  /// Lends the client of SQS, made when first needed.
  mutating func withSQS<R>(_ body: (inout SQSClient) throws -> R) throws -> R {
    let variables = variables
    var client = try sqs.take() ?? SQSClient(lookup: { variables[$0] })
    let result = Result { try body(&client) }
    sqs = consume client
    return try result.get()
  }
}
