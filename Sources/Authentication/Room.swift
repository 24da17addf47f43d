// Authentication: HMAC-SHA256, constant-time comparison, secrets that print nothing and are wiped.
