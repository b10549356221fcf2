/** How a request of the story ends. */
export interface Ending {
  readonly caseReference: string
  readonly states: readonly string[]
  /** How many facts its history has. */
  readonly facts: number
  /** Requested, frozen, recovered, charges, in the request's currency. */
  readonly amounts: readonly string[]
}

/** The whole story, told beforehand: the demo fails if the engine ends otherwise. */
export const endings: readonly Ending[] = [
  {
    caseReference: 'SG-4711',
    states: ['recovered'],
    facts: 10,
    amounts: ['42300000.00', '41100000.00', '41098200.00', '1800.00'],
  },
  { caseReference: 'SG-4718', states: ['closed.duplicate'], facts: 2, amounts: ['42300000.00', '0.00', '0.00', '0.00'] },
  { caseReference: 'SG-4722', states: ['closed.rejected'], facts: 2, amounts: ['310000.00', '0.00', '0.00', '0.00'] },
  { caseReference: 'SG-4730', states: ['closed.withdrawn'], facts: 5, amounts: ['186400.00', '186400.00', '0.00', '0.00'] },
  { caseReference: 'FR-0815', states: ['closed.expired'], facts: 5, amounts: ['92000.00', '92000.00', '0.00', '0.00'] },
]
