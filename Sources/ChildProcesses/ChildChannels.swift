// The ends of the pipes that we keep. Each owns its descriptor: the dispatch source closes it when it is
// cancelled, which is the only moment at which nothing can be using it any more.

internal import Dispatch
internal import SystemPackage

/// What a child writes.
final class OutputChannel {
  private let descriptor: FileDescriptor
  private let source: any DispatchSourceRead

  init(_ descriptor: FileDescriptor, queue: DispatchQueue, onReadable: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor.rawValue, queue: queue)
    source.setEventHandler(handler: onReadable)
    source.setCancelHandler { try? descriptor.close() }
    source.activate()
  }

  /// Some bytes; empty at the end, nil when there is nothing yet.
  func read() -> [UInt8]? { SystemCalls.read(descriptor, bytesMax: 65_536) }

  deinit { source.cancel() }
}

/// What a child reads, as long as it is fed by and by.
final class InputChannel {
  private let descriptor: FileDescriptor
  private let queue: DispatchQueue
  private let onWritable: @Sendable () -> Void
  private var source: (any DispatchSourceWrite)?
  private var pending: [UInt8] = []
  private var written = 0
  private var isBroken = false

  init(_ descriptor: FileDescriptor, queue: DispatchQueue, onWritable: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.queue = queue
    self.onWritable = onWritable
  }

  /// Adds bytes and writes what the pipe has room for.
  func write(_ bytes: [UInt8]) {
    guard !isBroken else { return }
    if pending.isEmpty { pending = bytes } else { pending.append(contentsOf: bytes) }
    flush()
  }

  /// Writes on. The child's end may be closed: then nobody will ever read the rest, and it is dropped.
  func flush() {
    do throws(Errno) {
      while written < pending.count {
        guard let count = try SystemCalls.write(descriptor, pending, from: written) else {
          return waitForRoom()
        }
        written += count
      }
    } catch {
      isBroken = true
    }
    pending.removeAll(keepingCapacity: pending.capacity <= 1_048_576)
    written = 0
    stopWaiting()
  }

  /// Whether all that was to be written is written, or can never be.
  var isIdle: Bool { pending.isEmpty }

  private func waitForRoom() {
    guard source == nil else { return }
    let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor.rawValue, queue: queue)
    source.setEventHandler(handler: onWritable)
    source.activate()
    self.source = source
  }

  private func stopWaiting() {
    source?.cancel()
    source = nil
  }

  deinit {
    guard let source else {
      try? descriptor.close()
      return
    }
    let descriptor = descriptor
    source.setCancelHandler { try? descriptor.close() }
    source.cancel()
  }
}
