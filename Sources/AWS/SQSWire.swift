// The inputs and outputs of SQS's operations, under the names they have on the wire.

struct QueueName: Encodable {
  let QueueName: String
}

struct QueueDescription: Encodable {
  let QueueName: String
  let Attributes: [String: String]
}

struct QueueURL: Decodable {
  let QueueUrl: String
}

struct AttributesQuery: Encodable {
  let QueueUrl: String
  let AttributeNames: [String]
}

struct QueueAttributes: Decodable {
  let Attributes: [String: String]?
}

struct Receive: Encodable {
  let QueueUrl: String
  let MaxNumberOfMessages: Int
  let WaitTimeSeconds: Int64
  let VisibilityTimeout: Int64?
  let AttributeNames: [String]
}

struct Messages: Decodable {
  let Messages: [SQSMessage]?
}

struct Send: Encodable {
  let QueueUrl: String
  let MessageBody: String
  let DelaySeconds: Int64?
}

struct Sent: Decodable {
  let MessageId: String
}

struct Batch<Entry: Encodable>: Encodable {
  let QueueUrl: String
  let Entries: [Entry]
}

struct DeleteEntry: Encodable {
  let Id: String
  let ReceiptHandle: String
}

struct Visibility: Encodable {
  let QueueUrl: String
  let ReceiptHandle: String
  let VisibilityTimeout: Int64
}

struct BatchAnswer: Decodable {
  struct Failed: Decodable {
    let Id: String
    let Code: String
    let Message: String?
  }

  let Failed: [Failed]?
}
