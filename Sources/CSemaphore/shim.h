// A semaphore whose waits the wall clock does not touch. Swift's Glibc module leaves the call out.
#pragma once
#include <semaphore.h>
#include <time.h>

// Not declared without _GNU_SOURCE, which would make other types than Swift's own Glibc module has.
extern int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *end);
