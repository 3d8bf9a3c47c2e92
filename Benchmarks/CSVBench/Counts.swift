import CSV
internal import Datasets

/// Parsing alone, with a consumer in another module that reads every entry of the tables.
struct ParseCounts {
  private(set) var records = 0
  private(set) var fields = 0
  private(set) var faults = 0
  private var valueBytes = 0

  mutating func add(_ batch: borrowing CSVBatch) {
    let table = unsafe batch.fields
    for index in 0..<batch.count {
      let record = unsafe batch.records[index]
      if record.fault != nil { faults += 1 }
      let first = Int(record.firstField)
      for field in first..<first + Int(record.fieldCount) {
        unsafe valueBytes &+= table[field].count
      }
    }
    records += batch.count
    fields += table.count
  }
}

/// Parsing, judging and converting, as a load does it, with the rows thrown away.
struct ConvertCounts: ~Copyable {
  private(set) var accepted = 0
  private(set) var refused = 0
  private(set) var bytes = 0
  private var encoder: RowEncoder
  private var rows = RowBuffer()

  init(_ dataset: Dataset) {
    encoder = RowEncoder(dataset, sources: Array(dataset.fields.indices))
  }

  mutating func add(_ batch: borrowing CSVBatch) {
    var index = 0
    accepted += batch.count
    let isText = RowEncoder.isText(batch)
    while true {
      switch encoder.encode(batch, from: index, isText: isText, into: &rows, limit: 32 << 10) {
      case .end:
        return
      case .full(let next):
        bytes += rows.count
        rows.truncate(to: 0)
        index = next
      case .refused(let at, _):
        refused += 1
        accepted -= 1
        index = at + 1
      }
    }
  }
}
