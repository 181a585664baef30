// The Linux calls that running a job needs and that Swift's Glibc module does not show: a start with all its
// circumstances, pidfd, memfd, epoll. Every function returns 0 or a descriptor, and a negative errno when it fails, so
// that no caller has to read errno across a language border.

#ifndef CPROCESS_H
#define CPROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// The environment of this process, as execve(2) wants it.
char *_Nullable *_Nonnull cprocess_environment(void);

/// A program to start.
struct cprocess_start {
  const char *path;
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  /// Null: this process's own.
  const char *_Nullable directory;
  /// Its standard input, output and error; it gets no other descriptor.
  int descriptors[3];
  /// Numeric; the group becomes its only one. -1: as this process.
  int64_t user, group;
};

/// Where a start failed.
enum cprocess_step {
  CPROCESS_STEP_PROCESS,
  CPROCESS_STEP_DESCRIPTORS,
  CPROCESS_STEP_USER,
  CPROCESS_STEP_DIRECTORY,
  CPROCESS_STEP_PROGRAM,
};

/// Starts a program in a process group of its own, with every signal at its default and unblocked. Returns the pid, or a
/// negative errno and the step that failed. `pidfd` becomes a descriptor that is readable when the process has ended.
///
/// Not posix_spawn(3), which it resembles down to its use of clone(2): that cannot change the user, tells a missing
/// directory and a missing program by the same errno, and maps and unmaps a stack for each child.
pid_t cprocess_spawn(const struct cprocess_start *start, int *pidfd, enum cprocess_step *failed);

/// How a process ended.
struct cprocess_end {
  /// 1 when `value` is a signal's number, 0 when it is an exit code.
  int by_signal;
  int value;
};

/// Reads how the process ended and leaves it a zombie, so that its pid and process group stay ours. -EAGAIN while it
/// still runs.
int cprocess_peek(int pidfd, struct cprocess_end *end);

/// Takes the zombie away; its pid may be another's from here on.
int cprocess_reap(int pidfd);

/// The pid of any child that has ended and is not reaped yet, which stays so; 0 when there is none.
pid_t cprocess_peek_any(void);

/// Reaps one child by its pid, without waiting.
int cprocess_reap_pid(pid_t pid);

/// A memory file that holds the bytes, at offset 0, sealed against every change. Not inherited.
int cprocess_memory_file(const void *_Nullable bytes, size_t count);

/// A pipe, not inherited, whose read end does not block: ends[0] reads, ends[1] writes.
int cprocess_pipe(int *_Nonnull ends);

/// Bytes waiting in a pipe.
int cprocess_pending(int descriptor);

/// A descriptor that other threads use to wake a poll.
int cprocess_waker(void);
void cprocess_wake(int waker);
void cprocess_wake_seen(int waker);

struct cprocess_event {
  uint64_t token;
};

int cprocess_poll_create(void);
int cprocess_poll_add(int poll, int descriptor, uint64_t token);
/// Must come before the descriptor is closed: a child of another thread that has not reached its exec yet holds a copy
/// of it, and epoll watches the open file, not the number (epoll(7), "Questions and answers", 6).
int cprocess_poll_remove(int poll, int descriptor);
/// Waits until something is readable or ended, at most `milliseconds` (-1: without end). Returns how many events.
int cprocess_poll_wait(int poll, struct cprocess_event *_Nonnull events, int capacity, int milliseconds);

/// `KILL` for SIGKILL; null for a number that has no name.
const char *_Nullable cprocess_signal_name(int number);

/// Opens /dev/null for every standard descriptor that this process was started without, so that no pipe of ours gets
/// one of their numbers.
int cprocess_fill_standard_descriptors(void);

#pragma clang assume_nonnull end

#endif
