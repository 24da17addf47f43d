import Foundation
import ReceiverSupport
import Synchronization
import TestKit
import Testing

extension Faults {
  /// The wall clock jumps by minutes and days while the receiver runs. Time spans are measured by a clock that
  /// does not jump, so no timer, retry or retention goes wrong, and no authentic event is refused for good.
  @Suite struct ClockFaults {
    @Test(.programs("cc"), .timeLimit(.minutes(5)))
    func stepsOfTheWallClockChangeNothing() async throws {
      let scripts = try TemporaryFolder()
      let clock = try await SteppedClock(scripts)
      // Fails each event once, so that every one of them goes through a retry.
      let hook = try scripts.write(
        "hook",
        "#!/bin/sh\n[ \"$LINQ_ATTEMPT\" -gt 1 ] && echo \"$LINQ_EVENT_ID\" >>'\(scripts.file("hook.log"))'\n",
        mode: 0o755
      )
      let run = try await FaultRun(
        handlers: [
          "{name: reply, type: shell, command: [\(hook)], events: [message.received], concurrency: 32, retry: {first: 200ms, max: 400ms}}"
        ]
      )
      var random = FaultPlan.generator("clock")
      let steps = (0..<FaultPlan.count("LINQHOOK_CLOCK_STEPS", short: 6, full: 30)).map { _ in
        [300, -300, 3600, -3600, 10 * 86_400, -10 * 86_400, 400].randomElement(using: &random) ?? 300
      }
      let timed = Mutex<[String]>([])
      let posting = Task { await run.poster.run() }
      try await run.receiver(environment: clock.environment) { receiver in
        try await run.poster.more(50)
        for (number, step) in steps.enumerated() {
          try clock.step(by: step)
          try await run.poster.more(100)
          let id = "timed-\(number)"
          if try await isTaken(id, chat: run.poster.acknowledged.count, receiver) {
            timed.withLock { $0.append(id) }
          }
        }
        try await run.drained(receiver, posting)
        // A retry that waits for the wall clock would stand here until the steps are made up for.
        #expect(try await receiver.figure("linqhook_dedup_entries") ?? 0 > 0)
      }
      try await run.check(besides: timed.withLock { $0 })
      #expect(run.poster.acknowledgedMessages.subtracting(scripts.lines("hook.log")).isEmpty)
    }

    /// A pause of two milliseconds, for example, that is measured by the wall clock: it would last a day here, or until
    /// the next event comes.
    @Test(.programs("cc"), .timeLimit(.minutes(2)))
    func whatFollowsABurstIsSettledAtOnceWhateverTheWallClockSays() async throws {
      let scripts = try TemporaryFolder()
      let clock = try await SteppedClock(scripts)
      let run = try await FaultRun()
      let posting = Task { await run.poster.run() }
      try await run.receiver(environment: clock.environment) { receiver in
        for _ in 0..<20 {
          try clock.step(by: 86_400)
          try await run.poster.more(40)
          run.poster.hold()
          try await receiver.settled()
          run.poster.goOn()
        }
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    /// Sends an event of a scheme with a time stamp, by a sender whose clock is right; never refused for good.
    private func isTaken(_ id: String, chat: Int, _ receiver: RunningReceiver) async throws -> Bool {
      let outcome = try await Program.run(
        "send",
        receiver.url,
        "--scheme",
        "standard",
        "--secret",
        "test_secret_0123456789ab",
        "-",
        input:
          #"{"api_version":"v2","event_id":"\#(id)","event_type":"message.read","data":{"chat_id":"\#(chat)","text":""}}"#
      )
      let status = Int(outcome.output.prefix(3)) ?? 0
      #expect(status == 200 || status == 503 || status == 429, "\(outcome.output)\(outcome.messages)")
      return status == 200
    }
  }
}

/// A wall clock of a test's own, for programs that are started with its environment.
private struct SteppedClock: Sendable {
  private let offsetFile: URL
  let environment: [String: String]

  init(_ folder: TemporaryFolder) async throws {
    let source = try folder.write("stepped_clock.c", Self.source)
    try await Machine.shell("cc -shared -fPIC -O1 -o '\(folder.file("clock.so"))' '\(source)' -ldl")
    offsetFile = URL(fileURLWithPath: folder.file("offset"))
    try Data(count: 8).write(to: offsetFile)
    // Beside what tells the thread sanitizer of Swift's Mutex.
    let others = ProcessInfo.processInfo.environment["LD_PRELOAD"] ?? ""
    environment = [
      "LD_PRELOAD": "\(folder.file("clock.so")):\(others)", "CLOCK_OFFSET_FILE": offsetFile.path,
    ]
  }

  /// In place, because the receiver has the file mapped.
  func step(by seconds: Int) throws {
    let file = try FileHandle(forUpdating: offsetFile)
    defer { try? file.close() }
    let old = try file.read(upToCount: 8) ?? Data(count: 8)
    var sum = old.enumerated().reduce(Int64(0)) { $0 | Int64($1.element) << (8 * Int64($1.offset)) }
    sum += Int64(seconds)
    try file.seek(toOffset: 0)
    try file.write(contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * Int64($0))) }))
  }

  /// Moves what the wall clock says by the seconds in a mapped file, and leaves the monotonic clock alone.
  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <fcntl.h>
    #include <stdint.h>
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <sys/time.h>
    #include <time.h>
    static volatile int64_t *offset;
    static int (*real)(clockid_t, struct timespec *);
    __attribute__((constructor)) static void begin(void) {
      real = dlsym(RTLD_NEXT, "clock_gettime");
      const char *path = getenv("CLOCK_OFFSET_FILE");
      int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
      void *page = file < 0 ? MAP_FAILED : mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
      if (page != MAP_FAILED) offset = page;
    }
    int clock_gettime(clockid_t clock, struct timespec *now) {
      if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
      int status = real(clock, now);
      if (!status && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *offset;
      return status;
    }
    int gettimeofday(struct timeval *restrict now, void *restrict zone) {
      struct timespec time;
      (void)zone;
      clock_gettime(CLOCK_REALTIME, &time);
      now->tv_sec = time.tv_sec;
      now->tv_usec = time.tv_nsec / 1000;
      return 0;
    }
    time_t time(time_t *result) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      if (result) *result = now.tv_sec;
      return now.tv_sec;
    }

    """
}
