/// What waits for the writer. While one batch commits the next gathers here, and perhaps for a moment more (see
/// ``GroupCommitTiming``).
struct WriteQueue<Core: StoreCore> {
  /// How much goes into one transaction at most, so that nobody waits for a very long one.
  private static var maxEvents: Int { 4096 }
  private static var maxBytes: Int { 16 << 20 }

  /// How much may wait, in bytes of memory, events and refused requests each. Far more than gathers during a commit
  /// of a disk that works: it is for one that hangs, while every retry brings another copy.
  static var maxWaitingBytes: Int { 64 << 20 }
  /// What something that waits costs beside its bytes.
  private static var overheadBytes: Int { 1 << 10 }

  /// Something to be done between two transactions.
  typealias Command = @Sendable (inout Core) -> Void

  /// What the writer does next.
  enum Work {
    /// A batch, then the commands that were given while it gathered.
    case batch(WriteBatch, [Command])
    /// More is expected within this time.
    case gather(Duration)
    case close
    case idle
  }

  private var waiting = WriteBatch()
  private var waitingEvents = 0
  private var waitingBytes = 0
  private var waitingRefusedBytes = 0
  private var commands: [Command] = []
  private var timing = GroupCommitTiming()
  private var isDraining = false
  private var isGathering = false
  private var isClosing = false
  private var isClosed = false

  var isOpen: Bool { !isClosing }

  var isEmpty: Bool {
    commands.isEmpty && waiting.offers.isEmpty && waiting.steps.isEmpty && waiting.refused.isEmpty
  }

  /// False, and nothing is added, where too much waits; where nothing does, an offer of any size is taken.
  @discardableResult
  mutating func add(_ offer: WriteBatch.Offer) -> Bool {
    let events = waitingEvents + offer.candidates.count
    let bytes = waitingBytes + offer.payloadBytes
    guard waitingEvents == 0 || bytes + events * Self.overheadBytes <= Self.maxWaitingBytes else {
      return false
    }
    waiting.offers.append(offer)
    (waitingEvents, waitingBytes) = (events, bytes)
    return true
  }

  mutating func add(_ step: WriteBatch.Step) { waiting.steps.append(step) }

  /// False, and nothing is added, where too much waits: a quarter of the room is for those of the lowest class, half
  /// for those of the two lower ones.
  mutating func add(_ refused: RefusedRequest) -> Bool {
    let request = refused.request
    let bytes = waitingRefusedBytes + request.size + Self.overheadBytes
    let classesAbove = QuarantineClass.authentic.rawValue - request.quarantineClass.rawValue
    guard bytes <= Self.maxWaitingBytes >> classesAbove else { return false }
    waiting.refused.append(refused)
    waitingRefusedBytes = bytes
    return true
  }

  mutating func add(_ command: @escaping Command) { commands.append(command) }

  /// Nothing more is added after this.
  mutating func close() { isClosing = true }

  /// Whether what the writer gathers for is here; it counts as told from here on.
  mutating func endGathering() -> Bool {
    guard isGathering, mustNotWait else { return false }
    isGathering = false
    return true
  }

  private var mustNotWait: Bool {
    isClosing || !commands.isEmpty || timing.isEnough(waitingEvents: waitingEvents)
  }

  /// Whether the writer must be woken; it counts as awake from here on.
  mutating func wake() -> Bool {
    defer { isDraining = true }
    return !isDraining
  }

  /// What is next; `idle` puts the writer to sleep.
  mutating func next(now: ContinuousClock.Instant = .now) -> Work {
    isGathering = false
    if !isEmpty {
      if !mustNotWait, let time = timing.gatheringTime(waitingEvents: waitingEvents, now: now) {
        isGathering = true
        return .gather(time)
      }
      timing.begins(events: waitingEvents, now: now)
      defer { commands = [] }
      return .batch(takeBatch(), commands)
    }
    if isClosing, !isClosed {
      isClosed = true
      return .close
    }
    isDraining = false
    return .idle
  }

  private mutating func takeBatch() -> WriteBatch {
    waitingRefusedBytes = 0
    guard waitingEvents > Self.maxEvents || waitingBytes > Self.maxBytes else {
      defer { (waiting, waitingEvents, waitingBytes) = (WriteBatch(), 0, 0) }
      return waiting
    }
    var batch = WriteBatch(steps: waiting.steps, refused: waiting.refused)
    waiting.steps = []
    waiting.refused = []
    var (events, bytes) = (0, 0)
    for offer in waiting.offers {
      let offerBytes = offer.payloadBytes
      let isFull = events + offer.candidates.count > Self.maxEvents || bytes + offerBytes > Self.maxBytes
      if isFull, !batch.offers.isEmpty { break }
      batch.offers.append(offer)
      events += offer.candidates.count
      bytes += offerBytes
    }
    waiting.offers.removeFirst(batch.offers.count)
    waitingEvents -= events
    waitingBytes -= bytes
    return batch
  }
}
