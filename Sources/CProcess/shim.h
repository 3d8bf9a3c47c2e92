// What Swift cannot say about Linux processes: fork (returns twice), prctl and syscall (variadic),
// and eventfd, whose header the Glibc module leaves out. Structures of libc stay on this side:
// which module they belong to is ambiguous for Swift as soon as two modules include them.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Everything a child needs; strings and arrays are read before cprocess_spawn returns.
struct cprocess_command {
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  const char *_Nullable directory;
  int output;          // becomes stdout and stderr; -1 keeps the parent's
  int silent_input;    // 1: stdin is /dev/null
  int own_group;       // 1: a process group of its own, so that Ctrl-C reaches only the parent
  int death_signal;    // sent by the kernel when the spawning thread ends; 0 = none
  int change_user;     // 1: drop to user and group
  uid_t user;
  gid_t group;
};

// The child's half: only async-signal-safe calls, because the parent has threads.
static inline void cprocess_become(const struct cprocess_command *_Nonnull command, int report,
                                   pid_t parent) {
  if (command->own_group) setpgid(0, 0);
  if (command->output >= 0) {
    if (dup2(command->output, 1) < 0 || dup2(command->output, 2) < 0) goto failed;
  }
  if (command->silent_input) {
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, 0) < 0) goto failed;
  }
  if (command->change_user) {
    gid_t groups[1] = {command->group};
    if (setgroups(1, groups) < 0 || setgid(command->group) < 0 || setuid(command->user) < 0)
      goto failed;
  }
  if (command->directory && chdir(command->directory) < 0) goto failed;
  // After setuid, which clears it.
  if (command->death_signal) {
    prctl(PR_SET_PDEATHSIG, (unsigned long)command->death_signal, 0, 0, 0);
    if (getppid() != parent) _exit(127);
  }
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, 0);
  execve(command->path, command->arguments, command->environment);
failed:;
  int reason = errno;
  ssize_t ignored = write(report, &reason, sizeof reason);
  (void)ignored;
  _exit(127);
}

// Starts a program and returns its process id, or the negated errno of whatever failed, execve
// included.
static inline pid_t cprocess_spawn(const struct cprocess_command *_Nonnull command) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) < 0) return -errno;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) cprocess_become(command, report[1], parent);
  int reason = child < 0 ? errno : 0;
  close(report[1]);
  if (child > 0) {
    ssize_t got;
    do got = read(report[0], &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof reason) reason = 0;
  }
  close(report[0]);
  if (reason == 0) return child;
  if (child > 0) {
    siginfo_t ignored;
    while (waitid(P_PID, (id_t)child, &ignored, WEXITED) < 0 && errno == EINTR) {}
  }
  return -reason;
}

// A descriptor that becomes readable when the process ends, or -1.
static inline int cprocess_pidfd(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

static inline int cprocess_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline int cprocess_pipe(int ends[_Nonnull 2]) { return pipe2(ends, O_CLOEXEC); }

// Whether a terminal shows what is typed; 0 when it could be set.
static inline int cprocess_set_echo(int terminal, int shows) {
  struct termios settings;
  if (tcgetattr(terminal, &settings) < 0) return -1;
  if (shows) settings.c_lflag |= ECHO;
  else settings.c_lflag &= ~(tcflag_t)ECHO;
  return tcsetattr(terminal, TCSAFLUSH, &settings);
}

static inline int cprocess_open_lock(const char *_Nonnull path) {
  return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

// poll's "the peer has closed its half", which the Glibc module hides behind _GNU_SOURCE.
static const int16_t cprocess_poll_hang_up = 0x2000;

// A port of 127.0.0.1 that nobody listens on at the moment, or 0.
static inline uint16_t cprocess_free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  uint16_t port = 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return 0;
  if (bind(listener, (struct sockaddr *)&address, size) == 0 &&
      getsockname(listener, (struct sockaddr *)&address, &size) == 0)
    port = ntohs(address.sin_port);
  close(listener);
  return port;
}
