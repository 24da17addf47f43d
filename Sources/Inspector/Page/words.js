// How figures, times and numbers are written.
import { h } from './elements.js';

export const number = n => n === undefined ? '–' : n.toLocaleString('en-US');
export const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;
export const phone = text => text?.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1\u00a0$1\u00a0$2\u00a0$3') ?? '';

export function bytes(n) {
  if (n === undefined) return '–';
  if (n < 1024) return `${n} B`;
  if (n < 1048576) return `${(n / 1024).toFixed(1)} KiB`;
  return n < 1073741824 ? `${Math.round(n / 1048576)} MiB` : `${(n / 1073741824).toFixed(2)} GiB`;
}

/** The reader's time of day, with the day before it when that is not today. */
export function clock(text) {
  const date = new Date(text);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? '' : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} `;
  return day + date.toLocaleTimeString('sv-SE');
}

export const at = text => text ? h('time', { datetime: text, title: text }, clock(text)) : '–';

export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  return `${Math.floor(seconds / 86400)} days`;
}

export const ago = text => text ? span(Date.now() - Date.parse(text)) : '–';
