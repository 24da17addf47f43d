// What Swift cannot say about libpq: character constants. No logic.
#pragma once
#include <libpq-fe.h>

static const int cpq_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int cpq_diag_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int cpq_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
