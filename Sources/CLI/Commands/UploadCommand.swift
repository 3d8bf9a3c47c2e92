import AWS

/// `sluice upload`: files into the stack's bucket.
package struct UploadCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "upload", operands: "FILE…", operandCount: 1...Int.max,
    summary: "Uploads files to the local stack's bucket.",
    options: [
      OptionSpec(
        "--key", "KEY", "the object's key, or a prefix for the files' names if it ends in /"),
      .directory,
    ],
    details: """
      By default, NAME.csv gets the key uploads/NAME/NAME.csv, which the Data Package routes to the
      table NAME. The files go to the stack that runs in the stack's directory, otherwise to the
      endpoint that AWS_ENDPOINT_URL names.
      """)

  package var files: [String]
  package var key: String?
  package var directory = StackOptions.defaultDirectory

  package init(_ files: [String], key: String? = nil) { (self.files, self.key) = (files, key) }

  package init(_ line: CommandLineReader) throws(CommandError) {
    self.init(line.operands, key: line.text("--key"))
    directory = line.directory
    if let key, files.count > 1, !key.hasSuffix("/") {
      throw line.misuse("one key cannot name \(files.count) files; end it in /")
    }
  }

  package func run() throws(CommandError) -> Int32 {
    var uploader = try Uploader(directory: directory)
    for file in files {
      let key = Self.key(of: file, given: key)
      try uploader.put(try Files.read(file), key: key)
      Console.print("\(file) → s3://\(uploader.bucket)/\(key)")
    }
    return 0
  }

  /// The key given, completed by the file's name if it ends in a slash; otherwise one below a folder
  /// with the file's stem as its name: `uploads/people/people.csv`.
  package static func key(of file: String, given key: String? = nil) -> String {
    let name = Files.name(of: file)
    if let key { return key.hasSuffix("/") ? key + name : key }
    let stem = name.prefix { $0 != "." }
    return "uploads/\(stem.isEmpty ? name[...] : stem)/\(name)"
  }
}

/// An S3 client and the bucket it writes to.
struct Uploader: ~Copyable {
  let bucket: String
  private var client: S3Client

  /// Uploads to a running stack.
  init(_ state: StackState) throws(CommandError) {
    try self.init(bucket: state.bucket, variables: state.variables)
  }

  /// Uploads to the stack that runs in a directory, or to what the variables of AWS's tools name.
  init(directory: String) throws(CommandError) {
    if let state = try StackState.running(in: directory) {
      try self.init(state)
      return
    }
    var variables = ProcessEnvironment.all
    guard let endpoint = variables["AWS_ENDPOINT_URL"], !endpoint.isEmpty else {
      throw CommandError(
        "no stack runs in \(directory)",
        advice: "Start one with sluice local, or set AWS_ENDPOINT_URL.")
    }
    variables.merge(LocalAWS.variables(endpoint: endpoint)) { own, _ in own }
    let bucket = variables["SLUICE_BUCKETS"]?.split(separator: ",").first.map(String.init)
    try self.init(bucket: bucket ?? LocalAWS.bucket, variables: variables)
  }

  private init(bucket: String, variables: [String: String]) throws(CommandError) {
    self.bucket = bucket
    client = try orFail("the bucket \(bucket) cannot be reached") { try S3Client { variables[$0] } }
  }

  mutating func put(_ bytes: [UInt8], key: String) throws(CommandError) {
    try orFail("\(key) cannot be uploaded") {
      _ = try client.put(
        S3Object(bucket: bucket, key: key), body: bytes, contentType: "text/csv",
        timeout: .seconds(600))
    }
  }
}
