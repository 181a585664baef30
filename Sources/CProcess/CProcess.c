#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
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

// No signal's number is higher on any architecture that Swift has for Linux (signal(7)).
enum { last_signal = 64 };

// In the child only: system calls as they are, because the C library's own functions for users would also change the
// threads of the parent, whose memory this is.
static int take_descriptors(const int *descriptors) {
  for (int target = 0; target < 3; target++) {
    // dup2 clears close-on-exec, but not when both numbers are the same.
    int result = descriptors[target] == target ? fcntl(target, F_SETFD, 0) : dup2(descriptors[target], target);
    if (result < 0) return -1;
  }
  // What libraries opened without close-on-exec must not reach the program either.
  if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0) return 0;
  // Linux before 5.9: one by one, up to a limit that a container usually has.
  for (int descriptor = 3; descriptor < 65536; descriptor++) close(descriptor);
  return 0;
}

static int take_user(int64_t user, int64_t group) {
  gid_t groups[1] = {(gid_t)group};
  // The user last: after it nothing else may be changed.
  if (group >= 0 && (syscall(SYS_setgroups, 1, groups) != 0 || syscall(SYS_setgid, groups[0]) != 0)) return -1;
  return user < 0 || syscall(SYS_setuid, (uid_t)user) == 0 ? 0 : -1;
}

// Becomes the program; returns only when it cannot, with the step in the parent's memory.
static void become(const struct cprocess_start *start, enum cprocess_step *step) {
  struct sigaction standard = {0};
  standard.sa_handler = SIG_DFL;
  sigset_t none;
  sigemptyset(&none);
  *step = CPROCESS_STEP_PROCESS;
  if (setpgid(0, 0) != 0) return;
  // All signals, before any is unblocked: a handler of the parent must not run here, and an ignored SIGPIPE would be
  // inherited through exec and change how `yes | head` ends. SIGKILL, SIGSTOP and the C library's own are refused.
  for (int number = 1; number <= last_signal; number++) (void)sigaction(number, &standard, NULL);
  if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return;
  *step = CPROCESS_STEP_DESCRIPTORS;
  if (take_descriptors(start->descriptors) != 0) return;
  *step = CPROCESS_STEP_USER;
  if (take_user(start->user, start->group) != 0) return;
  // As the user who will run in it.
  *step = CPROCESS_STEP_DIRECTORY;
  if (start->directory && chdir(start->directory) != 0) return;
  *step = CPROCESS_STEP_PROGRAM;
  execve(start->path, start->arguments, start->environment);
}

struct birth {
  const struct cprocess_start *start;
  enum cprocess_step *failed;
  int error;
};

static int child(void *argument) {
  struct birth *birth = argument;
  become(birth->start, birth->failed);
  birth->error = errno;
  return 127;
}

pid_t cprocess_spawn(const struct cprocess_start *start, int *pidfd, enum cprocess_step *failed) {
  // The child shares this memory until it has exec'd, and this thread stands still meanwhile (CLONE_VFORK in clone(2)).
  // Its stack is here too, instead of in a mapping that would have to be taken from all threads' address space again.
  char stack[16384] __attribute__((aligned(16)));
  struct birth birth = {start, failed, 0};
  sigset_t most, before;
  sigfillset(&most);
  // Nobody handles it, and so the kernel drops it, but not while the thread that gets it has it blocked: an earlier
  // child that ends now would wake every other thread that waits for a signal.
  sigdelset(&most, SIGCHLD);
  // Always 0 with these arguments.
  (void)pthread_sigmask(SIG_SETMASK, &most, &before);
  *pidfd = -1;
  pid_t pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &birth, pidfd);
  if (pid < 0) {
    *failed = CPROCESS_STEP_PROCESS;
    birth.error = errno;
  } else if (birth.error != 0) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    close(*pidfd);
  }
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  return birth.error == 0 ? pid : -birth.error;
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
