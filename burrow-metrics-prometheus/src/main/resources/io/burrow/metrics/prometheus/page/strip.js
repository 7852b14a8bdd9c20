// Draws what lies at and above the commit point of a partition.

const NARROW = 60;

function colours(canvas) {
  const style = getComputedStyle(canvas);
  const of = name => style.getPropertyValue(name).trim();
  return { open: of('--strip-open'), done: of('--strip-done'), wait: of('--strip-wait'), parked: of('--strip-parked') };
}

// marks: waiting records with the part they lie in; held: whether the first record is what holds the commit point.
export function draw(canvas, strip, marks, held) {
  const scale = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * scale));
  const height = Math.max(1, Math.round(canvas.clientHeight * scale));
  const drawn = `${strip}|${marks.map(m => m.part + m.waitsFor).join()}|${held}|${width}x${height}`;
  const colour = colours(canvas);
  if (canvas.dataset.drawn === drawn && canvas.dataset.colour === colour.open) return;
  canvas.dataset.drawn = drawn;
  canvas.dataset.colour = colour.open;
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (strip.length === 0) {
    pen.fillStyle = colour.open;
    pen.fillRect(0, Math.floor(height / 2), width, Math.max(1, Math.round(scale)));
    return;
  }
  const left = i => Math.round((i * width) / strip.length);
  const gap = strip.length <= NARROW ? Math.round(scale) : 0;
  const part = (i, fill, share) => {
    pen.globalAlpha = share;
    pen.fillStyle = fill;
    pen.fillRect(left(i), 0, Math.max(1, left(i + 1) - left(i) - gap), height);
    pen.globalAlpha = 1;
  };
  for (let i = 0; i < strip.length; i++) {
    part(i, colour.open, 1);
    const share = Number(strip[i]) / 9;
    if (share > 0) part(i, colour.done, 0.25 + 0.75 * share);
  }
  const least = Math.round(3 * scale); // a mark that is thinner is not seen
  const mark = (i, fill) => {
    pen.fillStyle = fill;
    pen.fillRect(Math.min(left(i), width - least), 0, Math.max(least, left(i + 1) - left(i) - gap), height);
  };
  for (const each of marks) {
    if (each.part >= 0) mark(each.part, each.waitsFor === 'operator' ? colour.parked : colour.wait);
  }
  if (held) mark(0, marks.some(m => m.part === 0 && m.waitsFor !== 'operator') ? colour.wait : colour.parked);
}
