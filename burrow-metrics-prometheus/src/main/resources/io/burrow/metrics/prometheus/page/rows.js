// The partitions of one Burrow as rows that are kept and changed, so that focus and selection stay.

import { draw } from './strip.js';
import { age, count, readable, reason, sentence, waits, waitsFor } from './text.js';

const TROUBLES = ['blocked', 'stuck', 'parked', 'retrying', 'none']; // the worst first
const SAME_MILLIS = 5000;
const OVER = ['halting', 'failed', 'closed'];
const SAID_BY_HEAD = ['held_by_parked', 'held_by_retry'];

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Changes nothing that is the same already: what reads the page aloud then stays quiet.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export const nameOf = partition => `${partition.topic}-${partition.partition}`;

// How a partition is, with the record that holds its commit point where that one waits.
export function judge(partition, burrow) {
  const mine = burrow.waiting.filter(w => w.topic === partition.topic && w.partition === partition.partition);
  const head = mine.find(w => w.offset === partition.commitPoint);
  const name = nameOf(partition);
  let why = reason(partition.blocked);
  let tone = partition.how === 'moving' ? 'ok' : '';
  if (burrow.state === 'closed') why = partition.inFlight > 0 ? 'Left open: comes again' : 'Closed';
  if (partition.blocked === 'halted' || partition.blocked === 'frozen') {
    tone = 'bad';
  } else if (partition.trouble !== 'none') {
    tone = 'held';
    if (partition.blocked === 'none') why = partition.trouble === 'parked' ? 'Moving, above a parked record' : 'Moving, above a failing record';
  }
  return { name, waiting: mine, head, why, tone, isTrouble: tone === 'held' || tone === 'bad', over: OVER.includes(burrow.state) };
}

const COLUMNS = [
  ['name', 'Partition'],
  ['why', 'How it is'],
  ['gap', 'At and above the commit point'],
  ['number commit', 'Commit point'],
  ['number open', 'Open'],
  ['number lag', 'Lag'],
  ['number oldest', 'Oldest'],
];

const WAITS = ['Offset', 'Waits for', 'Due in', 'Attempts', 'Since', 'Last failure'];

export class Rows {
  constructor(burrowName) {
    this.prefix = `burrow-${burrowName}-`;
    this.rows = new Map();
    this.since = new Map();
    this.table = element('div', { class: 'table nolag', role: 'table', 'aria-label': `Partitions of ${burrowName}` });
    this.table.append(element('div', { class: 'row heads', role: 'row' }, ...COLUMNS.map(([kind, title]) =>
      element('div', { class: kind, role: 'columnheader' }, title))));
  }

  idOf(name) {
    return (this.prefix + name).replace(/\s/g, '_'); // what refers to ids takes a space for the end of one
  }

  // Partitions with how they are judged: those in trouble first, the worst and then the oldest before others; the rest stay by name.
  order(pairs, atMillis) {
    const before = this.since;
    this.since = new Map();
    const ranked = pairs.map(([partition, judged]) => {
      const known = before.get(judged.name);
      const millis = Math.round((atMillis - partition.oldestAgeMillis) / 100) * 100;
      // as it was first seen: else those of nearly one age would change places all the time
      const same = known && known.point === partition.commitPoint && Math.abs(known.millis - millis) < SAME_MILLIS;
      const since = same ? known : { point: partition.commitPoint, millis };
      this.since.set(judged.name, since);
      return { pair: [partition, judged], rank: TROUBLES.indexOf(judged.isTrouble ? partition.trouble : 'none'), head: judged.head ? 0 : 1, since: since.millis };
    });
    const well = TROUBLES.indexOf('none');
    ranked.sort((a, b) => a.rank - b.rank || (a.rank === well ? 0 : a.head - b.head || a.since - b.since));
    return ranked.map(each => each.pair);
  }

  show(partitions, judged) {
    const focused = document.activeElement;
    this.table.classList.toggle('nolag', !partitions.some(p => p.lag >= 0));
    const names = new Set(judged.map(j => j.name));
    for (const [name, row] of this.rows) {
      if (!names.has(name)) {
        row.item.remove();
        this.rows.delete(name);
      }
    }
    let before = this.table.firstChild;
    partitions.forEach((partition, i) => {
      const row = this.rows.get(judged[i].name) ?? this.make(judged[i].name);
      if (before.nextSibling !== row.item) before.after(row.item);
      before = row.item;
      row.show(partition, judged[i]);
    });
    // a row that changes its place loses the focus
    if (document.activeElement !== focused && this.table.contains(focused)) focused.focus({ preventScroll: true });
  }

  make(name) {
    const row = new Row(this.idOf(name), name);
    this.rows.set(name, row);
    return row;
  }

  // Opens a row and goes there.
  visit(name) {
    const row = this.rows.get(name);
    if (row) {
      row.open(true);
      row.toggle.focus();
    }
  }

  redraw() {
    this.rows.forEach(row => row.redraw());
  }
}

class Row {
  constructor(id, name) {
    this.toggle = element('button', { class: 'toggle', type: 'button', id, 'aria-expanded': 'false', 'aria-controls': `${id}-more` }, name);
    this.toggle.addEventListener('click', () => this.open(this.more.hidden));
    this.canvas = element('canvas', { role: 'img' });
    this.cells = {};
    const row = element('div', { class: 'row', role: 'row' });
    for (const [kind, title] of COLUMNS) {
      const key = kind.split(' ').pop();
      const cell = element('div', { class: kind, role: key === 'name' ? 'rowheader' : 'cell', 'data-label': title });
      if (key === 'name') cell.append(this.toggle);
      if (key === 'gap') cell.append(this.canvas);
      this.cells[key] = cell;
      row.append(cell);
    }
    this.detail = element('p');
    this.holder = element('p', { class: 'holder' });
    this.advice = element('p', { class: 'do' });
    this.body = element('tbody');
    this.list = element('table', { class: 'waits' },
      element('caption'),
      element('thead', {}, element('tr', {}, ...WAITS.map(title => element('th', { scope: 'col' }, title)))),
      this.body);
    this.more = element('div', { class: 'more', id: `${id}-more`, role: 'row' },
      element('div', { role: 'cell', 'aria-colspan': String(COLUMNS.length) }, this.detail, this.holder, this.advice, this.list));
    this.more.hidden = true;
    this.item = element('div', { class: 'item', role: 'rowgroup' }, row, this.more);
  }

  open(is) {
    this.more.hidden = !is;
    this.toggle.setAttribute('aria-expanded', String(is));
    if (is) this.tell(this.partition, this.judged);
  }

  show(partition, judged) {
    this.partition = partition;
    this.judged = judged;
    this.item.dataset.tone = judged.tone;
    this.item.dataset.blocked = partition.blocked;
    this.cells.why.dataset.tone = judged.tone;
    put(this.cells.why, judged.why);
    put(this.cells.commit, count(partition.commitPoint));
    put(this.cells.open, count(partition.inFlight));
    put(this.cells.lag, partition.lag >= 0 ? count(partition.lag) : '\u2013');
    put(this.cells.oldest, partition.inFlight > 0 ? age(partition.oldestAgeMillis) : '\u2013');
    if (!this.more.hidden) this.tell(partition, judged);
    this.redraw();
  }

  tell(partition, judged) {
    const committed = partition.committed < 0 ? 'nothing is committed yet' : `committed at ${count(partition.committed)}`;
    // of a record that holds all up more is told below
    const said = judged.head && SAID_BY_HEAD.includes(partition.blocked) ? '' : `${sentence(readable(partition.detail))} `;
    put(this.detail, `${said}${count(partition.finishedAboveGap)} finished above the commit point; ${committed}.`);
    put(this.holder, judged.head ? `Offset ${judged.head.offset}, which holds the commit point: ${waits(judged.head, judged.over)}.` : '');
    this.holder.hidden = !judged.head;
    put(this.advice, partition.advice ? `What to do: ${partition.advice}` : '');
    this.advice.hidden = !partition.advice;
    this.list.hidden = judged.waiting.length === 0;
    const all = partition.retrying + partition.parked;
    put(this.list.caption, all > judged.waiting.length
      ? `The first ${judged.waiting.length} of ${count(all)} ${judged.over ? 'records that failed' : 'records that wait'}`
      : judged.over ? 'Records that failed and were left' : 'Records that wait');
    while (this.body.rows.length > judged.waiting.length) this.body.lastChild.remove();
    judged.waiting.forEach((record, i) => {
      const cells = [String(record.offset), waitsFor(record.waitsFor, judged.over), judged.over || record.waitsFor === 'operator' ? '\u2013' : age(record.dueInMillis),
        record.attempts === 1 ? '1 attempt' : `${record.attempts} attempts`, age(record.ageMillis), record.errorClass];
      const line = this.body.rows[i] ?? this.body.appendChild(element('tr', {}, ...WAITS.map(title => element('td', { 'data-label': title }))));
      cells.forEach((text, c) => put(line.cells[c], text));
    });
  }

  redraw() {
    const { partition, judged } = this;
    draw(this.canvas, partition.strip, judged.waiting, judged.isTrouble && partition.strip.length > 0);
    const label = partition.strip.length === 0
      ? 'nothing is open'
      : `${count(partition.span)} records from offset ${partition.commitPoint}, ${count(partition.finishedAboveGap)} of them finished`;
    if (this.canvas.getAttribute('aria-label') !== label) this.canvas.setAttribute('aria-label', label);
  }
}
