extension DataPackage {
  /// A dataset, and after it those whose records may wait for its rows, or for rows of those.
  package func family(of dataset: Dataset) -> [Dataset] {
    var family = [dataset]
    var next = 0
    while next < family.count {
      let parent = family[next].table
      family += datasets.filter { child in
        child.foreignKeys.contains { $0.table == parent }
          && !family.contains { $0.table == child.table }
      }
      next += 1
    }
    return family
  }
}
