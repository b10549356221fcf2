import { useId } from 'react'
import { Button } from '../../components/button.tsx'
import { wordIn } from '../../components/codes.tsx'
import { Instant } from '../../components/instant.tsx'
import { ChangeTable } from '../../facts/change-table.tsx'
import type { AnyFact } from '../../facts/history-pages.ts'
import { kindOf } from '../../facts/kind-of.ts'
import { changesBetween, type RequestState } from '../../facts/resulting-state.ts'
import { useWords } from '../../words/index.ts'
import { ChainMark } from './chain-mark.tsx'

interface ScrubberProps {
  readonly facts: readonly AnyFact[]
  /** How the request stood after each of them. */
  readonly standings: readonly RequestState[]
  readonly isWhole: boolean
  readonly at: number | undefined
  look(sequence: number | undefined): void
}

/** Goes through the facts of a request. Each fact states the state that is shown at it. */
export function Scrubber({ facts, standings, isWhole, at, look }: ScrubberProps) {
  const words = useWords()
  const { scrubber, factOf } = words.request
  const id = useId()
  const total = facts.length
  const place = at ?? total
  const fact = facts[place - 1]
  const name = fact ? wordIn(words.facts, kindOf(fact)) : ''
  return (
    <div className="scrubber stack gap-2">
      <label htmlFor={id} className="unseen">
        {scrubber.label}
      </label>
      <input
        id={id}
        type="range"
        min={1}
        max={Math.max(total, 1)}
        value={place}
        disabled={!isWhole}
        aria-valuetext={`${factOf(place, total)}: ${name}`}
        onChange={event => look(event.target.valueAsNumber)}
      />
      <div className="cluster">
        <Button disabled={!isWhole || place <= 1} onClick={() => look(1)}>
          {scrubber.first}
        </Button>
        <Button disabled={!isWhole || place <= 1} onClick={() => look(place - 1)}>
          {scrubber.earlier}
        </Button>
        <Button disabled={at === undefined} onClick={() => look(place + 1)}>
          {scrubber.later}
        </Button>
        <Button disabled={at === undefined} onClick={() => look(undefined)}>
          {scrubber.now}
        </Button>
        {fact && (
          <p className="apart">
            <b className="figures">{factOf(place, total)}</b> · {name} · <Instant at={fact.time} />
          </p>
        )}
      </div>
      <ChainMark facts={facts} isWhole={isWhole} />
      {at !== undefined && <Difference standings={standings} at={at} />}
    </div>
  )
}

function Difference({ standings, at }: { readonly standings: readonly RequestState[]; readonly at: number }) {
  const { scrubber } = useWords().request
  const [then, now] = [standings[at - 1], standings.at(-1)]
  if (!then || !now) return null
  const changes = changesBetween(then, now)
  return (
    <>
      <h3>{scrubber.difference}</h3>
      {changes.length > 0 ? (
        <ChangeTable title={scrubber.difference} changes={changes} before={scrubber.thenWord} after={scrubber.now} />
      ) : (
        <p className="small">{scrubber.same}</p>
      )}
    </>
  )
}
