// Dead letters, grouped by handler and error.
import { ask, button, h, heading, nothing, state, toast } from './elements.js';
import { call, get, post } from './api.js';
import { at, number, plural } from './words.js';
import { link } from './routes.js';

const MAX_LETTERS = 10_000;
const SHOWN = 50;

function grouped(letters) {
  const groups = new Map();
  for (const letter of letters) {
    const key = JSON.stringify([letter.handler, letter.error ?? '']);
    if (!groups.has(key)) groups.set(key, { handler: letter.handler, error: letter.error, letters: [] });
    groups.get(key).letters.push(letter);
  }
  return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length);
}

/** One call for each letter, with what has been done so far and a way to stop. */
async function act(group, letters, isRetry, redraw) {
  const n = letters.length;
  const title = `${isRetry ? 'Retry' : 'Drop'} ${plural(n, 'dead letter')} of ${group.handler}?`;
  const texts = isRetry ? [`They are handed to ${group.handler} again, in the order of their chats.`]
    : [`${group.handler} will never get them. The events themselves stay in the inbox until retention removes them.`];
  texts.push(`Only these ${number(n)}, up to event #${letters.at(-1).sequence}. What dies after now is not touched.`);
  const verb = `${isRetry ? 'Retry' : 'Drop'} ${number(n)}`;
  if (!await ask(title, texts, verb, { danger: !isRetry, typed: !isRetry && n > 20 ? n : undefined })) return;
  let isStopped = false;
  const told = h('p', {});
  const box = h('dialog', { 'aria-label': 'Progress' }, told, h('div', { class: 'row' }, button('Stop', () => { isStopped = true; })));
  document.body.append(box);
  box.showModal();
  let done = 0, gone = 0, problem;
  for (const letter of letters) {
    if (isStopped || problem) break;
    told.textContent = `${number(done + gone)} of ${number(n)}`;
    const segments = ['dead', letter.handler, letter.sequence];
    try {
      await (isRetry ? post([...segments, 'retry']) : call('DELETE', segments));
      done += 1;
    } catch (error) {
      // Somebody else was faster, or retention.
      if (error.code === 'not_dead' || error.status === 404) gone += 1; else problem = error;
    }
  }
  box.close();
  box.remove();
  toast(`${isRetry ? 'Queued' : 'Dropped'}: ${plural(done, 'dead letter')}.${gone ? ` ${number(gone)} were gone already.` : ''} ${problem?.message ?? ''}`);
  redraw();
}

function groupView(group, redraw) {
  const { letters } = group;
  const types = [...new Set(letters.map(x => x.event_type))];
  return h('article', { class: 'group' },
    h('div', { class: 'row' }, h('h2', { class: 'grow' }, state('dead', group.handler), ' ', h('span', { class: 'muted' }, plural(letters.length, 'letter'))),
      button(`Retry ${number(letters.length)}…`, () => act(group, letters, true, redraw)),
      button(`Drop ${number(letters.length)}…`, () => act(group, letters, false, redraw), 'danger')),
    group.error && h('p', { class: 'error' }, group.error),
    h('p', { class: 'muted small' }, `${types.slice(0, 5).join(', ')} · oldest `, at(letters[0].received_at), ', newest ', at(letters.at(-1).received_at)),
    h('details', {}, h('summary', {}, letters.length > SHOWN ? `The newest ${SHOWN}` : 'The letters'),
      h('ul', { class: 'letters' }, letters.slice(-SHOWN).reverse().map(letter => h('li', {}, h('span', {}),
        h('a', { href: link(`event/${letter.sequence}`), 'aria-label': `Event ${letter.sequence}` }, at(letter.received_at)), h('span', { class: 'mono clip' }, letter.event_type),
        h('span', { class: 'clip muted bidi' }, letter.event_id))))));
}

export async function deadScreen(q, path, redraw) {
  const { dead_letters: letters } = await get(['dead'], { handler: q.handler, limit: MAX_LETTERS });
  const groups = grouped(letters);
  const count = letters.length === MAX_LETTERS ? `the oldest ${number(MAX_LETTERS)}` : number(letters.length);
  return [
    heading('Dead letters', letters.length > 0 && h('span', { class: 'muted' }, `${count} in ${plural(groups.length, 'group')}`),
      q.handler && h('a', { class: 'button', href: '#/dead' }, 'All handlers'),
      h('p', { class: 'say' }, 'What a handler gave up, grouped by handler and error. Their chats go on without them.')),
    h('section', { class: 'panel' }, groups.length ? groups.map(group => groupView(group, redraw))
      : nothing('No dead letters', 'Every handler has taken, or is still trying, everything that it wants.'))];
}
