#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Stands before the C library's setpriority in this program.
 *
 * libdispatch wants a negative nice value for its manager thread and for some others. Only root and its like may have
 * one: everybody else would read "Failed to set thread priority for worker thread" on standard error at each start, and
 * root would have a receiver that takes the processor from its own hooks. No thread of ours has a reason to go before
 * others, so the wish is taken for granted and nothing is done. Everything else is the system's, as ever.
 */
int setpriority(__priority_which_t which, id_t who, int value) {
  if (value < 0) return 0;
  return (int)syscall(SYS_setpriority, which, who, value);
}
