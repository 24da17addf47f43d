#define _GNU_SOURCE
#include "CChildProcesses.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int configure_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  // These two cannot be caught, and some C libraries refuse to reset them.
  sigdelset(&all, SIGKILL);
  sigdelset(&all, SIGSTOP);
  int result = posix_spawnattr_setsigmask(attributes, &none);
  if (result == 0) result = posix_spawnattr_setsigdefault(attributes, &all);
  if (result == 0) {
    result = posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  return result;
}

static int configure_actions(
  posix_spawn_file_actions_t *actions, const char *directory, int input, int output, int error_output
) {
  int result = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
  if (result == 0) result = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
  if (result == 0) result = posix_spawn_file_actions_adddup2(actions, error_output, STDERR_FILENO);
  // Also what some library opened without O_CLOEXEC.
  if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
  if (result == 0 && directory != NULL) {
    result = posix_spawn_file_actions_addchdir_np(actions, directory);
  }
  return result;
}

int linqhook_spawn(
  const char *path, char *const arguments[], char *const environment[], const char *directory,
  int input, int output, int error_output, pid_t *child
) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return result;
  result = posix_spawnattr_init(&attributes);
  if (result == 0) {
    result = configure_attributes(&attributes);
    if (result == 0) result = configure_actions(&actions, directory, input, output, error_output);
    if (result == 0) result = posix_spawn(child, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return result;
}

int linqhook_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linqhook_memory_file(void) { return memfd_create("linqhook-input", MFD_CLOEXEC); }

int linqhook_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int linqhook_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int linqhook_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int linqhook_keep_memory_private(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

void linqhook_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

int linqhook_exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

int linqhook_exit_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

int linqhook_watcher(void) { return epoll_create1(EPOLL_CLOEXEC); }

int linqhook_watch(int watcher, int descriptor, uint64_t token, int for_writing, int is_new) {
  struct epoll_event event = {
    .events = (for_writing ? EPOLLOUT : EPOLLIN) | EPOLLONESHOT,
    .data.u64 = token,
  };
  return epoll_ctl(watcher, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int linqhook_unwatch(int watcher, int descriptor) {
  return epoll_ctl(watcher, EPOLL_CTL_DEL, descriptor, NULL);
}

int linqhook_wait(int watcher, uint64_t *tokens, int tokens_max) {
  struct epoll_event events[64];
  int count = epoll_wait(watcher, events, tokens_max < 64 ? tokens_max : 64, -1);
  for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
  return count < 0 ? 0 : count;
}
