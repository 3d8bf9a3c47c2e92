/// Numbers as people read them.
package enum Quantity {
  /// `1,234,567`.
  package static func count(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `509.3 MB`.
  package static func bytes(_ count: Int) -> String {
    if count < 1000 { return "\(count) B" }
    var value = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB"] where value >= 999.95 {
      value /= 1000
      unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  /// `0:07`, `1:02:03`.
  package static func time(_ duration: Duration) -> String {
    let seconds = max(0, Int(duration.seconds.rounded(.up)))
    let minutes = seconds / 60 % 60
    return seconds < 3600
      ? "\(minutes):\(padded(seconds % 60))"
      : "\(seconds / 3600):\(padded(minutes)):\(padded(seconds % 60))"
  }
}

extension Quantity {
  /// `12.34`.
  package static func seconds(_ seconds: Double) -> String {
    let hundredths = Int((min(max(seconds, 0), 1e9) * 100).rounded())
    return "\(hundredths / 100).\(padded(hundredths % 100))"
  }
}
