internal import AWS
internal import JSON
internal import System

/// A posting that could not be read, as it came and why.
struct PostingReject: Sendable {
  let id: String?
  let code: String
  /// What was wrong and where; holds no value of the posting.
  let reason: String
  let document: String

  init(id: String?, code: String, reason: String, document: String) {
    self.id = id
    self.code = code
    self.reason = reason
    self.document = document
  }

  init(_ fault: JSONError, id: String?, document: Span<UInt8>) {
    let code =
      switch fault.code {
      case .missing, .null: "missing"
      case .mismatch: "type"
      case .rejected, .malformed, .unencodable: "value"
      }
    self.init(
      id: id, code: code, reason: "\(fault)",
      document: String(decoding: document.copied, as: UTF8.self))
  }

  /// By which the same reject is known when it comes again in the same run.
  var fingerprint: [UInt8] { Digest.sha256(Array(document.utf8)) }
}
