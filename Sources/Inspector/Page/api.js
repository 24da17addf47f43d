// The receiver's API, and the token: in memory and sessionStorage, and in no other place.

const KEY = 'token';
export let token = sessionStorage.getItem(KEY);

export function setToken(value) {
  token = value;
  value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY);
}

/** Takes a token that came with the address out of it at once. */
export function takeTokenOfAddress() {
  const given = /^#token=(.+)$/.exec(location.hash);
  if (!given) return;
  history.replaceState(null, '', `${location.pathname}#/overview`);
  setToken(decodeURIComponent(given[1]));
}

// A new tab asks the others of this address, which answer only while they are signed in.
const channel = new BroadcastChannel('linqhook');
let onSignedOut = () => {};
channel.addEventListener('message', ({ data }) => {
  if (data.asks && token) channel.postMessage({ token });
  if (data.signedOut) { setToken(null); onSignedOut(); }
});

export function tokenOfOtherTab() {
  return new Promise(done => {
    const hear = ({ data }) => { if (data.token) { setToken(data.token); finish(); } };
    const finish = () => { channel.removeEventListener('message', hear); clearTimeout(timer); done(); };
    const timer = setTimeout(finish, 200);
    channel.addEventListener('message', hear);
    channel.postMessage({ asks: true });
  });
}

export function signOutEverywhere() {
  setToken(null);
  channel.postMessage({ signedOut: true });
}

export const whenSignedOut = does => { onSignedOut = does; };

/**
 * What the receiver said when it did not do what it was asked. Without a status it could not be reached; one that is bare comes
 * from a receiver that has no API, for want of a token.
 */
export class APIError extends Error {
  constructor(status, code, detail, retryAfter, isBare) {
    super(detail);
    Object.assign(this, { status, code, retryAfter, isBare });
  }
}

/** `segments` are encoded one by one, `query` leaves out what is empty. */
export async function call(method, segments, query = {}, { signal } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  const search = new URLSearchParams(given).toString().replaceAll('+', '%20');
  const url = `/api/${segments.map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
  let answer;
  try {
    answer = await fetch(url, { method, signal, headers: { Authorization: `Bearer ${token}` }, cache: 'no-store' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new APIError(undefined, 'unreachable', 'No answer from the receiver.');
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new APIError(answer.status, body.error ?? '', body.detail ?? `The receiver answered ${answer.status}.`,
    answer.headers.get('Retry-After'), !body.detail);
}

export const get = (segments, query, options) => call('GET', segments, query, options);
export const post = (segments, query) => call('POST', segments, query);
