/** A run that Alloy has found: its states, in order. */
export type Trace = readonly State[]

/** One state: what the fields say of an atom. An atom is named as Alloy names it, such as `Owner$1`; of a `one sig` the name of the signature is enough. */
export interface State {
  /** The columns behind the atom, as rows. */
  rows(atom: string, field: string): ReadonlyArray<readonly string[]>
  /** What a field with one column more says of an atom; in their order. */
  all(atom: string, field: string): readonly string[]
  /** The same of a field that has one at most. */
  one(atom: string, field: string): string | undefined
  /** Those of a signature. */
  atoms(sig: string): readonly string[]
}

/** An atom without the module that it is from. */
const plain = (atom: string): string => atom.replace(/^.*\//, '')

/** Reads a solution that Alloy wrote as text: a heading for each state, and a line for each relation, such as `this/Ledger<:end={Ledger$0->Place$2}`. */
export const readTrace = (text: string): Trace =>
  text
    .split(/^-+State \d+.*$/m)
    .slice(1)
    .map(readState)

function readState(text: string): State {
  const atoms: string[] = []
  const fields = new Map<string, string[][]>()
  for (const [, name, field, tuples = ''] of text.matchAll(/^([^\s=<]+)(?:<:(\w+))?=\{(.*)\}$/gm)) {
    const rows = tuples === '' ? [] : tuples.split(', ').map(tuple => tuple.split('->').map(plain))
    if (name === 'univ') atoms.push(...rows.flat())
    else if (field !== undefined) fields.set(field, [...(fields.get(field) ?? []), ...rows])
  }
  const rows: State['rows'] = (atom, field) =>
    (fields.get(field) ?? []).flatMap(([of, ...row]) => (of === atom || of === `${atom}$0` ? [row] : []))
  const all: State['all'] = (atom, field) => rows(atom, field).map(([value = '']) => value)
  return { rows, all, one: (atom, field) => all(atom, field)[0], atoms: sig => atoms.filter(atom => sigOf(atom) === sig) }
}

/** The number in the name of an atom; for those of an ordered signature that is their order. */
export const numberOf = (atom: string | undefined): number => Number(atom?.split('$')[1])

/** The name of the signature of an atom. */
export const sigOf = (atom: string | undefined): string => atom?.split('$')[0] ?? ''
