// Single keys. They do nothing inside fields, with a modifier, or under a dialog.
import { $, h } from './elements.js';
import { screens } from './routes.js';
import { showWaiting, togglePause } from './events.js';

const keymap = [['g then o e d q h', screens.map(x => x[1]).join(', ')], ['j  k', 'Next, previous'], ['/', 'Filter'],
  ['p', 'Pause or resume the live list'], ['n', 'Show the newest'], ['r', 'Replay the event'], ['?', 'These keys']];

export function showKeys() {
  const box = h('dialog', { 'aria-labelledby': 'keys-title', onclose: () => box.remove() }, h('form', { method: 'dialog' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('dl', { class: 'keymap' }, keymap.map(([keys, text]) => [h('dt', {}, keys.split('  ').map(key => [h('kbd', {}, key), ' '])), h('dd', {}, text)])),
    h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Close'))));
  document.body.append(box);
  box.showModal();
}

function move(step) {
  const links = [...document.querySelectorAll('.list tbody tr .t-time a')];
  if (!links.length) { $(step > 0 ? 'older' : 'newer')?.click(); return; }
  const on = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, on + step))].focus();
}

let prefixAt = 0;
const does = {
  g: () => { prefixAt = Date.now(); }, '/': () => { $('f-type') ? $('f-type').focus() : location.hash = '#/events'; },
  j: () => move(1), k: () => move(-1), p: togglePause, n: () => { scrollTo(0, 0); showWaiting(); },
  r: () => document.querySelector('.event-head .primary')?.click(), '?': showKeys,
};

export function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]') || $('side').hidden) return;
  const field = e.target.closest?.('input, select, textarea');
  if (e.key === 'Escape') { field?.blur(); return; }
  if (field) return;
  const screen = Date.now() - prefixAt < 1200 && screens.find(x => x[2] === e.key);
  prefixAt = 0;
  if (screen) { e.preventDefault(); location.hash = `#/${screen[0]}`; return; }
  if (!Object.hasOwn(does, e.key)) return;
  e.preventDefault();
  does[e.key]();
}
