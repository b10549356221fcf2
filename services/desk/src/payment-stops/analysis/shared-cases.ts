import type { ColumnTexts, Grouping, RequestColumns } from './request-columns.ts'

/**
 * A destination account of requests of several cases: the slots of its requests, newest first, and the number of cases.
 */
export interface SharedDestination {
  readonly slots: readonly number[]
  readonly cases: number
}

/** Destinations of chosen requests that several cases lead to, most cases first. */
export function sharedDestinationsOf(
  { place, caseName, openedMs }: RequestColumns,
  chosen: Int32Array,
  places: number,
): SharedDestination[] {
  // The number of the first case plus one, as 0 stands for none.
  const firstCase = new Uint32Array(places)
  const isShared = new Uint8Array(places)
  for (let index = 0; index < chosen.length; index++) {
    const slot = chosen[index] as number
    const at = place[slot] as number
    const known = firstCase[at] as number
    const name = (caseName[slot] as number) + 1
    if (known === 0) firstCase[at] = name
    else if (known !== name) isShared[at] = 1
  }
  const slotsOf = new Map<number, number[]>()
  for (let index = 0; index < chosen.length; index++) {
    const slot = chosen[index] as number
    const at = place[slot] as number
    if (!isShared[at]) continue
    const slots = slotsOf.get(at)
    if (slots) slots.push(slot)
    else slotsOf.set(at, [slot])
  }
  return [...slotsOf.values()]
    .map(slots => ({
      slots: slots.sort((a, b) => (openedMs[b] as number) - (openedMs[a] as number)),
      cases: new Set(slots.map(slot => caseName[slot])).size,
    }))
    .sort((a, b) => b.cases - a.cases || b.slots.length - a.slots.length)
}

/** The number of cases of each value of a grouping. */
export function casesByValue(
  { caseName, cell }: RequestColumns,
  chosen: Int32Array,
  grouping: Grouping,
  texts: ColumnTexts,
): Map<string, number> {
  const values = texts.cells[grouping].texts.map(text => text.slice(0, text.lastIndexOf('/')))
  const numberOf = new Map([...new Set(values)].map((value, number) => [value, number]))
  const valueNumberOf = Uint32Array.from(values, value => numberOf.get(value) as number)
  const cellOf = cell[grouping]
  const caseNames = texts.caseNames.texts.length
  // Most cases have one value only. It is stored plus one, as 0 stands for none. Further values are in the set.
  const firstValue = new Uint32Array(caseNames)
  const seen = new Set<number>()
  const cases = new Uint32Array(numberOf.size)
  for (let index = 0; index < chosen.length; index++) {
    const slot = chosen[index] as number
    const name = caseName[slot] as number
    const value = valueNumberOf[cellOf[slot] as number] as number
    const first = firstValue[name] as number
    const both = value * caseNames + name
    if (first === value + 1 || (first !== 0 && seen.has(both))) continue
    if (first === 0) firstValue[name] = value + 1
    else seen.add(both)
    cases[value] = (cases[value] as number) + 1
  }
  return new Map([...numberOf].map(([value, number]) => [value, cases[number] as number]))
}
