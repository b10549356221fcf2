import type { Alloy } from './alloy.ts'
import { type Claim, claimsOf, type Size } from './claims.ts'
import { describeRun } from './describe-run.ts'
import { dispatch } from './model/dispatch.ts'
import { ingress } from './model/ingress.ts'
import { ledger } from './model/ledger.ts'
import { parking } from './model/parking.ts'
import { payments } from './model/payments.ts'
import { versions } from './model/versions.ts'
import type { Model } from './model.ts'
import type { Trace } from './trace.ts'

export const models: readonly Model[] = [ledger, dispatch, payments, ingress, parking, versions]

/** A claim with Alloy's answer. */
export interface Examined {
  readonly claim: Claim
  /** Whether the claim holds. */
  readonly holds: boolean
  /** The steps of a run that was found, as text, and its consequence. */
  readonly steps?: readonly string[]
}

export interface ExamineOptions {
  readonly alloy: Alloy
  readonly size: Size
  /** The number of parallel processes. */
  readonly workers: number
  readonly isWanted: (claim: Claim) => boolean
  onProgress(answered: number, all: number): void
}

/**
 * Each start of Alloy costs one to two seconds of CPU. With more questions in one start, a worker would be idle at the
 * end.
 */
const questionsMax = 11

/** Returns the results in the order of the claims. */
export async function examine({ alloy, size, workers, isWanted, onProgress }: ExamineOptions): Promise<Examined[]> {
  const claims = models.flatMap(model => claimsOf(model, size)).filter(isWanted)
  const batches = [...Map.groupBy(claims, ({ model }) => model)].flatMap(([model, ofModel]) =>
    split(ofModel).map(batch => ({ model, batch })),
  )
  const examined = new Map<Claim, Examined>()
  let answered = 0
  async function work(): Promise<void> {
    for (let next = batches.shift(); next; next = batches.shift()) {
      const { model, batch } = next
      const answers = await alloy.ask(model.name, batch, () => onProgress(++answered, claims.length))
      for (const claim of batch) {
        const trace = answers.get(claim.name)
        const holds = isAsClaimed(claim, trace)
        examined.set(claim, { claim, holds, ...(trace ? { steps: describeRun(claim, trace) } : {}) })
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return claims.flatMap(claim => examined.get(claim) ?? [])
}

/** For a guard or an assumption, a run of the fewest states can have shorter ones, which were not examined. */
function isAsClaimed({ kind, states: [fewest] }: Claim, trace: Trace | undefined): boolean {
  if (kind === 'proof') return trace === undefined
  return trace !== undefined && (kind === 'moment' || trace.length > fewest)
}

function split(claims: readonly Claim[]): Claim[][] {
  const count = Math.ceil(claims.length / questionsMax)
  return Array.from({ length: count }, (_, part) => claims.filter((_claim, index) => index % count === part))
}
