/* What Telegram's apps turn into formatting while one types: **bold**, __italic__, `code`… */

const MARKS = [
  ["```", "pre"], ["**", "bold"], ["__", "italic"], ["~~", "strikethrough"], ["||", "spoiler"], ["`", "code"],
];
const LITERAL = new Set(["pre", "code"]);

/** Splits typed text into `{text, entities}`. An unpaired mark stays as it is. */
export function typed(source) {
  const found = { text: "", entities: [] };
  read(source, found);
  const text = found.text.trimEnd();
  const entities = found.entities
    .map((e) => ({ ...e, length: Math.min(e.length, text.length - e.offset) }))
    .filter((e) => e.length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities };
}

function read(source, found) {
  let at = 0;
  while (at < source.length) {
    const mark = MARKS.find(([sign]) => source.startsWith(sign, at));
    const end = mark ? source.indexOf(mark[0], at + mark[0].length + 1) : -1;
    if (end < 0) {
      const step = mark ? mark[0].length : 1;
      found.text += source.slice(at, at + step);
      at += step;
      continue;
    }
    const offset = found.text.length;
    const inner = source.slice(at + mark[0].length, end);
    if (LITERAL.has(mark[1])) found.text += inner;
    else read(inner, found);
    found.entities.push({ type: mark[1], offset, length: found.text.length - offset });
    at = end + mark[0].length;
  }
}

const SIGNS = Object.fromEntries(MARKS.map(([sign, type]) => [type, sign]));

/** The typed form of a message, for editing it. Entities without a mark are left out. */
export function untyped(text, entities = []) {
  const cuts = entities.filter((e) => SIGNS[e.type]).flatMap((e, nth) => [
    { at: e.offset, open: true, sign: SIGNS[e.type], length: e.length, nth },
    { at: e.offset + e.length, open: false, sign: SIGNS[e.type], length: e.length, nth },
  ]);
  return cuts.sort(fromTheEnd).reduce(
    (whole, { at, sign }) => whole.slice(0, at) + sign + whole.slice(at), text,
  );
}

/** What is put in first stands last: so opening before closing, inner opening before outer. */
function fromTheEnd(a, b) {
  if (a.at !== b.at) return b.at - a.at;
  if (a.open !== b.open) return b.open - a.open;
  return (a.open ? 1 : -1) * (a.length - b.length || b.nth - a.nth);
}
