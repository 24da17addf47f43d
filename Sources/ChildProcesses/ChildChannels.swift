// The ends of the pipes that we keep. Each owns its descriptor.

internal import Dispatch
internal import SystemPackage

/// What a child writes.
final class OutputChannel {
  private let descriptor: FileDescriptor
  private var watch: DescriptorWatch?

  /// Takes the descriptor over, also when it throws.
  init(
    _ descriptor: FileDescriptor,
    queue: DispatchQueue,
    onReadable: @escaping @Sendable () -> Void
  ) throws(Errno) {
    self.descriptor = descriptor
    watch = try DescriptorWatch(descriptor, for: .reading, queue: queue, onReadable)
  }

  /// Some bytes; empty at the end, nil when there is nothing yet.
  func read() -> [UInt8]? {
    let bytes = SystemCalls.read(descriptor, maxBytes: 65_536)
    watch?.rearm()
    return bytes
  }

  deinit {
    watch = nil
    try? descriptor.close()
  }
}

/// What a child reads, as long as it is fed by and by.
final class InputChannel {
  private let descriptor: FileDescriptor
  private let queue: DispatchQueue
  private let onWritable: @Sendable () -> Void
  private var watch: DescriptorWatch?
  private var pending: [UInt8] = []
  private var written = 0
  private var isBroken = false

  init(_ descriptor: FileDescriptor, queue: DispatchQueue, onWritable: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.queue = queue
    self.onWritable = onWritable
  }

  /// Whether all that was to be written is written, or can never be.
  var isIdle: Bool { pending.isEmpty }

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
          return try waitForRoom()
        }
        written += count
      }
    } catch {
      isBroken = true
    }
    pending.removeAll(keepingCapacity: pending.capacity <= 1_048_576)
    written = 0
  }

  private func waitForRoom() throws(Errno) {
    if let watch { return watch.rearm() }
    watch = try DescriptorWatch(descriptor, for: .writing, queue: queue, onWritable)
  }

  deinit {
    watch = nil
    try? descriptor.close()
  }
}

/// The end of a child.
final class ExitWatch {
  private let descriptor: FileDescriptor
  private var watch: DescriptorWatch?

  /// Takes the descriptor over, also when it throws.
  init(_ descriptor: FileDescriptor, queue: DispatchQueue, onExit: @escaping @Sendable () -> Void)
    throws(Errno)
  {
    self.descriptor = descriptor
    watch = try DescriptorWatch(descriptor, for: .reading, queue: queue, onExit)
  }

  deinit {
    watch = nil
    try? descriptor.close()
  }
}
