// libcurl for Swift. Swift can call neither variadic C functions nor read unions, so each shape of curl_easy_setopt,
// curl_easy_getinfo and curl_multi_setopt that we use has one typed inline function here, and nothing else is here.
// The functions also pin the width of integers: libcurl reads a `long` or a `curl_off_t` from the variadic arguments,
// and an `int` in that place is undefined behaviour.
#ifndef BEANPOLE_CCURL_SHIM_H
#define BEANPOLE_CCURL_SHIM_H

// The type checks of curl/typecheck-gcc.h want constant options; ours are parameters.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <stdbool.h>

// CURLOPT_QUICK_EXIT came with 7.87.0; without it a cancelled name lookup would block the loop until the lookup ends.
#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87.0 or later is needed (Debian 12 has 7.88.1)"
#endif

// CURL_GLOBAL_DEFAULT is a macro made of macros, which Swift does not see.
static inline CURLcode ccurl_global_init(void) {
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

// CURLVERSION_NOW is a macro for a constant of an enumeration, which Swift does not see. Never NULL.
static inline const curl_version_info_data *_Nonnull ccurl_version_info(void) {
  return curl_version_info(CURLVERSION_NOW);
}

// Switches, counts, milliseconds and CURL_* constants: libcurl reads a long.
static inline CURLcode ccurl_easy_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

// Sizes (the CURLOPT_*_LARGE options): libcurl reads a curl_off_t.
static inline CURLcode ccurl_easy_set_size(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

// Text, which libcurl copies; NULL goes back to the default.
static inline CURLcode ccurl_easy_set_string(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

// Memory that libcurl keeps the address of: user pointers of callbacks, the error buffer.
static inline CURLcode ccurl_easy_set_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

// Memory that libcurl copies: CURLOPT_COPYPOSTFIELDS.
static inline CURLcode ccurl_easy_set_bytes(CURL *_Nonnull easy, CURLoption option, const void *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

// A header list, which stays the caller's and must outlive the transfer.
static inline CURLcode ccurl_easy_set_list(CURL *_Nonnull easy, CURLoption option,
                                           const struct curl_slist *_Nullable value) {
  return curl_easy_setopt(easy, option, value);
}

// curl_read_callback, curl_write_callback and the header callback are one and the same C type.
typedef size_t (*ccurl_data_callback)(char *_Nonnull bytes, size_t size, size_t count, void *_Nonnull user);
static inline CURLcode ccurl_easy_set_data_callback(CURL *_Nonnull easy, CURLoption option,
                                                    ccurl_data_callback _Nonnull callback) {
  return curl_easy_setopt(easy, option, callback);
}

// CURLOPT_PREREQFUNCTION: called each time that a request is about to be written to a connection.
typedef int (*ccurl_prerequest_callback)(void *_Nonnull user, char *_Nullable remote, char *_Nullable local,
                                         int remote_port, int local_port);
static inline CURLcode ccurl_easy_set_prerequest_callback(CURL *_Nonnull easy,
                                                          ccurl_prerequest_callback _Nonnull callback) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

// CURLOPT_OPENSOCKETFUNCTION: makes the socket of a new connection, or refuses to by returning -1.
typedef curl_socket_t (*ccurl_open_socket_callback)(void *_Nonnull user, curlsocktype purpose,
                                                    struct curl_sockaddr *_Nonnull address);
static inline CURLcode ccurl_easy_set_open_socket_callback(CURL *_Nonnull easy,
                                                           ccurl_open_socket_callback _Nonnull callback) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// CURLINFO_* of type long; 0 when libcurl does not know.
static inline long ccurl_easy_get_long(CURL *_Nonnull easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

// The address given as CURLOPT_PRIVATE, which libcurl hands back as a char pointer.
static inline void *_Nullable ccurl_easy_get_private(CURL *_Nonnull easy) {
  char *value = NULL;
  return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The next finished transfer, or NULL. The result sits in a union of CURLMsg, and the message itself dies when its
// handle is removed, so both parts are copied out here.
static inline CURL *_Nullable ccurl_multi_next_finished(CURLM *_Nonnull multi, CURLcode *_Nonnull result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

#endif
