// Handlers: how each stands, and pausing it.
import { ask, button, h, heading, nothing, state, toast } from './elements.js';
import { get, post } from './api.js';
import { ago, at, number } from './words.js';
import { link } from './routes.js';

export const standingOf = handler => handler.paused ? 'paused' : handler.health ?? 'working';

async function setPaused(handler, isPaused, redraw) {
  const texts = isPaused
    ? ['It gets nothing until you resume it, also after a restart. Events are still taken and kept for it.', 'Waiting events count towards inbox.max_pending: past it the receiver answers 503.']
    : [`It gets the ${number(handler.pending)} events that wait, oldest first.`];
  const verb = isPaused ? 'Pause' : 'Resume';
  if (!await ask(`${verb} ${handler.handler}?`, texts, verb)) return;
  try {
    await post(['handlers', handler.handler, isPaused ? 'pause' : 'resume']);
    toast(isPaused ? `${handler.handler} is paused.` : `${handler.handler} goes on.`);
    redraw();
  } catch (error) {
    toast(error.message);
  }
}

function card(handler, redraw) {
  const word = standingOf(handler);
  const figures = [['Pending', number(handler.pending)],
    ['Dead', handler.dead ? h('a', { href: link('dead', { handler: handler.handler }) }, number(handler.dead)) : '0'],
    ['Failures in a row', number(handler.failures_in_a_row ?? 0)]];
  return h('article', { class: 'panel handler' },
    h('div', { class: 'row' }, h('h2', { class: 'grow' }, handler.handler, handler.configured === false && h('span', { class: 'muted' }, ' not configured any more')),
      state(word, handler.failing_since ? `${word} for ${ago(handler.failing_since)}` : word)),
    h('dl', { class: 'figures' }, figures.map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, v)))),
    handler.last_error ? h('div', {}, h('p', { class: 'small muted' }, 'Last error, ', at(handler.last_error_at)), h('p', { class: 'error' }, handler.last_error))
      : h('p', { class: 'small muted' }, 'No error since the start.'),
    h('div', { class: 'row' },
      handler.configured !== false && (handler.paused ? button('Resume…', () => setPaused(handler, false, redraw), 'primary') : button('Pause…', () => setPaused(handler, true, redraw))),
      h('a', { class: 'button', href: link('events', { handler: handler.handler, state: handler.pending ? 'pending' : '' }) }, 'Events')));
}

export async function handlersScreen(q, path, redraw) {
  const { handlers } = await get(['handlers']);
  return [heading('Handlers', h('p', { class: 'say' }, 'Handlers do not wait for each other. A paused handler gets nothing; its events wait in the store, in order.')),
    handlers.length ? h('div', { class: 'handlers' }, handlers.map(handler => card(handler, redraw)))
      : h('div', { class: 'panel' }, nothing('No handlers', 'Events are kept, and nobody gets them.'))];
}
