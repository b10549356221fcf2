import type { Endpoint } from './drawing/input.ts'

/** A violation; without a number where it concerns the process. */
export interface Finding {
  readonly number?: number
  readonly endpoint?: Endpoint
  readonly made?: string
  readonly wrong: string
}
