import AWS
import HTTP
import JSON
import Testing

/// A request to sign, as the oracle reads it.
struct SigningCase: Encodable, Sendable {
  var method = "GET"
  var host = "bucket.s3.eu-central-1.amazonaws.com"
  var path = "/key"
  var query = ""
  var headers: [[String]] = []
  var body = ""
  var token: String?
  var service = "s3"
  var region = "eu-central-1"
  var isUnsigned = false
  var expires: Int64 = 0
  var time: Int64 = 1_369_353_600
  var url = ""
  var key = "AKIDEXAMPLE"
  var secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

  func change(_ change: (inout SigningCase) -> Void) -> SigningCase {
    var copy = self
    change(&copy)
    copy.url = "https://\(copy.host)\(copy.path)\(copy.query.isEmpty ? "" : "?\(copy.query)")"
    return copy
  }

  var request: SignableRequest {
    SignableRequest(
      method: method, host: host, path: path, query: query,
      headers: HTTPFields(headers.map { ($0[0], $0[1]) }))
  }

  var signature: SignatureV4 {
    SignatureV4(
      credentials: Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token),
      region: region, service: service, unixTime: time)
  }
}

/// What the oracle made of a request.
struct OracleSignature: Decodable {
  let url: String
  let authorization: String
  let date: String
  let token: String
  let contentHash: String
}

@Suite struct SignatureV4Tests {
  static let paths = [
    "/", "/key", "/a%20b", "/a%2Bb", "/100%25", "/%C3%A9/%E2%82%AC/%F0%9F%98%80", "/a//b", "//a",
    "/a/../b", "/a/./b", "/..", "/a/", "/%28%29%21%2A%27%3A%2C%40%3D%26%3B%24", "/~-._",
    "/bucket/key", "/%0A%09%00",
  ]
  static let queries = [
    "versionId=abc", "b=2&a=1", "uploads=", "uploads", "a=&b", "z=%2B%2F%3D%3D&list-type=2",
    "a=2&a=1&a=", "a-b=1&a=2&aa=3&A=4", "prefix=a%20b%2Fc&delimiter=%2F", "a=b=c",
  ]
  static let headerLists: [[[String]]] = [
    [["Range", "bytes=0-9"], ["If-Match", "\"abc\""]],
    [["X-Amz-Meta-A", "1"], ["X-Amz-Meta-A", "2"], ["x-amz-meta-a", "3"]],
    [["X-Amz-Meta-Ab", "1"], ["X-Amz-Meta-A", "2"], ["X-Amz-Meta-A-B", "3"]],
    [["X-Spaces", "  a   b \t c  "], ["X-Empty", ""]],
    [
      ["User-Agent", "x"], ["Expect", ""], ["X-Amzn-Trace-Id", "y"], ["Content-Type", "text/csv"],
    ],
  ]

  static var cases: [SigningCase] {
    let base = SigningCase()
    var cases: [SigningCase] = []
    for path in paths {
      cases.append(base.change { $0.path = path })
      cases.append(base.change { ($0.path, $0.expires) = (path, 3600) })
    }
    for query in queries {
      cases.append(base.change { $0.query = query })
    }
    for headers in headerLists { cases.append(base.change { $0.headers = headers }) }
    for body in ["", "hello", "é"] {
      cases.append(base.change { ($0.method, $0.body) = ("PUT", body) })
      cases.append(base.change { ($0.method, $0.body, $0.isUnsigned) = ("PUT", body, true) })
    }
    for host in ["127.0.0.1:5000", "s3.amazonaws.com", "bucket.s3.cn-north-1.amazonaws.com.cn"] {
      cases.append(base.change { $0.host = host })
    }
    for time: Int64 in [0, 951_827_696, 1_583_020_799, 1_735_689_599, 4_102_444_800] {
      cases.append(base.change { $0.time = time })
    }
    let token = "IQoJb3JpZ2luX2VjEJ//////////wEaCXVz+LWVhc3Q=="
    cases.append(base.change { $0.token = token })
    cases.append(base.change { ($0.token, $0.expires) = (token, 60) })
    cases.append(
      base.change { ($0.token, $0.expires, $0.query) = (token, 604_800, "versionId=a%2Fb") })
    cases.append(base.change { ($0.method, $0.expires) = ("PUT", 60) })
    cases.append(
      base.change {
        $0.service = "sqs"
        $0.host = "sqs.eu-central-1.amazonaws.com"
        ($0.method, $0.path, $0.body, $0.token) = ("POST", "/", "{\"QueueName\":\"q\"}", token)
        $0.headers = [
          ["Content-Type", "application/x-amz-json-1.0"],
          ["X-Amz-Target", "AmazonSQS.GetQueueUrl"],
        ]
      })
    return cases
  }

  @Test(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has botocore"))
  func `signatures are botocore's, byte for byte`() throws {
    let cases = SignatureV4Tests.cases
    let answers = try TestEnvironment.oracle("sign.py", cases, as: [OracleSignature].self)
    try #require(answers.count == cases.count)
    for (item, answer) in zip(cases, answers) {
      if item.expires > 0 {
        let query = item.signature.presignedQuery(item.request, expires: .seconds(item.expires))
        #expect("https://\(item.host)\(item.path)?\(query)" == answer.url, "\(item)")
      } else {
        let hash = item.isUnsigned ? SignatureV4.unsignedPayload : sha256(item.body)
        let headers = item.signature.sign(item.request, payloadHash: hash)
        #expect(headers["Authorization"] == answer.authorization, "\(item)")
        #expect(headers["X-Amz-Date"] == answer.date)
        #expect(headers["X-Amz-Security-Token"] ?? "" == answer.token)
        #expect(headers["X-Amz-Content-SHA256"] ?? "" == answer.contentHash)
      }
    }
  }

  /// The examples of the "Amazon S3 API Reference", "Signature Calculations".
  @Test func `the examples of AWS's own pages are met`() {
    var item = SigningCase().change {
      $0.host = "examplebucket.s3.amazonaws.com"
      $0.region = "us-east-1"
      $0.key = "AKIAIOSFODNN7EXAMPLE"
      $0.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
      ($0.path, $0.headers) = ("/test.txt", [["Range", "bytes=0-9"]])
    }
    let get = item.signature.sign(item.request, payloadHash: sha256(""))
    #expect(
      get["Authorization"] == """
        AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
        SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
        Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
        """)
    item.headers = []
    item.path = "/"
    item.query = "lifecycle"
    let lifecycle = item.signature.sign(item.request, payloadHash: sha256(""))
    #expect(
      lifecycle["Authorization"]?.hasSuffix(
        "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543") == true)
    item.query = "max-keys=2&prefix=J"
    let list = item.signature.sign(item.request, payloadHash: sha256(""))
    #expect(
      list["Authorization"]?.hasSuffix(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7") == true)
    item.path = "/test.txt"
    item.query = ""
    let query = item.signature.presignedQuery(item.request, expires: .seconds(86400))
    #expect(
      query == """
        X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524\
        %2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400\
        &X-Amz-SignedHeaders=host&X-Amz-Signature=\
        aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
        """)
  }

  private func sha256(_ text: String) -> String {
    SignatureV4.payloadHash(Array(text.utf8))
  }
}
