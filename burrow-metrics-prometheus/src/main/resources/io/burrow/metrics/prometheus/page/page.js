// Listens to the events and keeps the page as they say. Everything it writes is text, never markup.

import { Rows, element, judge, nameOf, put } from './rows.js';
import { age, bare, bytes, count, rate, readable, sentence, state, waits } from './text.js';

const RATE_MILLIS = 5000;
const MOST_NOTES = 5;
const SILENT_MILLIS = 6000;
const DUMP = 'Take a thread dump (jcmd PID Thread.dump_to_file -format=json FILE, before Java 21: jcmd PID Thread.print) and end what keeps its loop.';
const views = new Map();
const main = document.getElementById('burrows');
const empty = document.getElementById('empty');
const link = document.getElementById('link');
const spoken = document.getElementById('spoken');

function toneOf(burrow) {
  if (!burrow.answers) return ['held', 'Does not answer'];
  if (burrow.health.cause) return ['bad', state(burrow.state)];
  if (burrow.state !== 'running') return ['', state(burrow.state)];
  switch (burrow.health.status) {
    case 'ready': return ['ok', 'Running'];
    case 'starting': return ['', 'Starting'];
    case 'degraded': return ['held', 'Running, needs attention'];
    default: return ['', state(burrow.state)];
  }
}

class View {
  constructor(name) {
    this.samples = [];
    this.rows = new Rows(name);
    this.badge = element('p', { class: 'badge' });
    this.notes = element('div', { class: 'notes' });
    this.tiles = {};
    const tiles = element('div', { class: 'tiles' });
    for (const [key, title] of [['rate', 'Finished'], ['flight', 'In flight'], ['lag', 'Lag'], ['oldest', 'Oldest record'],
      ['retrying', 'Waiting for a retry'], ['parked', 'Parked'], ['dead', 'Dead letters']]) {
      const value = element('span');
      const unit = element('small');
      const tile = element('dl', { 'data-tile': key }, element('dt', {}, title), element('dd', {}, value, unit));
      this.tiles[key] = { tile, value, unit };
      tiles.append(tile);
    }
    this.rest = element('p', { class: 'rest' });
    this.section = element('section', { class: 'burrow', 'aria-label': `Burrow ${name}`, 'data-burrow': name },
      element('div', { class: 'head' }, element('h2', {}, name), this.badge), this.notes, tiles, this.rows.table, this.rest);
  }

  tile(key, value, unit = '', tone = '') {
    const { tile, value: first, unit: second } = this.tiles[key];
    put(first, value);
    put(second, unit);
    tile.dataset.tone = tone;
  }

  show(burrow, atMillis) {
    const [tone, words] = toneOf(burrow);
    if (this.badge.textContent !== '' && this.badge.textContent !== words) say(`${burrow.name}: ${words}`);
    this.badge.dataset.tone = tone;
    put(this.badge, words);
    this.section.dataset.state = burrow.state;
    this.section.classList.toggle('stale', !burrow.answers);
    burrow.waiting ??= [];
    burrow.partitions ??= [];
    const ordered = this.rows.order(burrow.partitions.map(p => [p, judge(p, burrow)]), atMillis);
    burrow.partitions = ordered.map(([p]) => p);
    const judged = ordered.map(([, j]) => j);
    this.note(burrow, judged);
    if (burrow.stats) this.count(burrow, atMillis);
    this.rows.show(burrow.partitions, judged);
    const hidden = (burrow.partitionCount ?? 0) - burrow.partitions.length;
    this.rest.hidden = hidden === 0 && burrow.partitions.length > 0;
    put(this.rest, hidden > 0 ? `${count(hidden)} more partitions are not shown; all are in /stats.` : 'No partition is assigned.');
  }

  count(burrow, atMillis) {
    const { stats, totals } = burrow;
    const done = stats.processed + stats.skipped + stats.deadLettered;
    this.samples.push([atMillis, done]);
    while (this.samples.length > 2 && atMillis - this.samples[0][0] > RATE_MILLIS) this.samples.shift();
    const [from, before] = this.samples[0];
    const perSecond = atMillis > from ? (Math.max(0, done - before) * 1000) / (atMillis - from) : null;
    this.tile('rate', perSecond === null ? '\u2013' : rate(perSecond), 'per second');
    this.tile('flight', count(stats.inFlight), bytes(stats.inFlightBytes));
    this.tiles.lag.tile.hidden = totals.lag < 0;
    this.tile('lag', count(totals.lag));
    this.tile('oldest', totals.oldest ? age(totals.oldestAgeMillis) : '\u2013', totals.oldest ?? '');
    this.tile('retrying', count(stats.retrying), '', stats.retrying > 0 ? 'held' : '');
    this.tile('parked', count(stats.parked), '', stats.parked > 0 ? 'held' : '');
    this.tile('dead', count(stats.deadLettered), stats.deadLetterFailures > 0 ? `${count(stats.deadLetterFailures)} sends failed` : '');
  }

  // What needs attention, in words, the worst first.
  note(burrow, judged) {
    const notes = [];
    const { cause, problems } = burrow.health;
    if (!burrow.answers) {
      const known = burrow.stats ? `What is shown is ${age(burrow.ageMillis)} old.` : 'Nothing is known of it yet.';
      notes.push({ tone: 'held', what: 'It does not answer.', text: `${sentence(readable(problems.at(-1) ?? ''))} ${known}`, todo: DUMP });
    }
    if (cause) {
      notes.push({ tone: 'bad', what: `${state(burrow.state)}:`, text: sentence(bare(cause)), todo: sentence(cause.action) });
    }
    const troubled = judged.map((j, i) => [j, burrow.partitions[i]]).filter(([j]) => j.tone === 'held');
    for (const [j, partition] of troubled.slice(0, MOST_NOTES)) {
      const text = j.head ? `Offset ${j.head.offset} holds the commit point for ${age(partition.oldestAgeMillis)}: ${waits(j.head, j.over)}.` : sentence(readable(partition.detail));
      notes.push({ tone: 'held', link: j.name, text: `${j.why}. ${text}`, todo: partition.advice || todoOf(j.head) });
    }
    const more = (burrow.totals?.heldUp ?? 0) - MOST_NOTES;
    if (more > 0 && troubled.length > 0) {
      notes.push({ tone: 'held', what: more === 1 ? '1 more partition is held up;' : `${count(more)} more partitions are held up;`, text: 'see the rows that are marked.' });
    }
    if (burrow.answers && !cause) {
      // those of a partition that is told of above, or whose row tells it, say nothing new
      const told = burrow.partitions.map(nameOf);
      const others = problems.filter(p => p.endsWith(': commits are refused')
        || !told.some(name => p.startsWith(`${name}: `) || p.includes(` ${name}@`)));
      for (const problem of others.slice(-3)) {
        notes.push({ tone: 'held', what: 'Noted:', text: readable(problem) });
      }
    }
    while (this.notes.children.length > notes.length) this.notes.lastChild.remove();
    notes.forEach((note, i) => this.fill(this.notes.children[i] ?? this.notes.appendChild(element('div', { class: 'note' },
      element('p', {}, element('a', {}), element('strong'), ' ', element('span')), element('p', { class: 'do' }))), note));
  }

  fill(node, { tone, what = '', link: name, text, todo }) {
    node.dataset.tone = tone;
    const [first, second] = node.children;
    const [anchor, strong, rest] = first.children;
    anchor.hidden = !name;
    if (name) anchor.setAttribute('href', `#${encodeURIComponent(this.rows.idOf(name))}`);
    anchor.onclick = event => {
      event.preventDefault();
      this.rows.visit(name);
    };
    put(anchor, name ?? '');
    strong.hidden = what === '';
    put(strong, what);
    put(rest, text);
    second.hidden = !todo;
    put(second, todo ? `What to do: ${todo}` : '');
  }
}

function todoOf(head) {
  if (!head) return '';
  return head.waitsFor === 'operator'
    ? 'Mend the cause, then call retryParked(partition, offset), or deadLetterParked(partition, offset) to set the record aside. The others go on meanwhile.'
    : 'It is tried again by itself and the others go on meanwhile; if it goes on failing, mend what its error class names.';
}

function say(text) {
  put(spoken, text);
}

function connected(how, words) {
  link.dataset.link = how;
  document.body.dataset.link = how;
  put(link, words);
}

function show(news) {
  const names = new Set(news.burrows.map(b => b.name));
  for (const [name, view] of views) {
    if (!names.has(name)) {
      view.section.remove();
      views.delete(name);
    }
  }
  empty.hidden = news.burrows.length > 0;
  put(empty, 'No Burrow is shown here yet. Give the server to one as a listener, and start it.');
  const over = burrow => Number(burrow.state === 'closed'); // what is over comes last
  let before = empty;
  for (const burrow of [...news.burrows].sort((a, b) => over(a) - over(b))) {
    let view = views.get(burrow.name);
    if (!view) {
      view = new View(burrow.name);
      views.set(burrow.name, view);
    }
    if (before.nextElementSibling !== view.section) before.after(view.section);
    before = view.section;
    view.show(burrow, news.atMillis);
  }
}

let events;
let asked = 0;
let lastNews = 0;
let silentMillis = SILENT_MILLIS;
const old = () => (lastNews > 0 ? ': what is shown is old' : '');

function listen() {
  events?.close();
  const mine = new EventSource('/events');
  events = mine;
  asked = performance.now();
  mine.onmessage = event => {
    const news = JSON.parse(event.data);
    show(news);
    silentMillis = Math.max(SILENT_MILLIS, 3 * news.everyMillis);
    lastNews = performance.now(); // not before it is shown: what cannot be is no news
    connected('live', 'live');
  };
  mine.onerror = () => {
    connected('lost', `no connection, trying again${old()}`);
    if (mine.readyState !== EventSource.CLOSED) return;
    setTimeout(() => events === mine && listen(), 5000); // refused, as when too many look
  };
}

// A connection that was cut without a word looks like one that is quiet.
setInterval(() => {
  if (lastNews > 0 && performance.now() - Math.max(lastNews, asked) > silentMillis) {
    connected('lost', `no news, trying again${old()}`);
    listen();
  }
}, 1000);
const redraw = () => views.forEach(view => view.rows.redraw());
window.addEventListener('resize', redraw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
listen();
