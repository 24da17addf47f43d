// What Swift cannot say about libcurl: its variadic functions.
#pragma once
#include <curl/curl.h>
