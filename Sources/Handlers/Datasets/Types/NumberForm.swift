/// How the numbers of a field are written: Table Schema's `decimalChar`, `groupChar`, `bareNumber`.
package struct NumberForm: Sendable, Equatable {
  package var decimal: [UInt8] = [0x2e]
  /// What stands between groups of digits; empty when nothing may.
  package var group: [UInt8] = []
  /// Whether nothing but the number may stand in the field, as a currency or a percent sign.
  package var isBare = true

  package init(decimal: [UInt8] = [0x2e], group: [UInt8] = [], isBare: Bool = true) {
    self.decimal = decimal
    self.group = group
    self.isBare = isBare
  }

  package static let plain = NumberForm()
  package var isPlain: Bool { self == .plain }
}
