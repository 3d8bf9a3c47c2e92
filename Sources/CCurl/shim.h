#pragma once

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one wrapper
// for each type of argument. Anything passed as a pointer must outlive the transfer.

static inline CURLcode ccurl_set_long(CURL *_Nonnull handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_offset(
    CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text, except for CURLOPT_POSTFIELDS.
static inline CURLcode ccurl_set_string(
    CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(
    CURL *_Nonnull handle, CURLoption option, const void *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_list(
    CURL *_Nonnull handle, CURLoption option, struct curl_slist *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

// Bodies and header lines share this shape.
typedef size_t (*ccurl_receive)(
    char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);

static inline CURLcode ccurl_set_receive(
    CURL *_Nonnull handle, CURLoption option, ccurl_receive _Nonnull value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_get_long(
    CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_get_offset(
    CURL *_Nonnull handle, CURLINFO info, curl_off_t *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}

// Any count but the one offered aborts a transfer; the macro that names one is newer than
// some libcurls in use.
static inline size_t ccurl_abort(void) { return (size_t)-1; }

static inline long ccurl_global_defaults(void) { return CURL_GLOBAL_DEFAULT; }
