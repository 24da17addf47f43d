/// What a loop holds, each at a place that stays its own while it is there.
struct SlotTable<Element: AnyObject> {
  private var places: [Element?] = []
  private var free: [Int] = []

  var count: Int { places.count - free.count }
  var isEmpty: Bool { count == 0 }

  /// All of them, copied: what is done with them may take them out.
  var all: [Element] { places.compactMap(\.self) }

  /// Who has this place.
  subscript(slot: Int) -> Element? { places.indices.contains(slot) ? places[slot] : nil }

  /// Finds a place.
  mutating func insert(_ make: (_ slot: Int) -> Element) -> Element {
    let slot = free.popLast() ?? places.count
    if slot == places.count { places.append(nil) }
    let element = make(slot)
    places[slot] = element
    return element
  }

  mutating func remove(at slot: Int) {
    places[slot] = nil
    free.append(slot)
  }
}

extension SlotTable where Element == Connection {
  /// The connection whose present request has this token.
  func connection(for token: HTTPRequestToken) -> Connection? {
    guard let connection = self[token.slot], connection.requestNumber == token.number else { return nil }
    return connection
  }
}

/// Places in the order in which they were last touched: the first has waited longest. A list whose links lie in
/// an array, so that to move a place costs neither a search nor memory.
struct SlotOrder {
  private struct Link {
    var isListed = false
    var previous: Int32 = -1
    var next: Int32 = -1
  }

  private var links: [Link] = []
  private var head: Int32 = -1
  private var tail: Int32 = -1

  /// Who has waited longest.
  var first: Int? { head < 0 ? nil : Int(head) }

  /// Puts a place at the end, wherever it was.
  mutating func append(_ slot: Int) {
    remove(slot)
    while links.count <= slot { links.append(Link()) }
    links[slot] = Link(isListed: true, previous: tail, next: -1)
    if tail < 0 { head = Int32(slot) } else { links[Int(tail)].next = Int32(slot) }
    tail = Int32(slot)
  }

  /// Takes a place out, if it is there.
  mutating func remove(_ slot: Int) {
    guard slot < links.count, links[slot].isListed else { return }
    let link = links[slot]
    links[slot].isListed = false
    if link.previous < 0 { head = link.next } else { links[Int(link.previous)].next = link.next }
    if link.next < 0 { tail = link.previous } else { links[Int(link.next)].previous = link.previous }
  }
}
