// The hash holds the screen and its filters, so they reach no log and no other site.

export const screens = [
  ['overview', 'Overview', 'o'], ['events', 'Events', 'e'], ['dead', 'Dead letters', 'd'],
  ['quarantine', 'Quarantine', 'q'], ['handlers', 'Handlers', 'h'],
];

export function route() {
  const [path, query] = (location.hash.slice(2) || 'overview').split('?');
  const parts = path.split('/').map(part => { try { return decodeURIComponent(part); } catch { return part; } });
  return { path: parts, q: Object.fromEntries(new URLSearchParams(query)) };
}

export function link(path, q = {}) {
  const text = new URLSearchParams(Object.entries(q).filter(([, value]) => value)).toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

/** Changes filters: typing replaces the entry of the history, a choice adds one. */
export function setQuery(changes, { replace = false } = {}) {
  const { path, q } = route();
  const target = link(path.map(encodeURIComponent).join('/'), { ...q, ...changes });
  if (!replace) { location.hash = target; return; }
  history.replaceState(null, '', target);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
