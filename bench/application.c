// The application of the benchmark: answers each POST with 200 after a delay, and counts. One thread, epoll, a heap of
// timers, so that it takes as little as possible of the processor time that it shares with what is measured.
//
//   application            listens on a free port of 127.0.0.1 and prints it
//   POST /50               is answered 50 ms later; any other path at once
//   GET /reset             sets the counters to zero
//   GET /counters          {"requests", "answered", "connections", "peak", "first", "last", "latencies"}
//
// Connections count from their first POST on. "peak" is the largest number of POSTs in work at once, "first" and "last"
// are the wall clock at the first POST and at the latest answer, and "latencies" are the ages of the first messages in
// microseconds: a body that begins with {"sent":N says when it was sent. All times but these in nanoseconds.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 4096, LARGEST_REQUEST = 2 << 20, MOST_LATENCIES = 1000 };

typedef struct {
  char *bytes;
  size_t count, capacity;
  // Tells the connections that had the same descriptor apart.
  uint64_t generation;
  bool open, working, counted;
} Connection;

typedef struct {
  int64_t due;
  uint64_t generation;
  int descriptor;
} Timer;

static struct {
  long requests, answered, connections, working, peak;
  int64_t first, last;
  long latencies[MOST_LATENCIES];
  int latency_count;
} counters;

static Connection connections[MOST_CONNECTIONS];
static Timer timers[MOST_CONNECTIONS * 2];
static int timer_count;
static int poller;
static uint64_t generations;

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void add_timer(Timer timer) {
  // A connection has one timer at a time; those of closed ones stay until they are due.
  if (timer_count == MOST_CONNECTIONS * 2) {
    fputs("application: too many timers\n", stderr);
    exit(1);
  }
  int index = timer_count++;
  for (int parent; index > 0 && timers[parent = (index - 1) / 2].due > timer.due; index = parent)
    timers[index] = timers[parent];
  timers[index] = timer;
}

static Timer take_timer(void) {
  Timer first = timers[0], last = timers[--timer_count];
  int index = 0;
  for (int child; (child = 2 * index + 1) < timer_count; index = child) {
    if (child + 1 < timer_count && timers[child + 1].due < timers[child].due) child++;
    if (timers[child].due >= last.due) break;
    timers[index] = timers[child];
  }
  timers[index] = last;
  return first;
}

static void close_connection(int descriptor) {
  Connection *connection = &connections[descriptor];
  if (connection->working) counters.working--;
  free(connection->bytes);
  memset(connection, 0, sizeof *connection);
  close(descriptor);
}

// Answers are small: a socket that does not take one whole belongs to a peer that does not read.
static void send_answer(int descriptor, const char *text, size_t length) {
  if (send(descriptor, text, length, MSG_NOSIGNAL) != (ssize_t)length) close_connection(descriptor);
}

static void answer_post(int descriptor) {
  static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  connections[descriptor].working = false;
  counters.working--;
  counters.answered++;
  counters.last = now(CLOCK_REALTIME);
  send_answer(descriptor, text, sizeof text - 1);
}

static void answer_control(int descriptor, const char *path) {
  static char body[MOST_LATENCIES * 12 + 400], text[sizeof body + 100];
  if (strncmp(path, "/reset", 6) == 0) {
    memset(&counters, 0, sizeof counters);
    for (int i = 0; i < MOST_CONNECTIONS; i++) connections[i].counted = false;
  }
  int length = sprintf(body,
                       "{\"requests\":%ld,\"answered\":%ld,\"connections\":%ld,\"peak\":%ld,\"first\":%lld,"
                       "\"last\":%lld,\"latencies\":[",
                       counters.requests, counters.answered, counters.connections, counters.peak,
                       (long long)counters.first, (long long)counters.last);
  for (int i = 0; i < counters.latency_count; i++)
    length += sprintf(body + length, i == 0 ? "%ld" : ",%ld", counters.latencies[i]);
  length += sprintf(body + length, "]}\n");
  int total = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, body);
  send_answer(descriptor, text, (size_t)total);
}

static void begin_post(int descriptor, const char *path, const char *body) {
  Connection *connection = &connections[descriptor];
  int64_t wall = now(CLOCK_REALTIME);
  if (counters.requests++ == 0) counters.first = wall;
  if (!connection->counted) counters.connections++;
  connection->counted = connection->working = true;
  if (++counters.working > counters.peak) counters.peak = counters.working;
  long long sent;
  if (counters.latency_count < MOST_LATENCIES && sscanf(body, "{\"sent\":%lld", &sent) == 1)
    counters.latencies[counters.latency_count++] = (long)((wall - sent) / 1000);
  int64_t delay = strtoll(path + 1, NULL, 10) * 1000000;
  if (delay > 0)
    add_timer((Timer){now(CLOCK_MONOTONIC) + delay, connection->generation, descriptor});
  else
    answer_post(descriptor);
}

// The length of the request at the beginning of the bytes, 0 if it is not whole yet. Bodies by Content-Length or in
// chunks, of which only the end is looked for.
static size_t request_length(const char *bytes, size_t count, const char **body) {
  char *end = memmem(bytes, count, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  *body = end + 4;
  size_t head = (size_t)(*body - bytes);
  for (const char *line = bytes; line < end; line = (const char *)memchr(line, '\n', (size_t)(end + 2 - line)) + 1) {
    if (strncasecmp(line, "content-length:", 15) == 0) {
      size_t length = strtoul(line + 15, NULL, 10);
      return count >= head + length ? head + length : 0;
    }
    if (strncasecmp(line, "transfer-encoding:", 18) == 0) {
      const char *last = memmem(*body, count - head, "0\r\n\r\n", 5);
      return last ? (size_t)(last + 5 - bytes) : 0;
    }
  }
  return head;
}

static void take_requests(int descriptor) {
  Connection *connection = &connections[descriptor];
  while (connection->open && !connection->working) {
    const char *body = NULL;
    // A NUL ends the text for the functions that read numbers from it.
    connection->bytes[connection->count] = 0;
    size_t length = request_length(connection->bytes, connection->count, &body);
    if (length == 0) return;
    uint64_t generation = connection->generation;
    if (strncmp(connection->bytes, "GET ", 4) == 0)
      answer_control(descriptor, connection->bytes + 4);
    else
      begin_post(descriptor, connection->bytes + strcspn(connection->bytes, " ") + 1, body);
    if (connection->generation != generation) return;
    connection->count -= length;
    memmove(connection->bytes, connection->bytes + length, connection->count);
  }
}

static void read_connection(int descriptor) {
  Connection *connection = &connections[descriptor];
  if (connection->count + 1 >= connection->capacity) {
    connection->capacity = connection->capacity ? connection->capacity * 2 : 4096;
    connection->bytes = realloc(connection->bytes, connection->capacity);
    if (connection->bytes == NULL || connection->capacity > 2 * LARGEST_REQUEST) fail("application: a request");
  }
  ssize_t count = recv(descriptor, connection->bytes + connection->count, connection->capacity - connection->count - 1,
                       0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return close_connection(descriptor);
  connection->count += (size_t)count;
  take_requests(descriptor);
}

static void accept_connection(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return;
  if (descriptor >= MOST_CONNECTIONS) {
    close(descriptor);
    return;
  }
  int yes = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connections[descriptor].open = true;
  connections[descriptor].generation = ++generations;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("application: epoll");
}

static void run_timers(void) {
  int64_t moment = timer_count > 0 ? now(CLOCK_MONOTONIC) : 0;
  while (timer_count > 0 && timers[0].due <= moment) {
    Timer timer = take_timer();
    if (connections[timer.descriptor].generation != timer.generation) continue;
    answer_post(timer.descriptor);
    // What came meanwhile; after an answer the connection may be closed.
    if (connections[timer.descriptor].open) take_requests(timer.descriptor);
  }
}

static int listen_on_loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0)
    fail("application: listening");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int listener = listen_on_loopback();
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0) fail("application: epoll");
  for (;;) {
    struct epoll_event events[256];
    struct timespec wait, *limit = NULL;
    if (timer_count > 0) {
      int64_t left = timers[0].due - now(CLOCK_MONOTONIC);
      if (left < 0) left = 0;
      wait = (struct timespec){left / 1000000000, left % 1000000000};
      limit = &wait;
    }
    // epoll_wait's milliseconds would make each job up to one longer.
    int count = epoll_pwait2(poller, events, 256, limit, NULL);
    if (count < 0 && errno != EINTR) fail("application: waiting");
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener)
        accept_connection(listener);
      else if (connections[events[i].data.fd].open)
        read_connection(events[i].data.fd);
    }
    run_timers();
  }
}
