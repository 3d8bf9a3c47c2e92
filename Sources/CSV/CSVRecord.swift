/// Where one record stands in its batch's tables and bytes.
@frozen
public struct CSVRecord: Sendable, Equatable {
  /// The index of its first field in the batch's table of fields.
  public let firstField: UInt32

  /// The number of its fields; none when it has a fault.
  public let fieldCount: UInt32

  /// The offset of its first byte in the batch's bytes.
  public let start: UInt32

  /// The offset behind its last byte, before the line end.
  public let end: UInt32

  /// The lines between the batch's first line and the record's.
  @usableFromInline
  let linesIntoBatch: UInt32

  @usableFromInline
  let faultCode: UInt32

  @inlinable
  @inline(__always)
  init(
    firstField: UInt32, fieldCount: UInt32, start: UInt32, end: UInt32, linesIntoBatch: UInt32,
    faultCode: UInt32
  ) {
    self.firstField = firstField
    self.fieldCount = fieldCount
    self.start = start
    self.end = end
    self.linesIntoBatch = linesIntoBatch
    self.faultCode = faultCode
  }

  /// Why the record has no fields, if its quoting is broken or it passes a limit.
  @inlinable
  @inline(__always)
  public var fault: CSVFault? {
    faultCode == 0 ? nil : CSVFault(rawValue: UInt8(truncatingIfNeeded: faultCode))
  }
}
