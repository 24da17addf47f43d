// What linqhook uses of OpenSSL's libcrypto: message authentication, constant-time comparison, wiping.
#pragma once
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
