// The system calls behind a child process, each with its pointers wrapped and its error number thrown.
// No decision is made here.

internal import CChildProcesses
internal import Glibc
internal import SystemPackage

enum SystemCalls {
  /// Starts a program; the three descriptors become its standard ones.
  static func spawn(
    _ path: String,
    command: ChildCommand,
    descriptors: (input: FileDescriptor, output: FileDescriptor, errorOutput: FileDescriptor)
  ) throws(Errno) -> Int32 {
    let arguments = CStringArray(command.arguments)
    let environment = CStringArray(command.environmentEntries)
    let directory = CStringArray(command.workingDirectory.map { [$0] } ?? [])
    var child: pid_t = 0
    let result = unsafe linqhook_spawn(
      path,
      arguments.pointers,
      environment.pointers,
      directory.pointers[0],
      descriptors.input.rawValue,
      descriptors.output.rawValue,
      descriptors.errorOutput.rawValue,
      &child
    )
    guard result == 0 else { throw Errno(rawValue: result) }
    return child
  }

  /// A pipe whose ends no child inherits.
  static func pipe() throws(Errno) -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
    var ends: [Int32] = [-1, -1]
    guard unsafe linqhook_pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
  }

  /// A file in memory, open at its beginning.
  static func memoryFile(holding bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    let rawDescriptor = linqhook_memory_file()
    guard rawDescriptor >= 0 else { throw Errno(rawValue: errno) }
    let descriptor = FileDescriptor(rawValue: rawDescriptor)
    do {
      try descriptor.writeAll(bytes)
      try descriptor.seek(offset: 0, from: .start)
    } catch {
      try? descriptor.close()
      throw error as? Errno ?? .ioError
    }
    return descriptor
  }

  static func setNonblocking(_ descriptor: FileDescriptor) throws(Errno) {
    guard linqhook_set_nonblocking(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
  }

  /// A descriptor that becomes readable when the process ends.
  static func processDescriptor(of process: Int32) throws(Errno) -> FileDescriptor {
    let descriptor = linqhook_pidfd_open(process)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    return FileDescriptor(rawValue: descriptor)
  }

  /// Takes an ended child out of the process table; nil while it lives or when it is no child of ours.
  static func reap(_ process: Int32, waiting: Bool = false) -> ChildEnd.Status? {
    var status: Int32 = 0
    var result: pid_t
    repeat {
      result = unsafe waitpid(process, &status, waiting ? 0 : WNOHANG)
    } while result < 0 && errno == EINTR
    guard result == process else { return nil }
    let code = linqhook_exit_code(status)
    return code >= 0 ? .exited(code) : .signalled(linqhook_exit_signal(status))
  }

  /// Holds up the calling thread.
  static func pause(milliseconds: Int) { _ = usleep(UInt32(milliseconds) * 1000) }

  /// Signals a process, or a whole group where the number is negative. One that is gone is no error.
  static func signal(_ process: Int32, _ signal: Int32) { _ = kill(process, signal) }

  /// This process.
  static var processID: Int32 { getpid() }

  static func session(of process: Int32) -> Int32 { getsid(process) }

  static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  /// What a directory holds, entries that vanish meanwhile or not.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// At most `maxBytes` bytes; empty at the end, nil when there is nothing to read yet.
  static func read(_ descriptor: FileDescriptor, maxBytes: Int) -> [UInt8]? {
    var isDrained = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: maxBytes) { buffer, count in
      do {
        count = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        isDrained = error as? Errno == .resourceTemporarilyUnavailable
        count = 0
      }
    }
    return isDrained ? nil : bytes
  }

  /// How many of the bytes from `offset` on were taken; nil when there is no room now.
  static func write(_ descriptor: FileDescriptor, _ bytes: [UInt8], from offset: Int) throws(Errno) -> Int? {
    do {
      return try unsafe bytes.withUnsafeBytes { buffer in
        unsafe try descriptor.write(UnsafeRawBufferPointer(rebasing: buffer[offset...]))
      }
    } catch {
      let error = error as? Errno ?? .ioError
      if error == .resourceTemporarilyUnavailable { return nil }
      throw error
    }
  }
}

/// A NULL-terminated array of C strings, as `exec` takes it.
@safe private struct CStringArray: ~Copyable {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
    unsafe pointers[count] = nil
  }

  deinit {
    for index in 0..<count { unsafe free(pointers[index]) }
    unsafe pointers.deallocate()
  }
}
