interface Course {
  readonly submittedAt: number
  orderedAt?: number
  recoveredAt?: number
}

/** The outcome of each submitted request. */
export interface Outcomes {
  submitted(requestId: string, atMs: number): void
  /** Called at each arrival of an order at the institution. */
  ordered(requestId: string, atMs: number): void
  /** Called at each ledger fact with phase recovered. */
  recovered(requestId: string, atMs: number): void
  /** Called after each batch of recovered requests. */
  onRecovered(listener: () => void): void
  /** Requests submitted and recovered so far, each counted once. */
  counts(): OutcomeCounts
  /** Times of the requests submitted from here on. */
  forgetTimes(): void
  times(): { toOrder: number[]; toRecovered: number[] }
}

export interface OutcomeCounts {
  readonly submitted: number
  readonly ordered: number
  readonly recovered: number
  /** Repeated orders and ends, and those for unknown requests. */
  readonly doubled: number
}

export function createOutcomes(): Outcomes {
  let courses = new Map<string, Course>()
  const known = new Map<string, { ordered: boolean; recovered: boolean }>()
  let listener = (): void => {}
  let ordered = 0
  let recovered = 0
  let doubled = 0

  return {
    submitted(requestId, atMs) {
      known.set(requestId, { ordered: false, recovered: false })
      courses.set(requestId, { submittedAt: atMs })
    },
    ordered(requestId, atMs) {
      const request = known.get(requestId)
      if (!request || request.ordered) return void doubled++
      request.ordered = true
      ordered++
      const course = courses.get(requestId)
      if (course) course.orderedAt = atMs
    },
    recovered(requestId, atMs) {
      const request = known.get(requestId)
      if (!request || request.recovered) return void doubled++
      request.recovered = true
      recovered++
      const course = courses.get(requestId)
      if (course) course.recoveredAt = atMs
      listener()
    },
    onRecovered(told) {
      listener = told
    },
    counts: () => ({ submitted: known.size, ordered, recovered, doubled }),
    forgetTimes() {
      courses = new Map()
    },
    times() {
      const all = [...courses.values()]
      return {
        toOrder: all.flatMap(({ submittedAt, orderedAt }) => (orderedAt === undefined ? [] : [orderedAt - submittedAt])),
        toRecovered: all.flatMap(({ submittedAt, recoveredAt }) => (recoveredAt === undefined ? [] : [recoveredAt - submittedAt])),
      }
    },
  }
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly count: number
}

/** Nearest-rank quantiles; undefined without values. */
export function quantilesOf(values: readonly number[]): Quantiles | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  if (sorted.length === 0) return undefined
  return { p50: at(0.5), p99: at(0.99), max: at(1), count: sorted.length }
}
