/// Holds what a client asks of all its transfers.
struct TransferSettings: Sendable {
  let caBundle: String?
  let connectTimeout: Duration
  let stallLimit: Duration
}
