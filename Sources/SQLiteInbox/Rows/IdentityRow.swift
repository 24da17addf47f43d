internal import Foundation
internal import LinqhookInbox

/// Ids of one kind that are stored together, in the order of acceptance.
struct IdentityRow {
  /// The sequence of its first event.
  let firstSequence: Int64
  let startedAtMilliseconds: Int64
  var createdUntilMilliseconds: Int64 = 0
  /// The newest stamp among its requests, by the store's own time; 0 where they have none.
  var stampedAtMilliseconds: Int64 = 0
  private(set) var fingerprints: [UInt8] = []
  /// How many sequences of other kinds lie before each id but the first. Mostly none do.
  private var gaps: [UInt8] = []
  private var hasGaps = false
  private var lastSequence: Int64

  init(firstSequence: Int64, startedAtMilliseconds: Int64) {
    self.firstSequence = firstSequence
    self.startedAtMilliseconds = startedAtMilliseconds
    lastSequence = firstSequence
  }

  var count: Int { fingerprints.count / Fingerprint.byteCount }

  /// The gaps as they are stored: nothing where there are none.
  var storedGaps: Data? { hasGaps ? Data(gaps) : nil }

  /// Adds the id of a later event.
  mutating func add(_ identity: Identity, sequence: Int64, maxCreatedAt: Int64) {
    if count > 0 {
      let gap = sequence - lastSequence - 1
      hasGaps = hasGaps || gap > 0
      Self.append(gap, to: &gaps)
    }
    lastSequence = sequence
    identity.fingerprint.append(to: &fingerprints)
    createdUntilMilliseconds = max(
      createdUntilMilliseconds,
      min(identity.createdAtMilliseconds ?? 0, maxCreatedAt)
    )
    stampedAtMilliseconds = max(stampedAtMilliseconds, identity.stampedAtMilliseconds ?? 0)
  }

  /// Seven bits a byte, lowest first; the highest bit says that more follow.
  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: number)
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The sequences of a stored row.
  static func sequences(from first: Int64, count: Int, gaps: [UInt8]?) -> [Int64] {
    guard let gaps else { return (0..<Int64(count)).map { first + $0 } }
    var sequences = [first]
    var position = 0
    while sequences.count < count, position < gaps.count {
      var gap: UInt64 = 0
      var shift: UInt64 = 0
      while position < gaps.count {
        let byte = gaps[position]
        gap |= UInt64(byte & 0x7F) << shift
        position += 1
        shift += 7
        if byte & 0x80 == 0 { break }
      }
      sequences.append((sequences.last ?? first) + Int64(bitPattern: gap) + 1)
    }
    return sequences
  }
}

/// Where a row is in `id_batch`: rows of one kind lie together, in the order of their sequences, so that the
/// oldest of a kind is found without an index.
struct IdentityPlace {
  private static let sequenceBits: Int64 = 48

  let rowID: Int64

  init(rowID: Int64) { self.rowID = rowID }

  init(_ kind: IdentityKind, firstSequence: Int64) {
    rowID = Int64(kind.code) << Self.sequenceBits | firstSequence
  }

  var kind: IdentityKind { IdentityKind(code: Int(rowID >> Self.sequenceBits)) }
  var firstSequence: Int64 { rowID & (1 << Self.sequenceBits - 1) }

  /// All places of a kind.
  static func range(of kind: IdentityKind) -> ClosedRange<Int64> {
    IdentityPlace(kind, firstSequence: 0)
      .rowID...IdentityPlace(kind, firstSequence: 1 << sequenceBits - 1).rowID
  }
}
