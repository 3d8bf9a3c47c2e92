extension Duration {
  /// The duration in seconds, to the microsecond.
  package var seconds: Double {
    let (whole, fraction) = components
    return Double(whole) + Double(fraction / 1_000_000_000_000) / 1_000_000
  }
}
