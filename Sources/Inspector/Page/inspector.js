// Draws the screen that the address names, and draws it again when there is something new to see.
import { $, bones, button, h, heading, nothing } from './elements.js';
import { setToken, signOutEverywhere, takeTokenOfAddress, token, tokenOfOtherTab, whenSignedOut } from './api.js';
import { route, screens } from './routes.js';
import { drawNavigation, isOffline, markCurrent, showCounts, showOffline, showOnline, showSignIn } from './frame.js';
import { eventsScreen, stopFollowing } from './events.js';
import { eventScreen } from './event.js';
import { deadScreen } from './dead.js';
import { quarantineScreen } from './quarantine.js';
import { handlersScreen } from './handlers.js';
import { overviewScreen } from './overview.js';
import { onKey, showKeys } from './keys.js';

const views = new Map([['overview', overviewScreen], ['events', eventsScreen], ['event', eventScreen], ['dead', deadScreen],
  ['quarantine', quarantineScreen], ['handlers', handlersScreen]]);
const missing = () => [heading('Not there'), h('div', { class: 'panel' },
  nothing('There is no such screen', 'The address is of another version, or was cut short.', h('a', { class: 'button', href: '#/overview' }, 'Overview')))];

let drawn = 0;
let current = '';

function failure(title, error) {
  return [heading(title), h('div', { class: 'panel empty' }, h('h2', {}, error.status === 404 ? 'Not there' : 'The receiver could not answer'),
    h('p', {}, error.message), h('p', { class: 'mono' }, `${error.status ?? ''} ${error.code ?? ''}`), button('Try again', render))];
}

function failed(error, title) {
  if (error.status === 401) {
    setToken(null);
    showSignIn('This token is not right any more, or never was. Type the one that is in force.', start);
  } else if (error.status === 429) {
    showSignIn(`Too many wrong tokens came from this address. Wait ${error.retryAfter ?? 60} s.`, start);
  } else if (error.status === undefined && error.code === 'unreachable' || error.status === 503) {
    showOffline(error.message, render);
  } else if (error.status === 404 && error.isBare) {
    showSignIn('This receiver has no admin.token; set one and restart.', start);
  } else {
    $('main').replaceChildren(...failure(title, error));
    if (error.status === undefined) console.error(error);
  }
}

async function render() {
  const turn = ++drawn;
  const { path, q } = route();
  const name = path[0];
  const isNew = current !== path.join('/');
  current = path.join('/');
  if (name !== 'events') stopFollowing();
  markCurrent(name);
  const title = screens.find(x => x[0] === name)?.[1] ?? (name === 'event' ? `Event #${path[1]}` : 'Not there');
  document.title = `${title} · linqhook ${location.host}`;
  const bonesTimer = setTimeout(() => { if (turn === drawn && isNew) $('main').replaceChildren(heading(title), bones()); }, 150);
  try {
    const view = await (views.get(name) ?? missing)(q, path, render);
    if (turn !== drawn) return;
    showOnline();
    const focused = document.activeElement?.id;
    $('main').replaceChildren(...[view].flat(Infinity).filter(Boolean));
    if (isNew) { scrollTo(0, 0); $('main').querySelector('h1')?.focus({ preventScroll: true }); }
    else if (focused && focused !== 'main') $(focused)?.focus({ preventScroll: true });
    await showCounts();
  } catch (error) {
    if (turn === drawn) failed(error, title);
  } finally {
    clearTimeout(bonesTimer);
  }
}

async function start() {
  if (!token) await tokenOfOtherTab();
  if (!token) { showSignIn(undefined, start); return; }
  drawNavigation();
  current = '';
  await render();
}

/** Counts every five seconds while somebody looks; the overview and the handlers with them. */
async function refresh() {
  if (document.hidden || $('side').hidden || isOffline() || document.querySelector('dialog[open]')) return;
  const name = route().path[0];
  try {
    if (['overview', 'handlers'].includes(name) && !$('main').contains(document.activeElement)) await render();
    else await showCounts();
  } catch (error) {
    failed(error, document.title);
  }
}

takeTokenOfAddress();
whenSignedOut(() => showSignIn(undefined, start));
addEventListener('hashchange', () => {
  const before = token;
  takeTokenOfAddress();
  if (token !== before || $('side').hidden) start(); else render();
});
addEventListener('keydown', onKey);
addEventListener('click', e => { if (e.target.id === 'skip') { e.preventDefault(); $('main').focus(); } });
document.addEventListener('visibilitychange', refresh);
$('keys').addEventListener('click', showKeys);
$('signout').addEventListener('click', () => { signOutEverywhere(); showSignIn(undefined, start); });
setInterval(refresh, 5000);
start();
