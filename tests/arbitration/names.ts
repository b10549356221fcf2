/**
 * Names for anonymous atoms, in the order in which they occur in a run: A, B, C for owners. A value that is no atom has
 * no name.
 */
export interface Names {
  letter(atom: string): string
  /** 1, 2, 3; counted for each kind of atom. */
  number(kind: string, atom: string): number
}

export function createNames(): Names {
  const seen = new Map<string, string[]>()
  const numberIn = (kind: string, atom: string): number => {
    if (atom === '') return 0
    const atoms = seen.get(kind) ?? []
    if (!atoms.includes(atom)) atoms.push(atom)
    seen.set(kind, atoms)
    return atoms.indexOf(atom) + 1
  }
  return {
    letter: atom => String.fromCharCode(64 + numberIn('letter', atom)),
    number: numberIn,
  }
}
