// What a server answers to a form must not overwrite what was typed while it was on its way.

const given = new Map(); // by form, the values that the server gave last
const before = new Map(); // the same, before something was sent

// Counts values as given by the server: they are on their way to it. `which` are the fields, by default all.
export function sending(form, first, values, which = [...values.keys()]) {
  const known = given.get(form) ?? first;
  before.set(form, known);
  given.set(form, known.map((value, i) => (which.includes(i) ? values[i] : value)));
  return values;
}

// The server has not taken what was sent.
export function refused(form) {
  if (!before.has(form)) return;
  given.set(form, before.get(form));
  before.delete(form);
}

// Returns what is to change in the components: where nobody has typed since, their value too.
export function merged(form, first, answer, present) {
  if (!answer) return [];
  const known = given.get(form) ?? first;
  given.set(form, answer.map(({ value }) => value));
  before.delete(form);
  return answer.map(({ value, ...rest }, i) => {
    const untouched = (present[i] ?? "") === (known[i] ?? "");
    return { __type__: "update", ...rest, ...(untouched ? { value } : {}) };
  });
}
