/// The frame around a record on the service's log channel (`_LAMBDA_TELEMETRY_LOG_FD`).
///
/// Sixteen bytes, big-endian: type with the level in bits 2 to 4, length, microseconds since 1970.
enum TelemetryFrame {
  static func header(for length: Int, level: LogLevel, format: LogFormat) -> [UInt8] {
    var type: UInt32 = format == .json ? 0xA55A_0002 : 0xA55A_0003
    type |= code(of: level) << 2
    let microseconds = UInt64(WallClock.now().milliseconds) * 1000
    return bytes(of: type) + bytes(of: UInt32(length)) + bytes(of: microseconds)
  }

  private static func code(of level: LogLevel) -> UInt32 {
    switch level {
    case .trace: 1
    case .debug: 2
    case .info: 3
    case .warn: 4
    case .error: 5
    case .fatal: 6
    }
  }

  private static func bytes<T: FixedWidthInteger>(of number: T) -> [UInt8] {
    stride(from: T.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
