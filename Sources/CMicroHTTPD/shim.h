// libmicrohttpd with its variadic functions behind fixed ones.
#pragma once

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

// Starts a server on 127.0.0.1 with a thread for each connection, so that a handler may block.
// Port 0 takes a free one.
static inline struct MHD_Daemon *_Nullable cmhd_start(
    uint16_t port, MHD_AccessHandlerCallback _Nonnull handler,
    void *_Nullable (*_Nonnull opened)(void *_Nullable, const char *_Nonnull,
                                       struct MHD_Connection *_Nonnull),
    MHD_RequestCompletedCallback _Nonnull completed, void *_Nonnull context) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
          MHD_USE_ITC,
      port, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
      MHD_OPTION_URI_LOG_CALLBACK, opened, context, MHD_OPTION_NOTIFY_COMPLETED, completed,
      context, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)(256 * 1024), MHD_OPTION_END);
}

// The port the server listens on.
static inline uint16_t cmhd_port(struct MHD_Daemon *_Nonnull daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

// The connection's socket, to watch for the peer going away.
static inline int cmhd_socket(struct MHD_Connection *_Nonnull connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}
