// Refused requests: why, as they came, and a second look with today's secrets.
import { ask, button, copy, facts, h, heading, nothing, toast } from './elements.js';
import { call, get, post } from './api.js';
import { at, bytes, number, plural } from './words.js';
import { link } from './routes.js';

const reasons = {
  invalid_signature: 'Signature does not hold', stale_timestamp: 'Timestamp too old',
  too_old_to_deduplicate: 'Too old to tell if new', unusable_event: 'Not an event', unknown_path: 'No such endpoint',
};
const holds = request => request.reason === 'stale_timestamp' || request.reason === 'too_old_to_deduplicate';

async function attempt(does, redraw) {
  try {
    toast(await does());
    redraw();
  } catch (error) {
    toast(error.message);
  }
}

async function reverify(redraw) {
  const texts = ['Each is checked with the secrets in force now. What holds, is new and is an event, is let in and handled like any other. What does not stays here.'];
  if (!await ask('Verify all again?', texts, 'Verify again')) return;
  await attempt(async () => {
    const { results } = await post(['quarantine', 'reverify']);
    const good = results.filter(x => x.outcome === 'accepted').length;
    return `${plural(good, 'request')} let in, ${number(results.length - good)} stay.`;
  }, redraw);
}

async function accept(request, redraw) {
  const texts = ['Its signature holds. It was refused because it may be late or handled before; accepting says that you know better.', 'It is stored and handed to all handlers.'];
  if (!await ask(`Accept request ${request.number}?`, texts, 'Accept')) return;
  await attempt(async () => {
    const { outcome } = await post(['quarantine', request.number, 'accept']);
    return `Request ${request.number}: ${outcome}.`;
  }, redraw);
}

async function drop(request) {
  if (!await ask(`Drop request ${request.number}?`, ['It is gone for good.'], 'Drop', { danger: true })) return;
  await attempt(async () => {
    await call('DELETE', ['quarantine', request.number]);
    return `Request ${request.number} is gone.`;
  }, () => { location.hash = '#/quarantine'; });
}

const target = request => `${request.path}${request.query ? `?${request.query}` : ''}`;

function raw(request) {
  const head = request.headers.map(x => `${x.name}: ${x.value}`).join('\r\n');
  return `POST ${target(request)} HTTP/1.1\r\n${head}\r\n\r\n${request.body ?? ''}`;
}

function view(request, redraw) {
  return h('article', { class: 'panel event' },
    h('div', { class: 'event-head' }, h('h2', {}, `Request ${request.number}`),
      holds(request) && button('Accept…', () => accept(request, redraw), 'primary'),
      button('Drop…', () => drop(request), 'danger')),
    h('p', {}, reasons[request.reason] ?? request.reason),
    request.detail && h('p', { class: 'error' }, request.detail),
    facts([['Received', at(request.received_at)], ['From', h('span', { class: 'mono' }, request.remote)],
      ['To', h('span', { class: 'mono bidi' }, target(request))], ['Seen', request.seen > 1 && plural(request.seen, 'time')], ['Body', bytes(request.bytes)]]),
    h('section', {}, h('div', { class: 'row' }, h('h2', { class: 'grow' }, 'Headers, in the order received'),
      request.body !== undefined && button('Copy the raw request', () => copy(raw(request), 'the request, for linqhook verify --explain'), 'link')),
      h('table', { class: 'table', 'aria-label': 'Headers in the order received' }, h('tbody', {}, request.headers.map(x => h('tr', {},
        h('th', { scope: 'row', class: 'mono' }, x.name), h('td', { class: 'mono bidi' }, x.value)))))),
    h('section', {}, h('h2', {}, request.body === undefined ? 'Body, in base64' : 'Body, as received'),
      h('pre', { class: 'json', tabindex: '0' }, request.body ?? request.body_base64 ?? '')));
}

export async function quarantineScreen(q, path, redraw) {
  const [{ requests }, chosen] = await Promise.all([
    get(['quarantine'], { limit: 1000 }), q.sel && get(['quarantine', q.sel]).catch(error => { if (error.status !== 404) throw error; })]);
  requests.reverse();
  const top = heading('Quarantine', h('span', { class: 'muted' }, plural(requests.length, 'request')),
    requests.length > 0 && button('Verify all again…', () => reverify(redraw)),
    chosen && h('a', { class: 'button', href: '#/quarantine' }, 'Close the request'),
    h('p', { class: 'say' }, 'Requests that were refused, kept whole: a wrong secret or clock costs nothing for good.'));
  if (!requests.length) return [top, h('div', { class: 'panel' }, nothing('Nothing was refused', 'Requests whose signature or content is refused are kept here whole.'))];
  const columns = ['Time', 'Why', 'From'];
  const rows = requests.map(request => h('tr', { role: 'row', class: String(request.number) === q.sel ? 'on' : undefined },
    h('td', { role: 'cell', class: 't-time' }, h('a', { href: link('quarantine', { sel: request.number }), 'aria-label': `Request ${request.number}` }, at(request.received_at))),
    h('td', { role: 'cell', class: 't-what' }, reasons[request.reason] ?? request.reason),
    h('td', { role: 'cell', class: 't-state mono' }, request.remote)));
  return [top, h('div', { class: chosen ? 'splitview split' : 'splitview' },
    h('div', { class: 'panel listbox' }, h('table', { class: 'table list qlist', role: 'table', 'aria-label': 'Refused requests, newest first' },
      h('thead', {}, h('tr', { role: 'row' }, columns.map(text => h('th', { scope: 'col', role: 'columnheader' }, text)))), h('tbody', { role: 'rowgroup' }, rows))),
    chosen && view(chosen, redraw))];
}
