// The frame around the screens: navigation, counts, the banner, signing in.
import { $, button, h, state } from './elements.js';
import { get, setToken } from './api.js';
import { ago, clock, number } from './words.js';
import { screens } from './routes.js';

export function drawNavigation() {
  $('side').hidden = false;
  $('skip').hidden = false;
  document.body.classList.remove('plain');
  $('nav').replaceChildren(...screens.map(([to, text]) =>
    h('li', {}, h('a', { href: `#/${to}`, 'data-to': to }, text, h('span', { class: 'count' })))));
}

export function markCurrent(name) {
  const screen = name === 'event' ? 'events' : name;
  for (const a of $('nav').querySelectorAll('a')) {
    if (a.dataset.to === screen) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
}

function count(screen, n, isBad, text) {
  const node = $('nav').querySelector(`[data-to=${screen}] .count`);
  if (!node) return;
  node.textContent = n ? number(n) : '';
  node.className = isBad && n ? 'count bad' : 'count';
  node.title = n ? text : '';
}

export async function showCounts() {
  const stats = await get(['stats']);
  count('dead', stats.events.dead, true, 'dead');
  count('events', stats.events.pending, false, 'pending');
  count('quarantine', stats.inbox.quarantined, false, 'refused');
  const isBad = stats.events.dead > 0 || stats.handlers.some(x => x.health === 'failing');
  $('icon').href = isBad ? 'icon-attention.svg' : 'icon.svg';
  const last = stats.inbox.last_event_at;
  $('live').className = 'live';
  $('live').textContent = last ? `Live · last ${ago(last)} ago` : 'Live · no event yet';
}

let offlineSince;
let waitSeconds = 1;
let timer;

/** Says since when there was no answer, and tries again after 1, 2, 4, … 30 s. `again` draws the screen. */
export function showOffline(detail, again) {
  offlineSince ??= new Date().toISOString();
  clearInterval(timer);
  let left = waitSeconds;
  waitSeconds = Math.min(30, waitSeconds * 2);
  const text = h('span', { class: 'grow' });
  const tell = () => {
    text.textContent = `${detail} It has been so since ${clock(offlineSince)}; what you see is from then. Next try in ${left} s.`;
    if (left-- <= 0) { clearInterval(timer); again(); }
  };
  $('notice').replaceChildren(h('p', {}, state('failing', 'Not connected'), text, button('Try now', again)));
  tell();
  timer = setInterval(tell, 1000);
  $('main').classList.add('stale');
  for (const node of $('main').querySelectorAll('button')) if (node.textContent.endsWith('…')) node.disabled = true;
  $('live').className = 'live off';
  $('live').textContent = 'Not connected';
}

export const isOffline = () => offlineSince !== undefined;

export function showOnline() {
  if (!isOffline()) return;
  offlineSince = undefined;
  waitSeconds = 1;
  clearInterval(timer);
  $('notice').replaceChildren();
  $('main').classList.remove('stale');
}

export function showSignIn(problem, start) {
  $('side').hidden = true;
  $('skip').hidden = true;
  $('notice').replaceChildren();
  document.body.classList.add('plain');
  document.title = 'Sign in · linqhook';
  const input = h('input', { type: 'password', id: 'token', autocomplete: 'off', required: true, 'aria-describedby': 'token-help', 'aria-invalid': problem && 'true' });
  const submit = e => { e.preventDefault(); setToken(input.value.trim()); start(); };
  $('main').replaceChildren(h('form', { class: 'panel signin', onsubmit: submit },
    h('h1', { class: 'brand' }, h('img', { src: 'icon.svg', alt: '', width: 22, height: 22 }), 'linqhook inspector'),
    problem && h('p', { class: 'error', role: 'alert' }, problem),
    h('label', { for: 'token' }, h('span', {}, 'Admin token'), input),
    h('p', { class: 'small muted', id: 'token-help' }, 'The value of admin.token. It stays in this browser session, goes out in the Authorization header only, and is gone when the last tab closes.'),
    h('button', { class: 'primary' }, 'Sign in')));
  input.focus();
}
