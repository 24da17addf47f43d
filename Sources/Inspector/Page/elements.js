// Elements of the page. Text becomes text nodes, never markup.

export const $ = id => document.getElementById(id);

// Characters that hide or turn text around (controls, bidi overrides and isolates) are shown by number.
const HIDDEN = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff])/;

function shown(text) {
  return text.split(HIDDEN).filter(Boolean).map(part => {
    if (!HIDDEN.test(part)) return part;
    const mark = document.createElement('span');
    mark.className = 'hiddenchar';
    mark.textContent = `U+${part.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    return mark;
  });
}

const PROPERTIES = new Set(['value', 'checked', 'open', 'disabled', 'hidden']);

/** Makes an element. No attribute comes from an event; what comes from an event is a child. */
export function h(tag, props, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  for (const kid of kids.flat(Infinity)) {
    if (kid === undefined || kid === null || kid === false) continue;
    if (kid instanceof Node) node.append(kid);
    else node.append(...shown(String(kid)));
  }
  return node;
}

export const button = (text, onclick, cls) => h('button', { type: 'button', class: cls, onclick }, text);
export const state = (word, label = word) => h('span', { class: `state ${word}` }, label);
export const heading = (text, ...more) => h('div', { class: 'head' }, h('h1', { tabindex: '-1' }, text), more);
export const nothing = (title, text, ...more) =>
  h('div', { class: 'empty' }, h('h2', {}, title), h('p', {}, text), more);
export const facts = pairs =>
  h('dl', { class: 'facts' }, pairs.filter(([, value]) => value).map(([k, v]) => [h('dt', {}, k), h('dd', {}, v)]));

export const bones = () => h('div', { class: 'panel', 'aria-busy': 'true' }, h('p', { class: 'unseen' }, 'Loading'),
  Array.from({ length: 9 }, (_, i) => h('div', { class: `bone w${i % 3 + 1}` })));

let toastTimer;
export function toast(text) {
  $('toast').textContent = text;
  $('toast').classList.add('show');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $('toast').classList.remove('show'), 4000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${what}.`);
  } catch {
    toast('The browser did not allow copying.');
  }
}

/** One dialog for every change. Resolves to whether it was agreed to; `typed` is a number that has to be typed first. */
export function ask(title, texts, verb, { danger = false, typed, extra } = {}) {
  return new Promise(done => {
    const go = h('button', { class: danger ? 'danger' : 'primary', value: 'go', disabled: typed !== undefined }, verb);
    const input = typed !== undefined && h('input', {
      inputmode: 'numeric', autocomplete: 'off', id: 'typed',
      oninput: e => { go.disabled = e.target.value.replace(/\D/g, '') !== String(typed); },
    });
    const box = h('dialog', { 'aria-labelledby': 'ask-title', onclose: () => { done(box.returnValue === 'go'); box.remove(); } },
      h('form', { method: 'dialog' }, h('h2', { id: 'ask-title' }, title), texts.map(text => h('p', {}, text)), extra,
        input && h('label', { for: 'typed' }, h('span', {}, `Type ${typed} to go on`), input),
        h('div', { class: 'row' }, h('button', { value: '', autofocus: true }, danger ? 'Keep' : 'Cancel'), go)));
    document.body.append(box);
    box.showModal();
  });
}
