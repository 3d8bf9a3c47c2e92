import AWS

/// `sluice upload`: files into the stack's bucket.
enum UploadCommand {
  static func run(files: [String], key: String?, directory: String) throws(CommandError) -> Int32 {
    let target = try Target(directory: directory)
    var uploader = try Uploader(target)
    for file in files {
      let key = UploadKey.of(file, given: key)
      try uploader.put(try Files.read(file), key: key)
      Console.print("\(file) → s3://\(target.bucket)/\(key)")
    }
    return 0
  }

  /// Where uploads go: the running stack, or what the variables of AWS's tools say.
  struct Target {
    var bucket: String
    var variables: [String: String]

    init(_ state: StackState) {
      bucket = state.bucket
      variables = state.variables
    }

    init(directory: String) throws(CommandError) {
      if let state = try StackState.running(in: directory) {
        self = Target(state)
        return
      }
      var variables = ProcessEnvironment.all
      guard let endpoint = variables["AWS_ENDPOINT_URL"], !endpoint.isEmpty else {
        throw CommandError(
          "no stack runs in \(directory)",
          advice: "Start one with sluice local, or set AWS_ENDPOINT_URL.")
      }
      variables.merge(LocalAWS.variables(endpoint: endpoint)) { own, _ in own }
      let buckets = variables["SLUICE_BUCKETS"]?.split(separator: ",").first.map(String.init)
      self.variables = variables
      bucket = buckets ?? LocalAWS.bucket
    }
  }

  /// An S3 client and the bucket it writes to.
  struct Uploader: ~Copyable {
    private let bucket: String
    private var client: S3Client

    init(_ target: Target) throws(CommandError) {
      bucket = target.bucket
      let variables = target.variables
      do throws(AWSError) {
        client = try S3Client { variables[$0] }
      } catch {
        throw CommandError("\(error)")
      }
    }

    mutating func put(_ bytes: [UInt8], key: String) throws(CommandError) {
      do throws(AWSError) {
        _ = try client.put(
          S3Object(bucket: bucket, key: key), body: bytes, contentType: "text/csv",
          timeout: .seconds(600))
      } catch {
        throw CommandError("\(key) cannot be uploaded: \(error)")
      }
    }
  }
}

/// Keys for uploaded files.
package enum UploadKey {
  /// The key given, completed by the file's name if it ends in a slash; else one below a folder
  /// that has the file's stem for its name: `uploads/people/people.csv`.
  package static func of(_ file: String, given key: String?) -> String {
    let name = Files.name(of: file)
    if let key { return key.hasSuffix("/") ? key + name : key }
    let stem = name.prefix { $0 != "." }
    return "uploads/\(stem.isEmpty ? name[...] : stem)/\(name)"
  }
}
