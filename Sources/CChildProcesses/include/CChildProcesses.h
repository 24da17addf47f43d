// What linqhook needs of Linux to start a child process and to stay in charge of it, and what Swift cannot
// say itself: functions behind _GNU_SOURCE, variadic ones, macros, and structs to be set up step by step.
// A C target and not only a header, so that _GNU_SOURCE stays out of what Swift sees of the C library.
#pragma once
#include <stdint.h>
#include <sys/types.h>

// Starts `path` in a session of its own, with exactly the three descriptors as its standard ones, no signal
// blocked or ignored, and exactly the environment given. `directory` may be NULL.
// Returns 0 or the error number, also of what went wrong in the child before its exec.
int linqhook_spawn(
  const char *path, char *const arguments[], char *const environment[], const char *directory,
  int input, int output, int error_output, pid_t *child);

// A descriptor that becomes readable when the process ends, or -1.
int linqhook_pidfd_open(pid_t process);

// An empty file in memory that no child inherits, or -1.
int linqhook_memory_file(void);

// A pipe that no child inherits; 0 or -1.
int linqhook_pipe(int descriptors[2]);

int linqhook_set_nonblocking(int descriptor);

// Orphaned descendants fall to this process from now on.
int linqhook_become_subreaper(void);

// No core file, and no look into this process for others of the same user; a child is free of it by its exec.
int linqhook_keep_memory_private(void);

void linqhook_ignore_broken_pipes(void);

// The status that the process exited with, or -1 when a signal ended it.
int linqhook_exit_code(int status);
int linqhook_exit_signal(int status);

// An epoll descriptor, or -1.
int linqhook_watcher(void);

// Reports `token` once when the descriptor is ready, the first time (`is_new`) or again; 0 or -1.
int linqhook_watch(int watcher, int descriptor, uint64_t token, int for_writing, int is_new);
int linqhook_unwatch(int watcher, int descriptor);

// Waits until something is ready; returns how many tokens were put into `tokens`.
int linqhook_wait(int watcher, uint64_t *tokens, int tokens_max);
