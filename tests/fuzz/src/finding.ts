import type { Endpoint } from './drawing/input.ts'

/** Something that must not be; of no one input where it was seen of the process. */
export interface Finding {
  readonly number?: number
  readonly door?: Endpoint
  readonly made?: string
  readonly wrong: string
}
