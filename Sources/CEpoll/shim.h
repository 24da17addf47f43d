// What the load generator waits with. Swift's Glibc module leaves it out.
#pragma once
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>

// Not declared without _GNU_SOURCE, which would make other types than Swift's own Glibc module has.
extern int ppoll(struct pollfd *entries, nfds_t count, const struct timespec *limit, const void *mask);

// With nanoseconds: an event that is due in 50 us may not wait for a millisecond's end.
static inline int linqhook_wait_readable(int descriptor, long nanoseconds) {
  struct pollfd entry = {.fd = descriptor, .events = POLLIN};
  struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  return ppoll(&entry, 1, nanoseconds < 0 ? 0 : &limit, 0);
}
