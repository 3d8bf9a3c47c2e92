internal import AWS
internal import Datasets
internal import Passwords
internal import System

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
