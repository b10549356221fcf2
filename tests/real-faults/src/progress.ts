import { type Fact, factKindOf } from '@holdfast/payment-stop/language'

/** The stage of a request, as clients know it. */
export type Stage = 'accepted' | 'opened' | 'verified' | 'ordered' | 'answered' | 'ended'
const stages: readonly Stage[] = ['accepted', 'opened', 'verified', 'ordered', 'answered', 'ended']

interface Standing {
  stage: Stage
  sequence: number
  phase: string
}

/** The stages of all requests. */
export interface Progress {
  accepted(requestId: string): void
  fact(fact: Fact): void
  ordered(requestId: string): void
  answered(requestId: string): void
  /** A command or its answer is under way. Returns the function that ends that. */
  command(): () => void
  countOf(stage: Stage): number
  readonly commandsPending: number
  /** How many have not ended. */
  underWay(): number
  /** Of all requests in the ledger and all that were accepted. */
  notEnded(): readonly { readonly requestId: string; readonly phase: string; readonly sequence: number }[]
  phaseOf(requestId: string): string | undefined
  /** Called after each change. */
  onChange(listener: () => void): () => void
}

export function createProgress(): Progress {
  const standings = new Map<string, Standing>()
  const counts = new Map<Stage, number>()
  const listeners = new Set<() => void>()
  let commandsPending = 0
  const count = (stage: Stage, by: number) => counts.set(stage, (counts.get(stage) ?? 0) + by)
  const tell = () => {
    for (const listener of listeners) listener()
  }

  function standingOf(requestId: string): Standing {
    let standing = standings.get(requestId)
    if (!standing) {
      standing = { stage: 'accepted', sequence: 0, phase: 'accepted' }
      standings.set(requestId, standing)
      count('accepted', 1)
    }
    return standing
  }

  /** Forward only, except where a request was reopened. */
  function advance(requestId: string, stage: Stage): void {
    const standing = standingOf(requestId)
    if (stages.indexOf(stage) > stages.indexOf(standing.stage)) {
      count(standing.stage, -1)
      count(stage, 1)
      standing.stage = stage
    }
    tell()
  }

  function stageOf(fact: Fact): Stage {
    if (fact.phase === 'recovered' || fact.phase === 'closed') return 'ended'
    if (fact.phase === 'frozen') return 'answered'
    return fact.phase === 'verified' && factKindOf(fact) === 'RequestVerified' ? 'verified' : 'opened'
  }

  return {
    accepted: requestId => advance(requestId, 'accepted'),
    fact(fact) {
      const standing = standingOf(fact.subject)
      // A fact that is not the next is a late owner's.
      if (fact.sequence !== standing.sequence + 1) return
      standing.sequence = fact.sequence
      standing.phase = fact.phase
      advance(fact.subject, stageOf(fact))
    },
    ordered: requestId => advance(requestId, 'ordered'),
    answered: requestId => advance(requestId, 'answered'),
    command() {
      commandsPending++
      tell()
      return () => {
        commandsPending--
        tell()
      }
    },
    countOf: stage => counts.get(stage) ?? 0,
    get commandsPending() {
      return commandsPending
    },
    underWay: () => standings.size - (counts.get('ended') ?? 0),
    notEnded: () =>
      [...standings].flatMap(([requestId, { stage, phase, sequence }]) => (stage === 'ended' ? [] : [{ requestId, phase, sequence }])),
    phaseOf: requestId => standings.get(requestId)?.phase,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
