// What Swift cannot say about libmicrohttpd: its variadic functions. And what its module map of the C library
// leaves out of Linux: three headers, and the functions that need _GNU_SOURCE.
#pragma once
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

extern int accept4(int listener, struct sockaddr *address, socklen_t *count, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int sched_getaffinity(pid_t process, size_t bytes, cpu_set_t *mask);

// How many cores the calling thread may run on, or 0 where the system has more than 1024 and the mask is too short.
static inline int CMicroHTTPDCoreCount(void) {
  cpu_set_t mask;
  return sched_getaffinity(0, sizeof mask, &mask) == 0 ? __sched_cpucount(sizeof mask, &mask) : 0;
}

// Whether the other end of a socket sends nothing more. 0x2000 is POLLRDHUP, which needs _GNU_SOURCE.
static inline int CMicroHTTPDHasHungUp(int descriptor) {
  struct pollfd entry = {.fd = descriptor, .events = 0x2000};
  return poll(&entry, 1, 0) == 1;
}

// Sees each request target before libmicrohttpd changes it; what it returns becomes the request's context.
typedef void *(*CMicroHTTPDTargetCallback)(void *context, const char *target,
                                           struct MHD_Connection *connection);

struct CMicroHTTPDCallbacks {
  void *context;
  MHD_LogCallback log;
  CMicroHTTPDTargetCallback target;
  MHD_AccessHandlerCallback request;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
};

// Leaves percent signs as they were sent: routes are compared byte for byte.
static inline size_t CMicroHTTPDKeepEscapes(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

static inline struct MHD_Daemon *CMicroHTTPDStart(struct CMicroHTTPDCallbacks callbacks,
                                                  unsigned int connectionsMax, size_t poolBytes, int strictness) {
  return MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG, 0, NULL, NULL,
      callbacks.request, callbacks.context, MHD_OPTION_EXTERNAL_LOGGER, callbacks.log, callbacks.context,
      MHD_OPTION_URI_LOG_CALLBACK, callbacks.target, callbacks.context, MHD_OPTION_UNESCAPE_CALLBACK,
      &CMicroHTTPDKeepEscapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, callbacks.completed, callbacks.context,
      MHD_OPTION_NOTIFY_CONNECTION, callbacks.connection, callbacks.context, MHD_OPTION_CONNECTION_LIMIT,
      connectionsMax, MHD_OPTION_CONNECTION_MEMORY_LIMIT, poolBytes, MHD_OPTION_STRICT_FOR_CLIENT, strictness,
      MHD_OPTION_END);
}

static inline int CMicroHTTPDEpollDescriptor(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info ? info->epoll_fd : -1;
}

static inline int CMicroHTTPDConnectionDescriptor(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

static inline void *CMicroHTTPDConnectionContext(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

// The status of the answer that is queued, or 0 where there is none.
static inline unsigned int CMicroHTTPDStatus(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
  return info ? info->http_status : 0;
}

static inline size_t CMicroHTTPDHeaderBytes(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}
