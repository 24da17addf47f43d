// What linqhook uses of OpenSSL's libcrypto: message authentication, constant-time comparison, wiping,
// random bytes.
#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
