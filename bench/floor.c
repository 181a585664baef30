// The floor of the benchmark: the POSTs of a delivery and nothing else, in the fewest lines of C that libcurl's multi
// interface allows. No queue, no log, the same headers for each request.
//
//   floor URL CONNECTIONS REQUESTS     prints seconds, CPU seconds (user + system), and kilobytes resident at the most
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const header_lines[] = {
    "Content-Type: application/json",
    "User-Agent: aws-sqsd/3.0 (floor)",
    "X-Aws-Sqsd-Msgid: 6b4b8f2e-2f57-4a4e-9b3f-0d6f4f1c2a3b",
    "X-Aws-Sqsd-Queue: bench",
    "X-Aws-Sqsd-Receive-Count: 1",
    "X-Aws-Sqsd-First-Received-At: 2026-01-01T00:00:00Z",
    "X-Aws-Sqsd-Sent-At: 2026-01-01T00:00:00Z",
    "X-Aws-Sqsd-Sender-Id: AIDAEXAMPLEEXAMPLE00",
    "X-Aws-Sqsd-Path: /0",
    "Accept:",
    "Expect:",
};

static size_t ignore(char *bytes, size_t size, size_t count, void *user) {
  (void)bytes, (void)user;
  return size * count;
}

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// VmHWM of proc(5). getrusage(2) would count what the process was before it became this program.
static long peak_kilobytes(void) {
  FILE *status = fopen("/proc/self/status", "r");
  char line[200];
  long kilobytes = 0;
  while (status && fgets(line, sizeof line, status) && sscanf(line, "VmHWM: %ld", &kilobytes) != 1) continue;
  return kilobytes;
}

static CURL *new_handle(const char *url, struct curl_slist *headers, const char *body) {
  CURL *easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  return easy;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  long connections = atol(arguments[2]), requests = atol(arguments[3]);
  long started = 0, ended = 0;
  char body[200];
  memset(body, 'x', sizeof body - 1);
  body[sizeof body - 1] = 0;
  struct curl_slist *headers = NULL;
  for (size_t i = 0; i < sizeof header_lines / sizeof header_lines[0]; i++)
    headers = curl_slist_append(headers, header_lines[i]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
  double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (; started < connections && started < requests; started++)
    curl_multi_add_handle(multi, new_handle(arguments[1], headers, body));
  while (ended < requests) {
    int running, left;
    curl_multi_perform(multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
      CURL *easy = message->easy_handle;
      if (message->data.result != CURLE_OK) {
        fprintf(stderr, "floor: %s\n", curl_easy_strerror(message->data.result));
        return 1;
      }
      ended++;
      curl_multi_remove_handle(multi, easy);
      if (started < requests) {
        curl_multi_add_handle(multi, easy);
        started++;
      } else {
        curl_easy_cleanup(easy);
      }
    }
    // Handles that were just added have work to do already.
    if (ended < requests) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  printf("%.6f %.6f %ld\n", seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
         peak_kilobytes());
  return 0;
}
