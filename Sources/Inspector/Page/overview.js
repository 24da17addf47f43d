// How everything stands: a sentence, then problems, then figures.
import { h, heading, state } from './elements.js';
import { get } from './api.js';
import { ago, bytes, number, plural } from './words.js';
import { link } from './routes.js';
import { standingOf } from './handlers.js';

function verdict(stats, failing) {
  const { events, inbox } = stats;
  if (failing.length) return `Events are taken, but ${failing.map(x => x.handler).join(' and ')} ${failing.length === 1 ? 'is' : 'are'} failing.`;
  if (events.dead) return `Events are taken and handled; ${plural(events.dead, 'event')} could not be delivered.`;
  return inbox.last_event_at ? 'All is well: events are taken, and every handler takes what it wants.' : 'The receiver is ready. No event has come yet.';
}

function problems(stats, failing) {
  const paused = stats.handlers.filter(x => x.paused);
  return [
    ...failing.map(x => [state('failing'), h('span', { class: 'grow' }, h('a', { href: '#/handlers' }, x.handler), ` has failed for ${ago(x.failing_since)}.`)]),
    ...paused.map(x => [state('paused'), h('span', { class: 'grow' }, h('a', { href: '#/handlers' }, x.handler), ` is paused; ${plural(x.pending, 'event')} wait.`)]),
    ...stats.handlers.filter(x => x.dead).map(x => [state('dead'), h('span', { class: 'grow' }, h('a', { href: link('dead', { handler: x.handler }) }, plural(x.dead, 'dead letter')), ` of ${x.handler}.`)]),
    ...(stats.inbox.quarantined ? [[state('pending', 'refused'), h('span', { class: 'grow' }, h('a', { href: '#/quarantine' }, plural(stats.inbox.quarantined, 'request')), ' in the quarantine.')]] : []),
  ];
}

export async function overviewScreen() {
  const stats = await get(['stats']);
  const failing = stats.handlers.filter(x => standingOf(x) === 'failing');
  const found = problems(stats, failing);
  const tiles = [
    ['Last event', stats.inbox.last_event_at ? `${ago(stats.inbox.last_event_at)} ago` : 'none yet', '#/events'],
    ['Pending', number(stats.events.pending), link('events', { state: 'pending' })],
    ['Handled', number(stats.events.delivered), link('events', { state: 'delivered' })],
    ['Dead', number(stats.events.dead), '#/dead', stats.events.dead > 0],
    ['Refused', number(stats.inbox.quarantined), '#/quarantine'],
    ['Store', bytes(stats.inbox.bytes), '#/events'],
  ];
  return [heading('Overview'), h('div', { class: 'stack' }, h('p', { class: 'verdict' }, verdict(stats, failing)),
    found.length > 0 && h('section', { class: 'panel', 'aria-label': 'Problems' }, h('ul', { class: 'problems' }, found.map(parts => h('li', {}, parts)))),
    h('section', { class: 'panel', 'aria-label': 'Figures' }, h('div', { class: 'tiles' }, tiles.map(([name, value, href, isBad]) =>
      h('a', { class: 'tile', href }, h('span', { class: 'dt' }, name), h('span', { class: isBad ? 'dd bad' : 'dd' }, value))))),
    h('section', { class: 'panel' }, h('header', {}, h('h2', {}, 'Handlers')), h('table', { class: 'table' },
      h('thead', {}, h('tr', {}, ['Handler', 'State', 'Pending', 'Dead'].map((text, i) => h('th', { scope: 'col', class: i > 1 ? 'num' : undefined }, text)))),
      h('tbody', {}, stats.handlers.map(x => h('tr', {}, h('td', {}, h('a', { href: '#/handlers' }, x.handler)), h('td', {}, state(standingOf(x))),
        h('td', { class: 'num' }, number(x.pending)), h('td', { class: 'num' }, number(x.dead))))))))];
}
