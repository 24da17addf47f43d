// The list of events: newest first, filtered, live.
import { $, button, h, heading, nothing, state } from './elements.js';
import { get } from './api.js';
import { at, clock, phone, plural } from './words.js';
import { link, route, setQuery } from './routes.js';

const MAX_ROWS = 1000;
const PAGE = 100;
const names = { type: 'type', state: 'state', handler: 'handler', span: 'time' };
const spans = { '15m': ['Last 15 minutes', 900], '1h': ['Last hour', 3600], '24h': ['Last 24 hours', 86400] };
let paused = false;
let waiting = [];
let follower;

const filtersOf = q => ({
  type: q.type, state: q.state, handler: q.handler, preview: 1,
  since: spans[q.span] && new Date(Date.now() - spans[q.span][1] * 1000).toISOString(),
});

/** Only exceptions are told: what every handler has done is one quiet word. */
export function standing(event) {
  const open = event.deliveries.filter(d => d.state !== 'delivered' && d.state !== 'skipped');
  if (!open.length) return state('delivered', 'handled');
  const worst = open.find(d => d.state === 'dead') ?? open[0];
  const more = open.length > 1 ? ` +${open.length - 1}` : '';
  return state(worst.state, [worst.handler, ' ', worst.state, more]);
}

function row(event, isFresh) {
  const { preview: p = {} } = event;
  const who = phone(p.is_own ? p.line : p.from) || '–';
  const what = p.text ?? '';
  const address = link(`event/${event.sequence}`);
  const open = e => { if (!e.target.closest('a') && !e.ctrlKey && !e.metaKey && !String(getSelection())) location.hash = address; };
  return h('tr', { role: 'row', class: isFresh ? 'fresh' : undefined, 'data-sequence': event.sequence, onclick: open },
    h('td', { role: 'cell', class: 't-time' }, h('a', { href: address, 'aria-label': `Event ${event.sequence} at ${clock(event.received_at)}` }, at(event.received_at))),
    h('td', { role: 'cell', class: 't-type type' }, event.event_type),
    h('td', { role: 'cell', class: 't-from who' }, h('span', { class: 'bidi' }, who)),
    h('td', { role: 'cell', class: 't-what' }, h('span', { class: 'who dup bidi' }, who), h('span', { class: 'bidi' }, what)),
    h('td', { role: 'cell', class: 't-state' }, standing(event)));
}

function select(name, text, value, options) {
  return h('label', {}, h('span', {}, text), h('select', { id: `f-${name}`, onchange: e => setQuery({ [name]: e.target.value }) },
    options.map(([v, t]) => h('option', { value: v, selected: v === (value ?? '') }, t))));
}

function filters(q, handlers) {
  let timer;
  const typed = e => {
    clearTimeout(timer);
    timer = setTimeout(() => setQuery({ type: e.target.value }, { replace: true }), 250);
  };
  const types = ['message.*', 'message.received', 'message.sent', 'reaction.*', 'call.*'];
  return [
    h('form', { class: 'filters open', role: 'search', 'aria-label': 'Filter events', onsubmit: e => e.preventDefault() },
      h('label', {}, h('span', {}, 'Type'), h('input', { id: 'f-type', type: 'search', list: 'types', value: q.type ?? '', oninput: typed, placeholder: 'message.*', autocomplete: 'off', spellcheck: 'false' }),
        h('datalist', { id: 'types' }, types.map(value => h('option', { value })))),
      select('state', 'State', q.state, [['', 'Any'], ['pending', 'Pending'], ['dead', 'Dead'], ['delivered', 'Handled']]),
      select('handler', 'By handler', q.handler, [['', 'All'], ...handlers.map(name => [name, name])]),
      select('span', 'Time', q.span, [['', 'All that is kept'], ...Object.entries(spans).map(([k, [text]]) => [k, text])])),
    h('p', { class: 'chips' }, Object.keys(names).filter(k => q[k]).map(k =>
      h('button', { type: 'button', class: 'chip', onclick: () => setQuery({ [k]: '' }) }, `Remove ${names[k]}: `, h('span', { class: 'bidi' }, spans[q[k]]?.[0] ?? q[k])))),
  ];
}

async function older(q, more) {
  more.disabled = true;
  const before = $('rows').lastElementChild.dataset.sequence;
  try {
    const { events } = await get(['events'], { ...filtersOf(q), before, limit: PAGE });
    $('rows').append(...events.reverse().map(event => row(event)));
    // The newest rows go where there are too many: a reader far back has no use for them.
    if ($('rows').childElementCount > MAX_ROWS) { stopFollowing(); while ($('rows').childElementCount > MAX_ROWS) $('rows').firstElementChild.remove(); }
    $('shown').textContent = `${plural($('rows').childElementCount, 'event')} shown`;
    if (events.length < PAGE) more.remove();
  } finally {
    more.disabled = false;
  }
}

function table(q, events) {
  const columns = [['Time', 't-time'], ['Type', 't-type'], ['From', 't-from'], ['What', 't-what'], ['State', 't-state']];
  const more = events.length === PAGE && h('button', { type: 'button', onclick: e => older(q, e.currentTarget) }, 'Load older');
  return [
    h('table', { class: 'table list', role: 'table', 'aria-label': 'Events, newest first' },
      h('colgroup', {}, ['c-time', 'c-type', 'c-from', undefined, 'c-state'].map(cls => h('col', { class: cls }))),
      h('thead', {}, h('tr', { role: 'row' }, columns.map(([text, cls]) => h('th', { scope: 'col', role: 'columnheader', class: cls }, text)))),
      h('tbody', { role: 'rowgroup', id: 'rows' }, events.map(event => row(event)))),
    h('div', { class: 'more' }, h('span', { class: 'muted', id: 'shown' }, `${plural(events.length, 'event')} shown`), more)];
}

export async function eventsScreen(q) {
  const [{ events, last_sequence: last }, { handlers }] =
    await Promise.all([get(['events'], { ...filtersOf(q), limit: PAGE }), get(['handlers'])]);
  waiting = [];
  const isFiltered = Object.keys(names).some(k => q[k]);
  const empty = isFiltered ? nothing('No event matches', 'Searched everything that is kept.', h('a', { class: 'button', href: '#/events' }, 'Clear all filters'))
    : nothing('No event yet', 'Nothing verified has come yet. Check that Linq has the address of this receiver.');
  const pause = h('button', { type: 'button', id: 'pause', 'aria-pressed': String(paused), onclick: togglePause }, paused ? 'Resume' : 'Pause');
  follow(q, last);
  return [heading('Events', pause), filters(q, handlers.map(x => x.handler)),
    h('div', { class: 'panel listbox' }, h('div', { class: 'pill', id: 'pill', role: 'status' }),
      events.length ? table(q, events.reverse()) : [empty, h('table', { hidden: true }, h('tbody', { id: 'rows' }))])];
}

export function togglePause() {
  paused = !paused;
  if (!paused) showWaiting();
  const node = $('pause');
  if (!node) return;
  node.textContent = paused ? 'Resume' : 'Pause';
  node.setAttribute('aria-pressed', String(paused));
}

export function showWaiting() {
  const rows = $('rows');
  if (!rows || !waiting.length) return;
  if (rows.closest('table').hidden) { waiting = []; dispatchEvent(new HashChangeEvent('hashchange')); return; }
  rows.prepend(...waiting.reverse().map(event => row(event, true)));
  waiting = [];
  while (rows.childElementCount > MAX_ROWS) rows.lastElementChild.remove();
  $('pill').replaceChildren();
  if ($('shown')) $('shown').textContent = `${plural(rows.childElementCount, 'event')} shown`;
}

/** Rows never move under a pointer, a focus or a reader who has scrolled. */
function arrived(events) {
  const known = Number($('rows')?.firstElementChild?.dataset.sequence ?? 0);
  waiting.push(...events.filter(event => event.sequence > known));
  waiting = waiting.slice(-MAX_ROWS);
  if (!waiting.length || !$('rows')) return;
  const rows = $('rows');
  if (paused || scrollY > 60 || rows.matches(':hover') || rows.contains(document.activeElement)) {
    $('pill').replaceChildren(button(`${plural(waiting.length, 'new event')}`, () => { scrollTo(0, 0); showWaiting(); }));
  } else {
    showWaiting();
  }
}

export function stopFollowing() {
  follower?.abort();
  follower = undefined;
}

/** One request waits at the receiver while the tab is visible; a hidden tab holds none. */
async function follow(q, last) {
  stopFollowing();
  const own = new AbortController();
  follower = own;
  let after = last;
  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  while (!own.signal.aborted && route().path[0] === 'events') {
    if (document.hidden) { await pause(500); continue; }
    try {
      const answer = await get(['events'], { ...filtersOf(q), after, limit: 200, wait: 25 }, { signal: own.signal });
      if (own.signal.aborted) return;
      const isWhole = answer.events.length < 200;
      after = Math.max(after, isWhole ? answer.last_sequence : answer.events.at(-1).sequence);
      arrived(answer.events);
      await pause(400);
    } catch (error) {
      if (error.name === 'AbortError' || error.status === 401) return;
      await pause(5000);
    }
  }
}
