// How things are put in words and numbers.

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export const count = n => GROUPED.format(n).replaceAll(',', '\u2009');

export const rate = n => (n > 0 && n < 10 ? FINE.format(n) : count(n));

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${unit > 0 && n < 100 ? FINE.format(n) : count(n)} ${units[unit]}`;
}

export function age(millis) {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  const seconds = millis / 1000;
  if (seconds < 60) return `${FINE.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const REASONS = {
  none: 'Moving',
  halted: 'Halted',
  frozen: 'Frozen',
  revoked: 'Being taken away',
  draining: 'Draining',
  breaker_open: 'Held: the breaker is open',
  paused_by_user: 'Paused by the user',
  span_full: 'Held: its span is full',
  partition_records_full: 'At its bound of records',
  partition_bytes_full: 'At its bound of bytes',
  records_full: 'At the bound of records of all',
  bytes_full: 'At the bound of bytes of all',
  held_by_stuck: 'Held by a handler that is stuck',
  held_by_former: 'Held by a former assignment',
  held_by_parked: 'Held by parked records',
  held_by_retry: 'Held by retries',
  waiting_for_data: 'Idle: all is done',
  waiting_until_due: 'Idle: what comes next is not due',
};

export const reason = blocked => REASONS[blocked] ?? blocked;

const STATES = {
  new: 'Not started',
  running: 'Running',
  paused: 'Paused',
  draining: 'Draining',
  frozen: 'Frozen',
  halting: 'Halting',
  failed: 'Halted',
  closing: 'Closing',
  closed: 'Closed',
};

export const state = name => STATES[name] ?? name;

const WAITS = { retry: 'retry', dead_letter: 'dead letter', operator: 'somebody: parked' };

// Where the Burrow has ended nothing waits for what it waited for.
export const waitsFor = (name, over) => (over ? 'nothing' : WAITS[name] ?? name);

// What one waiting record does, as the end of a sentence that begins with its offset.
export function waits(record, over) {
  const failed = `attempt ${record.attempts} failed with ${record.errorClass}`;
  if (over) return `${failed}; it was left unfinished and comes again`;
  switch (record.waitsFor) {
    case 'retry': return `${failed}; the next is due in ${age(record.dueInMillis)}`;
    case 'dead_letter': return `${failed}; its dead letter is not stored yet`;
    default: return `${failed}; it is parked and waits for somebody`;
  }
}

// What Burrow says in milliseconds, in units that are easier to read.
export const readable = text => text.replace(/\b(\d{4,}) ms\b/g, (all, millis) => age(Number(millis)));

// A message without the code before it and the advice behind it, which are shown by themselves.
export function bare(cause) {
  let message = cause.message ?? '';
  if (message.startsWith(`${cause.code}: `)) message = message.slice(cause.code.length + 2);
  if (message.endsWith(` (${cause.action})`)) message = message.slice(0, -cause.action.length - 3);
  return message;
}

export const sentence = text => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}` : '');
