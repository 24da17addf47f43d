// What Swift cannot say about libmicrohttpd: its variadic functions.
#pragma once
#include <microhttpd.h>
