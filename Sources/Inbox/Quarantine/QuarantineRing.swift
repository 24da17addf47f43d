/// Which refused requests are kept: at most so many, and so many bytes.
///
/// Where there is no room the oldest with a bad signature go first. Anyone can send those; a request whose
/// signature held, or would hold with the right secret, is worth more. A new one with a bad signature never
/// pushes out an authentic one: then it is the one that does not fit.
struct QuarantineRing {
  private struct Entry {
    let number: Int64
    let isForged: Bool
    let size: Int
  }

  private let entriesMax: Int
  private let bytesMax: Int
  private var entries: [Entry] = []
  private var size = 0
  private var nextNumber: Int64 = 1

  init(entriesMax: Int, bytesMax: Int) {
    self.entriesMax = entriesMax
    self.bytesMax = bytesMax
  }

  var count: Int { entries.count }

  /// The highest number that was given; 0 before the first.
  var lastNumber: Int64 { nextNumber - 1 }

  /// Gives only higher numbers from here on.
  mutating func resume(after number: Int64) { nextNumber = max(nextNumber, number + 1) }

  /// Takes a request and gives it a number, and the numbers of those that must go; nil if it does not fit.
  mutating func admit(_ request: RefusedRequest) -> (number: Int64, displaced: [Int64])? {
    let isForged = request.reason == .invalidSignature
    let requestSize = request.size
    guard entriesMax > 0, requestSize <= bytesMax else { return nil }
    var remaining = entries
    var remainingSize = size
    var displaced: [Int64] = []
    while remaining.count >= entriesMax || remainingSize + requestSize > bytesMax {
      guard let victim = remaining.firstIndex(where: \.isForged) ?? (isForged ? nil : remaining.indices.first)
      else { return nil }
      let entry = remaining.remove(at: victim)
      remainingSize -= entry.size
      displaced.append(entry.number)
    }
    entries = remaining
    size = remainingSize
    let number = nextNumber
    restore(number: number, isForged: isForged, size: requestSize)
    return (number, displaced)
  }

  /// Adds one that is stored already, in the order of numbers.
  mutating func restore(number: Int64, isForged: Bool, size requestSize: Int) {
    entries.append(Entry(number: number, isForged: isForged, size: requestSize))
    size += requestSize
    resume(after: number)
  }

  /// Takes one out; false if it is not there.
  mutating func remove(_ number: Int64) -> Bool {
    guard let position = entries.firstIndex(where: { $0.number == number }) else { return false }
    size -= entries.remove(at: position).size
    return true
  }
}

extension RefusedRequest {
  /// What it counts for in the ring's bytes.
  var size: Int {
    headers.reduce(body.count + detail.utf8.count + path.utf8.count + (query?.utf8.count ?? 0)) {
      $0 + $1.name.utf8.count + $1.value.utf8.count
    }
  }
}
