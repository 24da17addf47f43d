import LinqhookInbox

// One alarm for everything that waits for a time.
extension LanePump {
  /// How long an event may keep the cursor from passing others that are settled. It bounds what is delivered
  /// twice after a crash.
  static let laggardPause = Duration.milliseconds(250)

  /// Has `ring` called at this instant, or earlier.
  func arm(at deadline: Duration) {
    guard phase == .delivering else { return }
    if let alarm {
      guard deadline < alarm.at else { return }
      alarm.task.cancel()
    }
    let task = Task { [clock] in
      guard (try? await clock.sleep(until: deadline)) != nil else { return }
      self.rang(at: deadline)
    }
    alarm = (deadline, task)
  }

  private func rang(at deadline: Duration) {
    // A later alarm has taken the place of this one while it was on its way.
    guard alarm?.at == deadline else { return }
    alarm = nil
    ring()
  }

  /// Does what is due and sets the alarm for the rest.
  func ring() {
    guard phase == .delivering else { return }
    let now = clock.now
    lanes.releaseHolds(now: now)
    if let check = laggardCheck, check.at <= now {
      laggardCheck = nil
      stageLaggards(upTo: check.sequence)
      watchLaggards()
    }
    updateOldest()
    loadsWanted.yield()
    if let next = parking.nextAt { next <= now ? feed.wake() : arm(at: next) }
    wakeWorker()
    armForHolds()
    if let failing = watch.failing, failing.probeAt > now { arm(at: failing.probeAt) }
    if let laggardCheck { arm(at: laggardCheck.at) }
    // An earlier alarm may have taken the place of the one for this.
    if oldestAtMilliseconds != nil { arm(at: oldestCheckAt) }
  }

  func armForHolds() {
    if let next = lanes.nextHold() { arm(at: next) }
  }

  /// Everything that is settled by now is to be behind the cursor after a pause.
  func watchLaggards() {
    guard tracker.isBlocked, laggardCheck == nil else { return }
    let check = (sequence: tracker.highestSettled, at: clock.now + Self.laggardPause)
    laggardCheck = check
    arm(at: check.at)
  }

  /// Gives rows to the deliveries that keep the cursor from passing a sequence.
  func stageLaggards(upTo sequence: Int64) {
    guard tracker.cursor < sequence else { return }
    let rows = lanes.rowsForLaggards(upTo: sequence)
    for row in rows { tracker.settle(row.sequence) }
    writer.stage(cursor: tracker.cursor, rows: rows)
  }

  func recordCommitted(_ record: Int) {
    lanes.recordCommitted(record)
    wakeLoader()
  }

  /// Notes when the oldest pending event was received. While there is one, every lane is looked at once a
  /// second, not for every event.
  func updateOldest(candidate: Int64? = nil) {
    let now = clock.now
    if lanes.pendingCount == 0 {
      setOldest(nil)
    } else if oldestAtMilliseconds == nil {
      setOldest(candidate ?? lanes.oldestAtMilliseconds)
    } else if now >= oldestCheckAt {
      setOldest(lanes.oldestAtMilliseconds)
    }
  }

  private func setOldest(_ oldest: Int64?) {
    if oldest != oldestAtMilliseconds {
      oldestAtMilliseconds = oldest
      metrics.update { $0.oldestPendingAtMilliseconds = oldest }
    }
    guard oldest != nil else { return }
    oldestCheckAt = clock.now + .seconds(1)
    arm(at: oldestCheckAt)
  }
}
