#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char **cprocess_environment(void) { return environ; }

static int add_file_actions(posix_spawn_file_actions_t *actions, const char *directory, const int *descriptors) {
  int error = 0;
  // dup2 clears close-on-exec, also when both numbers are the same (posix_spawn_file_actions_adddup2(3)).
  for (int target = 0; target < 3 && error == 0; target++)
    error = posix_spawn_file_actions_adddup2(actions, descriptors[target], target);
  if (error == 0 && directory) error = posix_spawn_file_actions_addchdir_np(actions, directory);
  // What libraries opened without close-on-exec must not reach the job either.
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setflags(attributes,
                                       POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
  if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
  // All signals: an ignored SIGPIPE would be inherited through exec and change how `yes | head` ends.
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
  return error;
}

pid_t cprocess_spawn(const char *path, char *const *arguments, char *const *environment, const char *directory,
                     const int *standard_descriptors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return -error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -error;
  }
  pid_t pid = 0;
  error = add_file_actions(&actions, directory, standard_descriptors);
  if (error == 0) error = set_attributes(&attributes);
  if (error == 0) error = posix_spawn(&pid, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -error;
}

int cprocess_pidfd(pid_t pid) {
  int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int cprocess_peek(int pidfd, struct cprocess_end *end) {
  siginfo_t info = {0};
  if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -errno;
  if (info.si_pid == 0) return -EAGAIN;
  end->by_signal = info.si_code != CLD_EXITED;
  end->value = info.si_status;
  return 0;
}

int cprocess_reap(int pidfd) {
  siginfo_t info = {0};
  return waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) == 0 ? 0 : -errno;
}

pid_t cprocess_peek_any(void) {
  siginfo_t info = {0};
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -errno;
  return info.si_pid;
}

int cprocess_reap_pid(pid_t pid) { return waitpid(pid, NULL, WNOHANG) < 0 ? -errno : 0; }

static int write_all(int descriptor, const char *bytes, size_t count) {
  size_t written = 0;
  while (written < count) {
    ssize_t step = pwrite(descriptor, bytes + written, count - written, (off_t)written);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return step < 0 ? -errno : -EIO;
    written += (size_t)step;
  }
  return 0;
}

int cprocess_memory_file(const void *bytes, size_t count) {
  int descriptor = memfd_create("job-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -errno;
  int error = count == 0 ? 0 : write_all(descriptor, bytes, count);
  if (error == 0 && fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    error = -errno;
  if (error == 0) return descriptor;
  close(descriptor);
  return error;
}

int cprocess_pipe(int *ends) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
  // Only our end: each end of a pipe is an open file of its own, and a job does not expect EAGAIN on its output.
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  return -error;
}

int cprocess_pending(int descriptor) {
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -errno;
}

int cprocess_waker(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

void cprocess_wake(int waker) {
  // Fails only when the counter is full, and then the poll is awake anyhow.
  (void)eventfd_write(waker, 1);
}

void cprocess_wake_seen(int waker) {
  eventfd_t count;
  (void)eventfd_read(waker, &count);
}

int cprocess_poll_create(void) {
  int descriptor = epoll_create1(EPOLL_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int cprocess_poll_add(int poll, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
  return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int cprocess_poll_remove(int poll, int descriptor) {
  struct epoll_event unused = {0};
  return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &unused) == 0 ? 0 : -errno;
}

enum { most_events = 64 };

int cprocess_poll_wait(int poll, struct cprocess_event *events, int capacity, int milliseconds) {
  struct epoll_event ready[most_events];
  int count = epoll_wait(poll, ready, capacity < most_events ? capacity : most_events, milliseconds);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int index = 0; index < count; index++) events[index].token = ready[index].data.u64;
  return count;
}

const char *cprocess_signal_name(int number) { return sigabbrev_np(number); }

int cprocess_fill_standard_descriptors(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is the missing one.
    if (open("/dev/null", O_RDWR) < 0) return -errno;
  }
  return 0;
}
