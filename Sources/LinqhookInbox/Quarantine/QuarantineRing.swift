/// Which refused requests are kept: up to a number of requests and of bytes.
///
/// Equal requests are kept once. Where there is no room, something of the lowest class goes, never of a class above
/// the newcomer's: then it is the newcomer that does not fit. Within a class the client that takes most room loses
/// its oldest, so that nobody can push out another's by sending more.
package struct QuarantineRing {
  /// What becomes of a request.
  package enum Admission: Equatable {
    /// It gets a number, and those that it displaces must go.
    case kept(number: Int64, displaced: [Int64])
    /// An equal one is kept under this number.
    case repeated(number: Int64)
  }

  /// What is remembered of one that is kept.
  package struct Entry {
    package let number: Int64
    package let quarantineClass: QuarantineClass
    package let client: String
    package let size: Int
    /// Nil for one of an older version: it is never equal to another.
    package let digest: Fingerprint?

    package init(
      number: Int64,
      quarantineClass: QuarantineClass,
      client: String,
      size: Int,
      digest: Fingerprint?
    ) {
      self.number = number
      self.quarantineClass = quarantineClass
      self.client = client
      self.size = size
      self.digest = digest
    }
  }

  private struct Owner: Hashable {
    let quarantineClass: QuarantineClass
    let client: String
  }

  private struct Holding {
    /// Oldest first.
    var numbers: [Int64] = []
    var weight = 0
  }

  private struct Total {
    var count = 0
    var size = 0
  }

  private let maxEntries: Int
  private let maxBytes: Int
  private var entries: [Int64: Entry] = [:]
  private var numbers: [Fingerprint: Int64] = [:]
  private var holdings: [Owner: Holding] = [:]
  /// By class.
  private var totals = Array(repeating: Total(), count: QuarantineClass.allCases.count)
  private var nextNumber: Int64 = 1

  package init(maxEntries: Int, maxBytes: Int) {
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes
  }

  package var count: Int { entries.count }

  /// The highest number that was given; 0 before the first.
  package var lastNumber: Int64 { nextNumber - 1 }

  /// Gives only higher numbers from here on.
  package mutating func resume(after number: Int64) { nextNumber = max(nextNumber, number + 1) }

  /// Takes a request, or finds the equal one; nil if it does not fit.
  package mutating func admit(_ request: QuarantinedRequest, digest: Fingerprint) -> Admission? {
    if let number = numbers[digest] { return .repeated(number: number) }
    let entry = Entry(
      number: nextNumber,
      quarantineClass: request.quarantineClass,
      client: request.client,
      size: request.size,
      digest: digest
    )
    let above = total(from: entry.quarantineClass.rawValue + 1)
    guard above.count < maxEntries, above.size + entry.size <= maxBytes else { return nil }
    var displaced: [Int64] = []
    while isTooFull(for: entry.size), let victim = victim(notAbove: entry.quarantineClass) {
      _ = remove(victim)
      displaced.append(victim)
    }
    restore(entry)
    return .kept(number: entry.number, displaced: displaced)
  }

  /// Adds one that is stored already, in the order of numbers.
  package mutating func restore(_ entry: Entry) {
    entries[entry.number] = entry
    if let digest = entry.digest { numbers[digest] = entry.number }
    let (owner, weight) = (owner(of: entry), weight(of: entry))
    holdings[owner, default: Holding()].numbers.append(entry.number)
    holdings[owner, default: Holding()].weight += weight
    totals[entry.quarantineClass.rawValue].count += 1
    totals[entry.quarantineClass.rawValue].size += entry.size
    resume(after: entry.number)
  }

  /// Takes one out; false if it is not there.
  package mutating func remove(_ number: Int64) -> Bool {
    guard let entry = entries.removeValue(forKey: number) else { return false }
    if let digest = entry.digest { numbers[digest] = nil }
    let (owner, weight) = (owner(of: entry), weight(of: entry))
    holdings[owner]?.numbers.removeAll { $0 == number }
    holdings[owner]?.weight -= weight
    if holdings[owner]?.numbers.isEmpty == true { holdings[owner] = nil }
    totals[entry.quarantineClass.rawValue].count -= 1
    totals[entry.quarantineClass.rawValue].size -= entry.size
    return true
  }

  private func total(from lowest: Int) -> Total {
    totals[lowest...].reduce(into: Total()) { sum, each in
      sum.count += each.count
      sum.size += each.size
    }
  }

  private func isTooFull(for size: Int) -> Bool {
    let all = total(from: 0)
    return all.count >= maxEntries || all.size + size > maxBytes
  }

  /// The oldest of the client that takes most room in the lowest class that has any; of equals the oldest of all.
  private func victim(notAbove highest: QuarantineClass) -> Int64? {
    for quarantineClass in QuarantineClass.allCases
    where quarantineClass <= highest && totals[quarantineClass.rawValue].count > 0 {
      let holders = holdings.filter { $0.key.quarantineClass == quarantineClass }.values
      return holders.max {
        ($0.weight, $1.numbers.first ?? 0) < ($1.weight, $0.numbers.first ?? 0)
      }?.numbers.first
    }
    return nil
  }

  private func owner(of entry: Entry) -> Owner {
    Owner(quarantineClass: entry.quarantineClass, client: entry.client)
  }

  /// Places and bytes are both scarce: an entry weighs its bytes and what one place is worth in bytes.
  private func weight(of entry: Entry) -> Int { entry.size + maxBytes / max(1, maxEntries) }
}

extension QuarantinedRequest {
  /// What it counts for in the ring's bytes.
  package var size: Int {
    headers.reduce(body.count + detail.utf8.count + path.utf8.count + (query?.utf8.count ?? 0)) {
      $0 + $1.name.utf8.count + $1.value.utf8.count
    }
  }
}
