internal import AWS
internal import Datasets
internal import JSON
internal import LambdaEvents
internal import LambdaRuntime
internal import Passwords
internal import System

/// `POST /uploads`: a form by which a file goes to S3, and `POST /uploads/{table}`: a small file itself.
enum Uploads {
  /// The largest object that one request to S3 makes.
  private static let maximumBytes = 5 << 30
  /// The largest body; the gateway's own limit is 6 MB for all of an event.
  private static let maximumBody = 5_000_000
  private static let lifetime = Duration.seconds(900)

  static let routes = [
    Route(
      method: "POST", path: "/uploads", aliases: ["/upload"], id: "upload", group: .loads,
      summary: "Bring a file",
      about: """
        Answers a form with which the file goes straight to S3, within 15 minutes, with all its \
        fields in front of the one called file (multipart/form-data). The object's load follows by \
        itself.
        """,
      role: .writer,
      body: .json(
        .object([
          .required("table", .string(shortest: 1, longest: 128)),
          .required("name", .string(shortest: 1, longest: 255)),
          .required("bytes", .integer(1...maximumBytes)),
        ])),
      success: .json(
        .object([
          .required("method", .choice(["POST"])), .required("url", .string(format: "uri")),
          .required("fields", .object([], isOpen: true)), .required("bucket", .string()),
          .required("key", .string()), .required("expires_at", .string(format: "date-time")),
          .required("loads", .string()),
        ]), status: 201, "The form; loads is where to follow what becomes of the file."),
      problems: [.unknownTable, .conflict, .unsupportedMediaType, .notConfigured], answer: form),
    Route(
      method: "POST", path: "/uploads/{table}", id: "uploadFile", group: .loads,
      summary: "Bring a small file", about: "Puts a CSV of at most 5 MB into the bucket.",
      role: .writer,
      parameters: [
        TableList.name,
        .query("name", .text(longest: 255), default: "upload.csv", "The file's name."),
      ],
      body: Route.RequestBody(content: [("text/csv", .string(shortest: 1))]),
      success: .json(
        .object([
          .required("bucket", .string()), .required("key", .string()),
          .required("loads", .string()),
        ]), status: 202, "The file is in the bucket; loads is where to follow what becomes of it."),
      problems: [
        .unknownTable, .conflict, .tooLarge, .unsupportedMediaType, .notConfigured, .serviceRefused,
      ], answer: put),
  ]

  private static func bucket(_ services: borrowing APIServices) throws(Problem) -> String {
    guard let bucket = services.settings.bucket else {
      throw Problem(
        .notConfigured, "There is no bucket that takes uploads.",
        hint: "Name it first in SLUICE_BUCKETS of the handler api.")
    }
    return bucket
  }

  @Sendable private static func form(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let bucket = try bucket(services)
    let body = try BodyObject(call, required: ["table", "name", "bytes"])
    let table = try body.text("table") { rule("table", $0, 128) } ?? ""
    let file = try body.text("name") { rule("name", $0, 255) } ?? ""
    let bytes = try body.integer("bytes", 1...maximumBytes) ?? 1
    let key = try key(file, table, services.package)
    let form = try services.withS3 { client in
      try client.presignedPOST(
        S3Object(bucket: bucket, key: key), contentType: UploadKey.contentType(of: file),
        bytes: 1...Int64(bytes), expires: lifetime)
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("method", "POST")
    json.member("url", form.url)
    json.key("fields")
    json.beginObject()
    for (name, value) in form.fields { json.member(name, value) }
    json.endObject()
    json.member("bucket", bucket)
    json.member("key", key)
    json.member("expires_at", form.expiresAt)
    json.member("loads", LoadLink.text(call.request, key: key))
    json.endObject()
    return .json(json.bytes, status: 201, headers: [("cache-control", "no-store")])
  }

  @Sendable private static func put(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let bucket = try bucket(services)
    let type = call.request.headers["content-type"]?.prefix { $0 != ";" }
      .filter { $0 != " " }.lowercased()
    guard type == "text/csv" else {
      throw Problem(.unsupportedMediaType, "The body must be text/csv.")
    }
    let file = try call.arguments.required("name")
    let key = try key(file, call.arguments.required("table"), services.package)
    let body = try call.request.body
    guard !body.isEmpty else { throw Problem(.badRequest, "The body is empty; expected a CSV.") }
    guard body.count <= maximumBody else {
      throw Problem(
        .tooLarge, "The body has more than \(maximumBody) bytes.",
        hint: "Larger files go straight to S3, by the form of POST /uploads.")
    }
    let timeout = call.context.deadline.remaining - .milliseconds(500)
    try services.withS3 { client in
      _ = try client.put(
        S3Object(bucket: bucket, key: key), body: body, contentType: "text/csv", timeout: timeout)
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("bucket", bucket)
    json.member("key", key)
    json.member("loads", LoadLink.text(call.request, key: key))
    json.endObject()
    return .json(json.bytes, status: 202)
  }

  private static func key(
    _ file: String, _ table: String, _ package: DataPackage
  ) throws -> String {
    guard let dataset = package.dataset(named: table) else {
      throw Problem(
        .unknownTable, "The table \"\(table)\" is not declared.",
        hint: "Known are \(package.names).")
    }
    return try UploadKey(file: file, of: dataset, in: package).text
  }

  private static func rule(_ name: String, _ text: String, _ length: Int) -> String? {
    (1...length).contains(text.unicodeScalars.count)
      ? nil : "\(name) must have 1 to \(length) characters"
  }
}

/// The key for an uploaded file: below its dataset's prefix, of safe characters, and never that of
/// another upload.
struct UploadKey {
  let text: String

  /// - Throws: A problem when what a dataset's key leads to is another dataset.
  init(file: String, of dataset: Dataset, in package: DataPackage) throws {
    let id = try UploadKey.id()
    let name = UploadKey.cleaned(file)
    if let prefix = dataset.prefix {
      text = prefix + (prefix.hasSuffix("/") ? "" : "-") + "\(id)-\(name)"
    } else {
      // Without a prefix, the name of the file leads to the dataset.
      let ending = name.drop { $0 != "." }
      text = "uploads/\(dataset.name)/\(id)/\(dataset.name)\(ending.isEmpty ? ".csv" : ending)"
    }
    guard package.dataset(forKey: text)?.name == dataset.name else {
      throw Problem(
        .conflict, "Files of this table cannot be told from those of another.",
        hint: "Give its dataset a prefix of its own in the Data Package.")
    }
  }

  /// What a browser calls the file's type, by which its upload is bound.
  static func contentType(of file: String) -> String {
    let name = file.lowercased()
    if name.hasSuffix(".gz") || name.hasSuffix(".gzip") { return "application/gzip" }
    if name.hasSuffix(".zst") || name.hasSuffix(".zstd") { return "application/zstd" }
    return "text/csv"
  }

  /// The last part of a path, with a hyphen for whatever stands between letters, digits and dots.
  static func cleaned(_ file: String) -> String {
    var name: [UInt8] = []
    for byte in file.utf8 {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "\\"): name = []
      case let byte where byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_"): name.append(byte)
      case UInt8(ascii: "."):
        if let last = name.last, last != byte { name.append(byte) }
      default:
        if let last = name.last, last != UInt8(ascii: "-") { name.append(UInt8(ascii: "-")) }
      }
    }
    while let last = name.last, ".-".utf8.contains(last) { name.removeLast() }
    // The end says how the file is compressed.
    let text = String(decoding: name.suffix(100), as: UTF8.self)
    return text.isEmpty ? "upload.csv" : text
  }

  /// 48 random bits.
  private static func id() throws(PasswordError) -> String {
    String(Digest.hex(Digest.sha256(Array(try SecretToken.make().utf8))).prefix(12))
  }
}
