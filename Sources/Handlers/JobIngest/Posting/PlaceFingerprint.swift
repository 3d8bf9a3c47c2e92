internal import AWS

/// 128 bits that stand for a place, or for a set of them.
///
/// The fingerprint of a set is the sum of its members', so that their order does not matter.
struct PlaceFingerprint: Hashable, Sendable {
  private var high: UInt64
  private var low: UInt64

  static let zero = PlaceFingerprint(high: 0, low: 0)

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Takes the first half of the SHA-256 of the place's fields.
  init(of place: Place) {
    let fields = [
      place.name, place.city ?? "", place.subdivision ?? "", place.country ?? "",
      place.latitude.map { "\($0)" } ?? "", place.longitude.map { "\($0)" } ?? "",
    ]
    let digest = Digest.sha256(Array(fields.joined(separator: "\u{1F}").utf8))
    func word(_ start: Int) -> UInt64 {
      digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(high: word(0), low: word(8))
  }

  /// The 16 bytes, most significant first.
  var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - $0 * 8)) } }
  }

  static func += (sum: inout PlaceFingerprint, other: PlaceFingerprint) {
    let (low, carries) = sum.low.addingReportingOverflow(other.low)
    sum.low = low
    sum.high = sum.high &+ other.high &+ (carries ? 1 : 0)
  }
}
