import type { Fact } from '../ledger/records.ts'
import type { Chart } from './chart.ts'

/** Each changes the chart by one kind of fact, or says why that is not possible in it. */
export type Moves = Readonly<Record<string, (chart: Chart, fact: Fact) => string | undefined>>

/** Says what is wrong with a fact. */
export type Note = (invariant: string, what: string) => void
