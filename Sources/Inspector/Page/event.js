// One event: what it says, what happened to it, its JSON.
import { ask, button, copy, facts, h, heading, state, toast } from './elements.js';
import { get, post } from './api.js';
import { at, bytes, phone, plural } from './words.js';
import { link } from './routes.js';
import { standing } from './events.js';

const MAX_NODES = 2000;

function json(value, key, depth, budget) {
  const name = key === undefined ? null : h('span', { class: 'k' }, `${key}: `);
  if (budget.left-- <= 0) return h('div', { class: 'leaf muted' }, '…');
  if (value === null || typeof value !== 'object') {
    return h('div', { class: 'leaf' }, name, h('span', { class: typeof value === 'string' ? 's' : 'n' }, JSON.stringify(value)));
  }
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  if (!entries.length) return h('div', { class: 'leaf' }, name, isList ? '[]' : '{}');
  const kids = [];
  for (const [k, v] of entries) {
    if (budget.left <= 0) { kids.push(h('div', { class: 'leaf muted' }, 'More is not shown; copy the JSON to see all.')); break; }
    kids.push(json(v, isList ? undefined : k, depth + 1, budget));
  }
  return h('details', { open: depth < 3 }, h('summary', {}, name, isList ? '[' : '{',
    h('span', { class: 'closed muted' }, ` ${plural(entries.length, isList ? 'item' : 'field')} ${isList ? ']' : '}'}`)),
    kids, h('span', { class: 'end' }, isList ? ']' : '}'));
}

function bubble(event) {
  const m = event.message;
  if (!m || m.message_id === null || m.text === null) return null;
  const files = (m.parts ?? []).filter(part => part.type === 'media');
  return h('div', { class: m.is_own ? 'says out' : 'says' },
    h('p', { class: 'meta' }, h('span', { class: 'bidi' }, phone(m.from ?? undefined) || 'unknown'), m.is_own ? ' (your line)' : ` to ${phone(m.line ?? undefined)}`, m.service ? ` · ${m.service}` : ''),
    m.text && h('p', { class: 'bubble', dir: 'auto' }, m.text),
    files.map(file => h('p', { class: 'file' }, h('b', { class: 'bidi' }, file.filename ?? 'attachment'),
      h('span', { class: 'muted' }, `${file.mime_type ?? ''} ${file.bytes ? bytes(file.bytes) : ''}, not loaded`))));
}

async function replay(event, handler, redraw) {
  const choice = h('select', { id: 'to' }, h('option', { value: '' }, 'All handlers that want it'),
    event.deliveries.map(d => h('option', { value: d.handler, selected: d.handler === handler }, d.handler)));
  const extra = h('label', { for: 'to' }, h('span', {}, 'To'), choice);
  const yes = await ask(`Replay event #${event.sequence}?`,
    ['The event is handed over again. A handler that has handled it handles it a second time, with the same event id.'], 'Replay', { extra });
  if (!yes) return;
  const outcomes = { queued: 'queued', already_pending: 'is on its way already', handler_hangs: 'hangs' };
  try {
    const answer = await post(['events', `#${event.sequence}`, 'replay'], { handler: choice.value });
    toast(`${answer.deliveries.map(d => `${d.handler}: ${outcomes[d.outcome] ?? d.outcome}`).join(', ') || 'No handler wants it'}.`);
    redraw();
  } catch (error) {
    toast(error.message);
  }
}

async function retry(event, handler, redraw) {
  if (!await ask(`Retry event #${event.sequence} for ${handler}?`, [`It is handed to ${handler} again.`], 'Retry')) return;
  try {
    await post(['dead', handler, event.sequence, 'retry']);
    toast(`Queued for ${handler}.`);
    redraw();
  } catch (error) {
    toast(error.message);
  }
}

function delivery(event, d, redraw) {
  const tries = d.attempts ? plural(d.attempts, 'try', 'tries') : '';
  const said = {
    delivered: h('span', { class: 'muted' }, d.attempts > 1 ? `delivered after ${tries}` : 'delivered'),
    skipped: h('span', { class: 'muted' }, `skipped${d.reason ? `: ${d.reason}` : ''}`),
    dead: [state('dead', 'dead letter'), h('span', { class: 'muted' }, ` given up after ${tries}`)],
    pending: [state('pending', d.attempts ? `${tries} failed` : 'pending'), d.next_attempt_at && h('span', { class: 'muted' }, ' next at ', at(d.next_attempt_at))],
  }[d.state] ?? d.state;
  return h('li', { class: d.state }, h('p', { class: 'line' }, h('b', {}, d.handler), said), d.error && h('p', { class: 'error' }, d.error),
    d.state === 'dead' && h('p', { class: 'row small' }, button('Retry…', () => retry(event, d.handler, redraw), 'link')));
}

export async function eventScreen(q, path, redraw) {
  const event = await get(['events', `#${path[1]}`], { message: 1 });
  const text = JSON.stringify(event.payload, null, 2);
  const budget = { left: MAX_NODES };
  const happened = h('ol', { class: 'timeline' },
    h('li', { class: 'delivered' }, h('p', { class: 'line' }, h('b', {}, 'Received and stored'), at(event.received_at), h('span', { class: 'muted' }, `as #${event.sequence}`))),
    event.deliveries.map(d => delivery(event, d, redraw)));
  const told = facts([
    ['Event', h('span', { class: 'mono bidi', id: 'event-id' }, event.event_id)],
    ['Chat', event.chat_id && h('span', { class: 'mono bidi' }, event.chat_id)],
    ['Created', event.created_at && h('span', { class: 'bidi' }, event.created_at)],
    ['Source', event.source && h('span', { class: 'mono bidi' }, event.source)],
    ['Size', bytes(event.bytes)]]);
  return [
    h('p', { class: 'row small crumbs' }, h('a', { href: '#/events' }, '← Events'), h('span', { class: 'grow' }),
      event.sequence > 1 && h('a', { href: link(`event/${event.sequence - 1}`), id: 'older' }, 'Older'),
      h('a', { href: link(`event/${event.sequence + 1}`), id: 'newer' }, 'Newer')),
    h('article', { class: 'panel event' },
      h('div', { class: 'event-head' }, h('h1', { tabindex: '-1' }, event.event_type, ' ', h('span', { class: 'muted' }, `#${event.sequence}`)),
        standing(event), button('Replay…', () => replay(event, undefined, redraw), 'primary'),
        button('Copy id', () => copy(event.event_id, 'the event id')), button('Copy JSON', () => copy(text, 'the JSON'))),
      bubble(event),
      h('div', { class: 'wide' },
        h('div', { class: 'stack' }, h('section', {}, h('h2', {}, 'What happened'), happened), h('section', {}, h('h2', {}, 'Facts'), told)),
        h('section', {}, h('h2', {}, 'JSON'), h('div', { class: 'json', tabindex: '0', role: 'group', 'aria-label': 'The event as JSON' }, json(event.payload, undefined, 0, budget)))))];
}
